package identity_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/identity"
)

// fromDjango is of "old secret", written by Python's hashlib.
const fromDjango = "pbkdf2_sha256$1000$h7d9kLmQ2xWz$I7GiQHYfLIPB9lP4WFVbGowdSgLOYE+rtabyzQXDfpc="

// plant stores a hash that came from elsewhere.
func (w world) plant(name, hash string) {
	w.t.Helper()
	_, err := pgtest.Get(w.t).Owner(w.t).ExecContext(w.t.Context(),
		`update users set password_hash = $1 where tenant_id = $2 and username_key = $3`, hash, w.in.ID(), name)
	ok(w.t, err)
}

func (w world) hashOf(name string) (hash string) {
	w.t.Helper()
	ok(w.t, pgtest.Get(w.t).Owner(w.t).QueryRowContext(w.t.Context(),
		`select password_hash from users where tenant_id = $1 and username_key = $2`, w.in.ID(), name).Scan(&hash))
	return hash
}

func TestAPasswordFromElsewhereIsReplacedAtSignIn(t *testing.T) {
	w := newWorld(t, "")
	w.register("ann", "user")
	w.plant("ann", fromDjango)
	_, err := w.login("ann", "wrong", identity.Opaque)
	wants(t, err, fault.BadCredentials)
	if w.hashOf("ann") != fromDjango {
		t.Error("a wrong password replaced the hash")
	}
	if _, err := w.login("ann", "old secret", identity.Opaque); err != nil {
		t.Fatal(err)
	}
	fresh := w.hashOf("ann")
	if !strings.HasPrefix(fresh, "$argon2id$") {
		t.Fatalf("the hash is still %s", fresh)
	}
	if _, err := w.login("ann", "old secret", identity.Opaque); err != nil || w.hashOf("ann") != fresh {
		t.Errorf("the second sign-in: %v; hashed anew: %t", err, w.hashOf("ann") != fresh)
	}
}

// What is not let in changes nothing.
func TestAPasswordFromElsewhereStaysWithoutASession(t *testing.T) {
	w := newWorld(t, `{"approval":{"required_for":["user"],"pending_may_sign_in":false}}`)
	w.register("ann", "user")
	w.plant("ann", fromDjango)
	_, err := w.login("ann", "old secret", identity.Opaque)
	wants(t, err, fault.PendingApproval)
	if w.hashOf("ann") != fromDjango {
		t.Error("the hash was replaced")
	}
}

// The present password may be one from elsewhere; the new one is not.
func TestAPasswordFromElsewhereCanBeChanged(t *testing.T) {
	w := newWorld(t, "")
	g := w.register("ann", "user")
	w.plant("ann", fromDjango)
	a, err := w.actor(g)
	ok(t, err)
	old := "old secret"
	ok(t, w.ChangePassword(t.Context(), w.in, a, identity.PasswordChange{Old: &old, New: "Zq7?lantern"}, client))
	if _, err := w.login("ann", "Zq7?lantern", identity.Opaque); err != nil || !strings.HasPrefix(w.hashOf("ann"), "$argon2id$") {
		t.Errorf("%v, %s", err, w.hashOf("ann"))
	}
}
