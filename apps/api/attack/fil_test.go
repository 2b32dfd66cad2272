package attack_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	pictures "github.com/keyhall/keyhall/workers/image"
)

// form is an upload as a browser sends it: field, name and content of each file.
func form(t *testing.T, files ...[3]string) (media, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range files {
		part, err := w.CreateFormFile(f[0], f[1])
		if err == nil {
			_, err = part.Write([]byte(f[2]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// upload puts a file in the place of one's picture.
func upload(t *testing.T, p apitest.Client, name, content string) apitest.Answer {
	t.Helper()
	media, body := form(t, [3]string{"file", name, content})
	return p.Sending(media).Put("/v1/me/picture", body)
}

// work does the picture jobs that a tenant owes.
func work(t *testing.T, s *apitest.Server, in *tenants.Scope) {
	t.Helper()
	var ids []uuid.UUID
	if err := in.Select(t.Context(), &ids, `select id from outbox where tenant_id = $1 and kind = 'picture' and state = 'pending' order by created_at, id`); err != nil {
		t.Fatal(err)
	}
	worker := &pictures.Pictures{Core: s.Core, Blobs: s.Blobs}
	for _, id := range ids {
		job, err := s.Box.Claim(t.Context(), in, id)
		if err == nil {
			err = worker.Handle(t.Context(), in, job)
		}
		if err == nil {
			err = s.Box.Done(t.Context(), in, job, "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// images are one in each format that programs make of them.
func images(t *testing.T) map[string]string {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 80, 60), color.Palette{color.White, color.Black})
	var g, j, p bytes.Buffer
	for _, err := range []error{gif.Encode(&g, m, nil), jpeg.Encode(&j, m, nil), png.Encode(&p, m)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{"gif": g.String(), "jpg": j.String(), "png": p.String()}
}

func TestFIL01WhatIsBehindAPictureIsGone(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ann := s.SignUp(t, in, "ann")
	const behind = "<script>alert(1)</script><?php system($_GET[0]); ?>PK\x03\x04"
	for format, content := range images(t) {
		upload(t, ann.Client, "x."+format, content+behind).Is(200)
		work(t, s, in)
		shown := ann.Get("/v1/me/picture").Is(200)
		if shown.Text("state") != "ready" {
			t.Fatalf("%s: %s", format, shown.Body)
		}
		for _, size := range []string{"64", "256", "512"} {
			a := s.In(t, in).Get(strings.TrimPrefix(shown.Text("urls."+size), in.Base())).Is(200)
			if strings.Contains(string(a.Body), "<script") || strings.Contains(string(a.Body), "php") || strings.Contains(string(a.Body), "PK\x03\x04") {
				t.Errorf("%s %s serves what was behind it", format, size)
			}
		}
	}
}

func TestFIL06NamesOfFilesAreNames(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ann := s.SignUp(t, in, "ann")
	png := images(t)["png"]
	for _, odd := range []string{
		"../../marker.png", `C:\marker.png`, "/etc/marker.png", "marker\x00.png", "marker\r\nX-Evil: 1.png", strings.Repeat("marker", 900) + ".png", `marker"; x=".png`,
		"marker.png/../../x", "..", ".", "marker%2f..%2f.png", "marker\u202egnp.exe",
	} {
		for _, a := range []apitest.Answer{upload(t, ann.Client, odd, png)} {
			if a.Status >= 500 || a.Header.Get("X-Evil") != "" || strings.Contains(string(a.Body), "marker") {
				t.Errorf("%.30q: %d %s", odd, a.Status, a.Body)
			}
		}
	}
	if found := s.Search(t, in, "marker"); len(found) > 0 {
		t.Errorf("a name is kept in %v", found)
	}
}

func TestFIL07TheLimitIsToldInTheContractsWords(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	track := s.In(t, in).Bearer(s.In(t, in).Post("/api/auth/login", obj{"email": "ann@example.com", "password": apitest.Password}).Is(200).Text("auth_token"))
	for size, status := range map[int]int{1 << 20: 200, 1<<20 + 1: 413, 5 << 20: 413, 20 << 20: 413} {
		media, body := form(t, [3]string{"file", "x.png", strings.Repeat("x", size)})
		a := track.Sending(media).Post("/api/auth/picture", body).Is(status)
		if !strings.Contains(a.Header.Get("Content-Type"), "json") || a.Text("status") == "" {
			t.Errorf("%d bytes: %s", size, a.Body)
		}
	}
}

func TestFIL08FormsWithoutAFile(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	track := s.In(t, in).Bearer(s.In(t, in).Post("/api/auth/login", obj{"email": "ann@example.com", "password": apitest.Password}).Is(200).Text("auth_token"))
	png := images(t)["png"]
	for what, files := range map[string][][3]string{
		"no file": {}, "no name": {{"file", "", png}}, "another field": {{"image", "x.png", png}}, "another kind": {{"file", "x.svg", "<svg/>"}}, "a name without a kind": {{"file", "png", png}},
		"two kinds": {{"file", "x.png.php", png}},
	} {
		media, body := form(t, files...)
		if a := track.Sending(media).Post("/api/auth/picture", body); a.Status != http.StatusBadRequest || a.Text("status") != "fail" {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	for _, media := range []string{"application/json", "multipart/form-data", "multipart/form-data; boundary=", "text/plain", ""} {
		if a := track.Sending(media).Post("/api/auth/picture", `{"file":"x"}`); a.Status < 400 || a.Status >= 500 {
			t.Errorf("%q: %d %s", media, a.Status, a.Body)
		}
	}
	if n := s.Count(t, `select count(*) from blobs where tenant_id = $1`, in.ID()); n != 0 {
		t.Errorf("%d files", n)
	}
}

func TestFIL10AStoredPictureIsInertAndGoesAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "ann")
	track := s.In(t, in).Bearer(s.In(t, in).Post("/api/auth/login", obj{"email": "ann@example.com", "password": apitest.Password}).Is(200).Text("auth_token"))
	media, body := form(t, [3]string{"file", "x.png", "<script>alert(1)</script>"}) // its document looks at the name alone
	track.Sending(media).Post("/api/auth/picture", body).Is(200)
	a := s.In(t, in).Get("/api/users/ann/picture").Is(200)
	for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	track.Delete("/api/auth/picture", nil).Is(204, 200)
	s.In(t, in).Get("/api/users/ann/picture").Is(404)
}

// In simplejwt an avatar is a text that its owner writes. Nobody follows it, and the native API shows what can be a picture.
func TestFIL11AnAvatarsAddressIsFollowedByNobody(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer trap.Close()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	ann := s.SignUp(t, in, "ann")
	j := jwt(t, s, in, "ann", apitest.Password)
	for address, shown := range map[string]any{
		trap.URL + "/x.png": trap.URL + "/x.png", "javascript:alert(1)": nil, "JavaScript://%0aalert(1)": nil, "data:text/html,<script>alert(1)</script>": nil,
		"//evil.test/x.png": nil, "vbscript:x": nil, "https:evil": nil, "https://cdn.example/" + strings.Repeat("x", 2048): nil,
	} {
		j.Patch("/api/users/ann/", obj{"avatar": address}).Is(200)
		if got := ann.Get("/v1/me").Is(200).Value("avatar"); got != shown {
			t.Errorf("the native API shows %.50v", got)
		}
		a := s.In(t, in).Get("/api/users/ann/").Is(200)
		if !strings.Contains(a.Header.Get("Content-Type"), "json") || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", a.Header)
		}
	}
	j.Patch("/api/users/ann/", obj{"avatar": strings.Repeat("x", 1<<19)}).Is(400, 413)
	work(t, s, in)
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

func TestFIL12UploadsAreLimited(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{Limiter: apitest.Limiter(t)})
	in := s.Tenant(t, "")
	ann, bob := s.SignUp(t, in, "ann"), s.SignUp(t, in, "bob")
	png := images(t)["png"]
	taken := 0 // at most twice the limit: should Redis be too slow once, the process counts for itself
	for ; taken < 2*limit.PictureUser.Limit+10; taken++ {
		if upload(t, ann.Client, fmt.Sprintf("%d.png", taken), png).Is(200, 429).Status == http.StatusTooManyRequests {
			break
		}
	}
	if taken > 2*limit.PictureUser.Limit {
		t.Errorf("%d uploads", taken)
	}
	upload(t, bob.Client, "x.png", png).Is(200)
	work(t, s, in)
	if n := s.Count(t, `select count(*) from blobs where tenant_id = $1`, in.ID()); n > 8 { // the file and its three squares, for each of two
		t.Errorf("%d files are left", n)
	}
}
