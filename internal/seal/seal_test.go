package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/keyhall/keyhall/internal/seal"
)

func newSealer(t *testing.T) *seal.Sealer {
	t.Helper()
	key, err := seal.ParseKey(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	s := newSealer(t)
	sealed := s.Seal([]byte("hunter2"), "tenant/a")
	if plain, err := s.Open(sealed, "tenant/a"); err != nil || string(plain) != "hunter2" {
		t.Fatalf("got %q, %v", plain, err)
	}
	if _, err := s.Open(sealed, "tenant/b"); !errors.Is(err, seal.ErrBroken) {
		t.Fatalf("opened for another place: %v", err)
	}
	if _, err := newSealer(t).Open(sealed, "tenant/a"); !errors.Is(err, seal.ErrBroken) {
		t.Fatalf("opened with another master key: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := s.Open(sealed, "tenant/a"); !errors.Is(err, seal.ErrBroken) {
		t.Fatalf("opened after a bit flipped: %v", err)
	}
}

func TestPurposesHaveTheirOwnKeys(t *testing.T) {
	t.Parallel()
	s := newSealer(t)
	if bytes.Equal(s.MAC("refresh", []byte("x")), s.MAC("limits", []byte("x"))) {
		t.Fatal("two purposes share a key")
	}
}

func TestRefusesKeysOfTheWrongLength(t *testing.T) {
	t.Parallel()
	if _, err := seal.ParseKey("c2hvcnQ="); err == nil {
		t.Fatal("took a short key")
	}
}
