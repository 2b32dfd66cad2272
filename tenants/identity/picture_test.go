package identity_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/identity"
)

// drawing is a small PNG.
func drawing(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (w world) upload(a *identity.Actor, p identity.Picture) (identity.User, error) {
	if p.MaxBytes == 0 {
		p.MaxBytes = 1 << 20
	}
	return w.SetPicture(w.t.Context(), w.in, a, p, client)
}

func (w world) painter(name string) *identity.Actor {
	w.t.Helper()
	a, err := w.actor(w.register(name, identity.TypeUser))
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func TestTheVeryBytesComeBack(t *testing.T) {
	w := newWorld(t, "")
	mia := w.painter("Mia")
	if _, err := w.RawPicture(t.Context(), w.in, mia.User.ID); !errors.Is(err, fault.NoPicture) {
		t.Errorf("before the upload: %v", err)
	}
	for _, p := range []struct {
		identity.Picture
		mediaType string
	}{
		{identity.Picture{Name: "a.txt", Bytes: drawing(t)}, "image/png"},
		{identity.Picture{Name: "../../x.GIF", Bytes: []byte("avatar"), Check: identity.ByExtension}, "image/gif"},
		{identity.Picture{Name: ".jpg", Check: identity.ByExtension}, "image/jpeg"},
	} {
		user, err := w.upload(mia, p.Picture)
		if err != nil || !user.HasPicture {
			t.Fatalf("%s: %v, %v", p.Name, user.HasPicture, err)
		}
		byID, err := w.RawPicture(t.Context(), w.in, mia.User.ID)
		if err != nil || !bytes.Equal(byID.Bytes, p.Bytes) || byID.MediaType != p.mediaType {
			t.Errorf("%s: %q %s, %v", p.Name, byID.Bytes, byID.MediaType, err)
		}
		if byName, err := w.RawPictureOf(t.Context(), w.in, "mia"); err != nil || byName.ID != byID.ID {
			t.Errorf("%s by name: %v", p.Name, err)
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	w := newWorld(t, "")
	mia := w.painter("mia")
	if _, err := w.upload(mia, identity.Picture{Bytes: drawing(t)}); err != nil {
		t.Fatal(err)
	}
	before, _ := w.RawPicture(t.Context(), w.in, mia.User.ID)
	for name, c := range map[string]struct {
		identity.Picture
		want *fault.Code
	}{
		"a page":          {identity.Picture{Name: "a.png", Bytes: []byte("<html>")}, fault.NotPicture},
		"half a header":   {identity.Picture{Name: "a.png", Bytes: drawing(t)[:20]}, fault.NotPicture},
		"nothing":         {identity.Picture{Name: "a.png"}, fault.FileEmpty},
		"too large":       {identity.Picture{Bytes: drawing(t), MaxBytes: 60}, fault.FileTooLarge},
		"no extension":    {identity.Picture{Name: "png", Bytes: drawing(t), Check: identity.ByExtension}, fault.FileType},
		"jpeg":            {identity.Picture{Name: "a.jpeg", Bytes: drawing(t), Check: identity.ByExtension}, fault.FileType},
		"php":             {identity.Picture{Name: "a.png.php", Bytes: drawing(t), Check: identity.ByExtension}, fault.FileType},
		"large and wrong": {identity.Picture{Name: "a.bmp", Bytes: drawing(t), Check: identity.ByExtension, MaxBytes: 1}, fault.FileType},
	} {
		if _, err := w.upload(mia, c.Picture); !errors.Is(err, c.want) {
			t.Errorf("%s: wanted %s, got %v", name, c.want.Name, err)
		}
	}
	after, err := w.RawPicture(t.Context(), w.in, mia.User.ID)
	if err != nil || after.ID != before.ID {
		t.Errorf("the picture from before is gone: %v", err)
	}
}

func TestARemovedPictureIsGone(t *testing.T) {
	w := newWorld(t, "")
	mia := w.painter("mia")
	for range 2 {
		if _, err := w.upload(mia, identity.Picture{Bytes: drawing(t)}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			user, err := w.RemovePicture(t.Context(), w.in, mia.By(), mia.User.ID, client)
			if err != nil || user.HasPicture {
				t.Fatalf("removing: %v, %v", user.HasPicture, err)
			}
		}
		if _, err := w.RawPicture(t.Context(), w.in, mia.User.ID); !errors.Is(err, fault.NoPicture) {
			t.Errorf("after removing: %v", err)
		}
	}
}

func TestAPictureBelongsToOneTenant(t *testing.T) {
	w := newWorld(t, "")
	mia := w.painter("mia")
	if _, err := w.upload(mia, identity.Picture{Bytes: drawing(t)}); err != nil {
		t.Fatal(err)
	}
	other := world{w.Service, pgtest.Get(t).Tenant(t, ""), t}
	other.painter("mia")
	if _, err := other.RawPicture(t.Context(), other.in, mia.User.ID); !errors.Is(err, fault.NoPicture) {
		t.Errorf("seen from the other tenant: %v", err)
	}
	if _, err := other.RawPictureOf(t.Context(), other.in, "nobody"); !errors.Is(err, fault.PathUnknown) {
		t.Errorf("of nobody: %v", err)
	}
}

// FIL-09: whatever the order, there is one picture or none, and it can be read.
func TestUploadsAndRemovalsAtTheSameTime(t *testing.T) {
	w := newWorld(t, "")
	mia := w.painter("mia")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			var err error
			if i%4 == 3 {
				_, err = w.RemovePicture(t.Context(), w.in, mia.By(), mia.User.ID, client)
			} else {
				_, err = w.upload(mia, identity.Picture{Name: "a.png", Bytes: []byte(strings.Repeat("x", i)), Check: identity.ByExtension})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	user, err := w.User(t.Context(), w.in, mia.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.RawPicture(t.Context(), w.in, mia.User.ID)
	if user.HasPicture && err != nil || !user.HasPicture && !errors.Is(err, fault.NoPicture) {
		t.Errorf("has a picture: %v, but: %v", user.HasPicture, err)
	}
}
