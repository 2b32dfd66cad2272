package native_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
	pictures "github.com/keyhall/keyhall/workers/image"
)

// upload sends a file as a browser's form does.
func upload(t *testing.T, p apitest.Person, field, name string, content []byte) apitest.Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return p.Sending(w.FormDataContentType()).Put("/v1/me/picture", b.String())
}

// work does the picture jobs that a tenant owes.
func work(t *testing.T, s *apitest.Server, in *tenants.Scope) {
	t.Helper()
	worker := pictures.Pictures{Core: s.Core, Blobs: s.Blobs}
	handle(t, s, in, identity.PictureKind, worker.Handle)
}

// handle does the jobs of a kind that a tenant owes now, as a worker does them.
func handle(t *testing.T, s *apitest.Server, in *tenants.Scope, kind string, do func(context.Context, *tenants.Scope, outbox.Claimed) error) {
	t.Helper()
	var ids []uuid.UUID
	if err := in.Select(t.Context(), &ids, `select id from outbox where tenant_id = $1 and kind = $2 and state = 'pending' order by created_at, id`, kind); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		job, err := s.Box.Claim(t.Context(), in, id)
		if err == nil {
			err = do(t.Context(), in, job)
		}
		if err == nil {
			err = s.Box.Done(t.Context(), in, job, "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func photo(t *testing.T, c color.Color) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 800, 600))
	for i := range m.Pix {
		m.Pix[i] = 0xff
	}
	for y := range 600 {
		for x := range 800 {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// local is the path of a picture's address below its tenant.
func local(t *testing.T, in *tenants.Scope, address string) string {
	t.Helper()
	path, ok := strings.CutPrefix(address, in.Base())
	if !ok {
		t.Fatalf("%q is not below %s", address, in.Base())
	}
	return path
}

func TestAPictureFromUploadToRemoval(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia, anybody := s.SignUp(t, in, "mia"), s.In(t, in)
	mia.Get("/v1/me/picture").Refused(404, "no_picture")
	if a := upload(t, mia, "file", "me.jpg", photo(t, color.RGBA{255, 0, 0, 255})).Is(200); a.Text("state") != "waiting" || a.Value("urls") != nil {
		t.Errorf("%s", a.Body)
	}
	work(t, s, in)
	shown := mia.Get("/v1/me/picture").Is(200)
	if shown.Text("state") != "ready" || mia.Get("/v1/me").Is(200).Text("avatar") != shown.Text("urls.256") {
		t.Fatalf("%s", shown.Body)
	}
	for size, width := range map[string]int{"64": 64, "256": 256, "512": 512} {
		a := anybody.Get(local(t, in, shown.Text("urls."+size))).Is(200)
		m, err := jpeg.Decode(bytes.NewReader(a.Body))
		if err != nil || m.Bounds() != image.Rect(0, 0, width, width) {
			t.Errorf("%s: %v", size, err)
		}
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Cache-Control": "public, max-age=31536000, immutable",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s: %s", size, name, got)
			}
		}
	}
	small := local(t, in, shown.Text("urls.64"))
	anybody.Get(strings.Replace(small, "/64/", "/65/", 1)).Refused(404, "no_picture")
	s.In(t, s.Tenant(t, "")).Get(small).Refused(404, "no_picture")

	upload(t, mia, "file", "me.jpg", photo(t, color.RGBA{0, 255, 0, 255})).Is(200)
	anybody.Get(small).Is(200) // until the next one is there
	work(t, s, in)
	anybody.Get(small).Refused(404, "no_picture")
	second := local(t, in, mia.Get("/v1/me/picture").Is(200).Text("urls.64"))
	mia.Delete("/v1/me/picture", nil).Is(204)
	anybody.Get(second).Refused(404, "no_picture")
	mia.Delete("/v1/me/picture", nil).Is(204)
	if mia.Get("/v1/me").Is(200).Value("avatar") != nil {
		t.Error("the avatar is still there")
	}
	work(t, s, in)
	if n := s.Count(t, `select count(*) from blobs where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// hostile files begin like pictures. Whatever becomes of them, the picture from before is still shown (FIL-01 to FIL-04).
func hostile(t *testing.T) map[string][]byte {
	t.Helper()
	whole := photo(t, color.White)
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewPaletted(image.Rect(0, 0, 4000, 4000), color.Palette{color.White})); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Clone(wide.Bytes())
	copy(bomb[16:], []byte{0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30}) // says 30,000 by 30,000
	return map[string][]byte{
		"truncated": whole[:len(whole)/2], "only a header": whole[:200], "bomb": bomb,
		"page behind a header": append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), "<script>alert(1)</script>"...),
		"page":                 []byte("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "nothing": nil,
	}
}

func TestHostilePicturesNeverReplaceGoodOnes(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	upload(t, mia, "file", "me.jpg", photo(t, color.Black)).Is(200)
	work(t, s, in)
	good := mia.Get("/v1/me/picture").Is(200).Text("urls.256")
	for name, content := range hostile(t) {
		a := upload(t, mia, "file", "x.png", content)
		if a.Status != 200 && a.Status != 400 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
		work(t, s, in)
		now := mia.Get("/v1/me/picture").Is(200)
		if now.Text("urls.256") != good || a.Status == 200 && now.Text("state") != "refused" {
			t.Errorf("%s: %s", name, now.Body)
		}
		if got := s.In(t, in).Get(local(t, in, good)).Is(200); bytes.Contains(got.Body, []byte("<script")) {
			t.Errorf("%s is served", name)
		}
	}
	polyglot := append(photo(t, color.White), "<?php system($_GET[0]); ?><script>alert(1)</script>"...)
	upload(t, mia, "file", "x.php.jpg", polyglot).Is(200)
	work(t, s, in)
	got := s.In(t, in).Get(local(t, in, mia.Get("/v1/me/picture").Is(200).Text("urls.256"))).Is(200)
	if bytes.Contains(got.Body, []byte("php")) || bytes.Contains(got.Body, []byte("<script")) {
		t.Error("what was behind the picture is served")
	}
}

func TestPicturesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	good := photo(t, color.White)
	for _, name := range []string{"image", "picture"} { // the second is what the core calls it
		upload(t, mia, name, "x.jpg", good).Refused(400, "validation_failed", name+":unknown_field", "file:file_missing")
	}
	upload(t, mia, "file", "", good).Refused(400, "validation_failed", "file:file_unnamed")
	upload(t, mia, "file", "x.jpg", nil).Refused(400, "validation_failed", "file:file_empty")
	upload(t, mia, "file", "x.jpg", []byte("not a picture")).Refused(400, "validation_failed", "file:not_a_picture")
	upload(t, mia, "file", "x.jpg", append(good, make([]byte, 5<<20)...)).Refused(413, "file_too_large")
	for _, other := range []string{"image/jpeg", "application/json", "application/x-www-form-urlencoded", "text/plain", ""} {
		if a := mia.Sending(other).Put("/v1/me/picture", `{"file":"x"}`).Refused(415, "unsupported_media_type"); !strings.Contains(a.Text("detail"), "Send multipart/form-data.") {
			t.Errorf("%q: %s", other, a.Body)
		}
	}
	stranger := mia
	stranger.Client = mia.Bearer("x")
	upload(t, stranger, "file", "x.jpg", good).Refused(401, "token_invalid")
}
