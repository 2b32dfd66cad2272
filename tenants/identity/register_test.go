package identity_test

import (
	"errors"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

func TestASignUpIsAnAccountAMailAndATrail(t *testing.T) {
	w := newWorld(t, "")
	g := w.register("alice", "")
	if g.User.ID != 1 || g.Key == "" || g.User.Group.Name != "user" || !g.User.Approved() {
		t.Fatalf("got %+v", g)
	}
	if key := w.secret("verify_email", "alice@example.com")["key"]; len(key) != 64 {
		t.Fatalf("mailed key %q", key)
	}
	if n := w.count(`select count(*) from audit where tenant_id = $1 and action = 'user.registered' and user_id = 1 and actor_id = '1'`); n != 1 {
		t.Fatalf("%d audit rows", n)
	}
}

func TestFiftyEqualSignUpsMakeOneAccount(t *testing.T) {
	w := newWorld(t, "")
	errs := race(50, func(int) error {
		_, err := w.Register(background, w.in, identity.Registration{Username: "alice", Email: "a@example.com", Password: goodPassword}, client)
		return err
	})
	if n := succeeded(errs); n != 1 {
		t.Fatalf("%d of 50 succeeded", n)
	}
	for _, err := range errs {
		if err != nil && !errors.Is(err, fault.EmailTaken) && !errors.Is(err, fault.UsernameTaken) {
			t.Fatalf("a loser got %v", err)
		}
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1`); n != 1 {
		t.Fatalf("%d mails", n)
	}
}

func TestOneNameHasOneAccount(t *testing.T) {
	w := newWorld(t, "")
	w.register("alice", "")
	_, err := w.Register(t.Context(), w.in, identity.Registration{Username: "v@x.io", Email: "vx@example.com", Password: goodPassword}, client)
	ok(t, err) // a username may look like an e-mail
	for _, tc := range []struct {
		username, email string
		want            *fault.Code
	}{
		{"ALICE", "other@example.com", fault.UsernameTaken},
		{"ａｌｉｃｅ", "other@example.com", fault.UsernameTaken},
		{"bob", "ALICE@Example.com", fault.EmailTaken},
		{"alice@example.com", "b@example.com", fault.UsernameTaken}, // another's e-mail as username
		{"bob", "v@x.io", fault.EmailTaken},                         // another's username as e-mail
	} {
		_, err := w.Register(t.Context(), w.in, identity.Registration{Username: tc.username, Email: tc.email, Password: goodPassword}, client)
		wants(t, err, tc.want)
	}
	if n := w.count(`select count(*) from users where tenant_id = $1`); n != 2 {
		t.Fatalf("%d accounts", n)
	}
}

func TestAllComplaintsComeTogether(t *testing.T) {
	w := newWorld(t, "")
	_, err := w.Register(t.Context(), w.in, identity.Registration{Username: "al ice!", Email: "nope", Password: "12345"}, client)
	for _, code := range []*fault.Code{fault.BadUsername, fault.BadEmail, fault.PasswordShort, fault.PasswordCommon, fault.PasswordNumeric} {
		wants(t, err, code)
	}
}

func TestClosedRegistrationTakesNobody(t *testing.T) {
	w := newWorld(t, `{"registration":{"open":false}}`)
	_, err := w.Register(t.Context(), w.in, identity.Registration{Username: "alice", Password: goodPassword}, client)
	wants(t, err, fault.RegistrationClosed)
}

func TestTheStrictModeDoesNotTellThatAnAddressIsTaken(t *testing.T) {
	w := newWorld(t, `{"privacy":{"hide_account_existence":true}}`)
	first := w.register("alice", "")
	again, err := w.Register(t.Context(), w.in, identity.Registration{Username: "mallory", Email: "alice@example.com", Password: goodPassword, Want: identity.Opaque}, client)
	ok(t, err)
	if first.Key != "" || again.Key != "" {
		t.Fatal("a token tells the two apart")
	}
	if n := w.count(`select count(*) from users where tenant_id = $1`); n != 1 {
		t.Fatalf("%d accounts", n)
	}
	w.secret("sign_up_attempt", "alice@example.com")
}

func TestACoachHasPowersOnlyWhenApproved(t *testing.T) {
	w := newWorld(t, "")
	g := w.register("carl", identity.TypeCoach)
	a, err := w.actor(g)
	ok(t, err)
	if a.User.Group.Name != "coach" || a.User.Approved() || len(a.User.Permissions()) != 0 {
		t.Fatalf("got %+v", a.User)
	}
	_, err = w.Decide(t.Context(), w.in, admin, []int64{a.User.ID}, identity.DecideApprove, "", client)
	ok(t, err)
	a, err = w.actor(g)
	ok(t, err)
	if !a.User.Approved() || len(a.User.Permissions()) == 0 {
		t.Fatalf("after the approval: %+v", a.User)
	}
}
