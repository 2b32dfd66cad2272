package blob_test

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
)

// bucket runs a server that speaks the S3 protocol and gives an address in it.
func bucket(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("pictures"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return "s3://key:secret@pictures/below/this?region=eu-1&endpoint=" + server.URL
}

func open(t *testing.T, address string) *blob.Store {
	t.Helper()
	s, err := blob.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func rows(t *testing.T, in *tenants.Scope) (names []string) {
	t.Helper()
	if err := in.Select(t.Context(), &names, `select name from blobs where tenant_id = $1`); err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFilesComeBackUntilTheyAreDropped(t *testing.T) {
	t.Parallel()
	for kind, address := range map[string]string{"folder": "file://" + t.TempDir() + "/a%20b", "s3": bucket(t)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s, in, other := open(t, address), pgtest.Get(t).Tenant(t, ""), pgtest.Get(t).Tenant(t, "")
			name, content := "raw/"+blob.NewID(), bytes.Repeat([]byte{0, 255, 10}, 100_000)
			if err := s.Put(t.Context(), in, name, content, "image/png"); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Get(t.Context(), in, name); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if _, err := s.Get(t.Context(), other, name); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("the other tenant: %v", err)
			}
			if err := s.Drop(t.Context(), other, name); err != nil {
				t.Errorf("the other tenant drops what is none of its: %v", err)
			}
			if kept := rows(t, in); len(kept) != 1 || kept[0] != name {
				t.Errorf("rows: %q", kept)
			}
			for range 2 {
				if err := s.Drop(t.Context(), in, name); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.Get(t.Context(), in, name); !errors.Is(err, blob.ErrNotFound) || len(rows(t, in)) > 0 {
				t.Errorf("after dropping: %v, rows %q", err, rows(t, in))
			}
		})
	}
}

func TestNamesThatLeadElsewhereAreNone(t *testing.T) {
	t.Parallel()
	s, in := open(t, "file://"+t.TempDir()), pgtest.Get(t).Tenant(t, "")
	id := blob.NewID()
	for _, name := range []string{
		"", id, "raw/", "raw/../" + id, "../raw/" + id, "raw/" + id + "/x", "/raw/" + id, "raw/" + id + ".PHP", "raw/" + id[:31] + "\x00",
		"raw/" + strings.ToUpper(id), "raw\\" + id,
	} {
		if err := s.Put(t.Context(), in, name, nil, ""); err == nil {
			t.Errorf("%q was put", name)
		}
		if _, err := s.Get(t.Context(), in, name); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAddressesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "file://", "/var/lib", "ftp://x", "s3://", "s3:///x", "s3://b?endpoint=http://a b", "file://%zz", "s3://k:s%zz@b"} {
		if _, err := blob.Open(address); err == nil {
			t.Errorf("%q was opened", address)
		}
	}
}

// A store that is away is a dependency that is down, and is not taken for one without the file.
func TestAStoreThatIsAway(t *testing.T) {
	t.Parallel()
	gone := filepath.Join(t.TempDir(), "gone")
	if err := os.WriteFile(gone, nil, 0o600); err != nil { // no folder can be made there
		t.Fatal(err)
	}
	for kind, address := range map[string]string{"folder": "file://" + gone, "s3": "s3://key:secret@b?endpoint=http://127.0.0.1:1"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s, in, name := open(t, address), pgtest.Get(t).Tenant(t, ""), "raw/"+blob.NewID()
			if err := s.Put(t.Context(), in, name, []byte("x"), ""); !errors.Is(err, fault.DependencyDown) {
				t.Errorf("put: %v", err)
			}
			if _, err := s.Get(t.Context(), in, name); !errors.Is(err, fault.DependencyDown) {
				t.Errorf("get: %v", err)
			}
			if err := s.Drop(t.Context(), in, name); !errors.Is(err, fault.DependencyDown) || len(rows(t, in)) != 1 {
				t.Errorf("drop: %v; the row must stay until the file is gone", err)
			}
		})
	}
}

func TestUnfinishedWritesAreTidiedAway(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s, in, name := blob.InFolder(folder), pgtest.Get(t).Tenant(t, ""), "raw/"+blob.NewID()
	if err := s.Tidy(time.Now(), time.Hour); err != nil {
		t.Errorf("an empty store: %v", err)
	}
	if err := s.Put(t.Context(), in, name, []byte("x"), ""); err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(folder, "unfinished", "torn")
	if err := os.WriteFile(torn, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	left := func() int {
		all, _ := os.ReadDir(filepath.Dir(torn))
		return len(all)
	}
	if err := s.Tidy(time.Now(), time.Hour); err != nil || left() != 1 {
		t.Errorf("a write that may go on: %v, %d left", err, left())
	}
	if err := s.Tidy(time.Now().Add(2*time.Hour), time.Hour); err != nil || left() != 0 {
		t.Errorf("a write that ended two hours ago: %v, %d left", err, left())
	}
	if _, err := s.Get(t.Context(), in, name); err != nil {
		t.Errorf("a whole file went, too: %v", err)
	}
}
