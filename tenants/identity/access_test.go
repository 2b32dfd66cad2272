package identity_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

var admin = identity.By{Kind: "admin", ID: "9b2c"}

func TestSignInByAnyName(t *testing.T) {
	w := newWorld(t, "")
	w.register("alice", "")
	for _, name := range []string{"alice", "ALICE", " alice ", "alice@example.com", "Alice@EXAMPLE.com"} {
		if _, err := w.login(name, goodPassword, identity.Opaque); err != nil {
			t.Errorf("as %q: %v", name, err)
		}
	}
	if _, err := w.login("alice", " "+goodPassword+" ", identity.Opaque); err != nil {
		t.Errorf("with spaces around the password: %v", err)
	}
	for _, name := range []string{"alice", "nobody", ""} {
		_, err := w.login(name, "wrong", identity.Opaque)
		wants(t, err, fault.BadCredentials)
	}
}

func TestSpacesOfAPasswordCount(t *testing.T) {
	w := newWorld(t, "")
	_, err := w.Register(t.Context(), w.in, identity.Registration{Username: "spacey", Password: " Kx9!vortex "}, client)
	ok(t, err)
	_, err = w.login("spacey", "Kx9!vortex", identity.Opaque)
	wants(t, err, fault.BadCredentials)
	_, err = w.login("spacey", " Kx9!vortex ", identity.Opaque)
	ok(t, err)
}

func TestLogoutKillsTheOneToken(t *testing.T) {
	w := newWorld(t, "")
	w.register("alice", "")
	for _, shape := range []identity.Shape{identity.Opaque, identity.Pair} {
		one, two := w.mustLogin("alice", shape), w.mustLogin("alice", shape)
		a, err := w.actor(one)
		ok(t, err)
		ok(t, w.Logout(t.Context(), w.in, a, client))
		_, err = w.actor(one)
		wants(t, err, fault.TokenInvalid)
		_, err = w.actor(two)
		ok(t, err)
	}
}

func TestATokenIsWorthNothingInAnotherTenant(t *testing.T) {
	w := newWorld(t, "")
	w.register("alice", "")
	other := world{w.Service, newTenant(t), t}
	other.register("alice", "")
	for _, shape := range []identity.Shape{identity.Opaque, identity.Pair} {
		g := w.mustLogin("alice", shape)
		_, err := other.actor(g)
		wants(t, err, fault.TokenInvalid)
		if g.Refresh != "" {
			_, err = w.Service.Refresh(t.Context(), other.in, g.Refresh, client)
			wants(t, err, fault.TokenInvalid)
			_, err = w.Service.Refresh(t.Context(), w.in, g.Refresh, client)
			ok(t, err)
		}
	}
}

// Every way in and through asks the same question. Each row closes an account in one way; each column is a path.
func TestNoPathLetsAClosedAccountIn(t *testing.T) {
	decide := func(d string) func(w world, id int64) error {
		return func(w world, id int64) error {
			_, err := w.Decide(background, w.in, admin, []int64{id}, d, "no", client)
			return err
		}
	}
	no := false
	for name, tc := range map[string]struct {
		settings string
		closing  func(w world, id int64) error
		login    *fault.Code
	}{
		"disabled": {"", func(w world, id int64) error {
			_, err := w.ChangeUser(background, w.in, admin, id, identity.UserChange{Active: &no}, client)
			return err
		}, fault.BadCredentials},
		"rejected": {"", decide(identity.DecideReject), fault.Rejected},
		"pending":  {`{"approval":{"pending_may_sign_in":false}}`, decide(identity.DecidePending), fault.PendingApproval},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tc.settings)
			w.register("alice", "")
			key, pair := w.mustLogin("alice", identity.Opaque), w.mustLogin("alice", identity.Pair)
			ok(t, w.RequestReset(t.Context(), w.in, "alice@example.com", client))
			link := w.secret("password_reset", "alice@example.com")
			ok(t, tc.closing(w, key.User.ID))
			for _, g := range []identity.Grant{key, pair} {
				if _, err := w.actor(g); err == nil {
					t.Error("an old token still works")
				}
			}
			if _, err := w.Refresh(t.Context(), w.in, pair.Refresh, client); err == nil {
				t.Error("a refresh still works")
			}
			_, err := w.login("alice", goodPassword, identity.Opaque)
			wants(t, err, tc.login)
			if name == "pending" {
				return // may recover, and still not sign in
			}
			err = w.ConfirmReset(t.Context(), w.in, identity.ResetConfirmation{UserID: key.User.ID, Token: link["token"], Password: "Zq7#lantern"}, client)
			wants(t, err, fault.ResetTokenInvalid)
			before := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'password_reset'`)
			ok(t, w.RequestReset(t.Context(), w.in, "alice@example.com", client))
			if w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'password_reset'`) != before {
				t.Error("a reset link was mailed")
			}
		})
	}
}

func TestMandatoryVerification(t *testing.T) {
	w := newWorld(t, `{"email":{"verification":"mandatory"}}`)
	if g := w.register("mia", ""); g.Key != "" {
		t.Fatal("a token before the address was proven")
	}
	_, err := w.login("mia", goodPassword, identity.Opaque)
	wants(t, err, fault.EmailUnverified)
	key := w.secret("verify_email", "mia@example.com")["key"]
	for range 2 { // a double click is a success both times
		_, err = w.VerifyEmail(t.Context(), w.in, key, client)
		ok(t, err)
	}
	if n := w.count(`select count(*) from audit where tenant_id = $1 and action = 'email.verified'`); n != 1 {
		t.Fatalf("verified %d times", n)
	}
	w.mustLogin("mia", identity.Opaque)
	_, err = w.VerifyEmail(t.Context(), w.in, key+"x", client)
	wants(t, err, fault.KeyInvalid)
}

func TestRefreshRotatesAndFindsReuse(t *testing.T) {
	w := newWorld(t, "")
	w.register("alice", "")
	r0 := w.mustLogin("alice", identity.Pair)
	r1, err := w.Refresh(t.Context(), w.in, r0.Refresh, client)
	ok(t, err)
	for range 5 { // the answer was lost: the immediate parent gets the same successor
		again, err := w.Refresh(t.Context(), w.in, r0.Refresh, client)
		ok(t, err)
		if again.Refresh != r1.Refresh {
			t.Fatal("two successors of one parent")
		}
	}
	r2, err := w.Refresh(t.Context(), w.in, r1.Refresh, client)
	ok(t, err)
	_, err = w.Refresh(t.Context(), w.in, r0.Refresh, client)
	wants(t, err, fault.TokenReused)
	_, err = w.Refresh(t.Context(), w.in, r2.Refresh, client)
	wants(t, err, fault.TokenInvalid)
	_, err = w.actor(r2)
	wants(t, err, fault.TokenInvalid)
	if n := w.count(`select count(*) from audit where tenant_id = $1 and action = 'session.reuse'`); n != 1 {
		t.Fatalf("%d audit rows", n)
	}
}

func TestParallelRefreshesLeaveOneChain(t *testing.T) {
	w := newWorld(t, "")
	w.register("alice", "")
	r0 := w.mustLogin("alice", identity.Pair)
	next := make([]string, 20)
	errs := race(20, func(i int) error {
		g, err := w.Refresh(background, w.in, r0.Refresh, client)
		next[i] = g.Refresh
		return err
	})
	if succeeded(errs) != 20 {
		t.Fatalf("a retry was refused: %v", errs)
	}
	for _, n := range next {
		if n != next[0] {
			t.Fatal("two chains")
		}
	}
	_, err := w.Refresh(t.Context(), w.in, next[0], client)
	ok(t, err)
}

func TestAResetLinkWorksOnce(t *testing.T) {
	w := newWorld(t, "")
	old := w.register("pam", "")
	ok(t, w.RequestReset(t.Context(), w.in, "PAM@example.com", client))
	link := w.secret("password_reset", "pam@example.com")
	confirm := func(i int) error {
		return w.ConfirmReset(background, w.in, identity.ResetConfirmation{UserID: 1, Token: link["token"], Password: "Zq7#lantern" + string(rune('a'+i))}, client)
	}
	wants(t, w.ConfirmReset(t.Context(), w.in, identity.ResetConfirmation{UserID: 1, Token: link["token"], Password: "12345"}, client), fault.PasswordShort)
	errs := race(20, confirm)
	if n := succeeded(errs); n != 1 {
		t.Fatalf("%d of 20 confirmations succeeded", n)
	}
	for i, err := range errs {
		_, login := w.login("pam", "Zq7#lantern"+string(rune('a'+i)), identity.Opaque)
		if (err == nil) != (login == nil) {
			t.Fatalf("attempt %d: confirm %v, login %v", i, err, login)
		}
	}
	_, err := w.actor(old)
	wants(t, err, fault.TokenInvalid)
}

func TestResetLinksGoStale(t *testing.T) {
	for name, act := range map[string]func(w world){
		"a later sign-in":   func(w world) { w.mustLogin("pam", identity.Opaque) },
		"a newer request":   func(w world) { ok(w.t, w.RequestReset(background, w.in, "pam@example.com", client)) },
		"a password change": func(w world) { changePassword(w) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "")
			w.register("pam", "")
			ok(t, w.RequestReset(t.Context(), w.in, "pam@example.com", client))
			link := w.secret("password_reset", "pam@example.com")
			act(w)
			err := w.ConfirmReset(t.Context(), w.in, identity.ResetConfirmation{UserID: 1, Token: link["token"], Password: "Zq7#lantern"}, client)
			wants(t, err, fault.ResetTokenInvalid)
		})
	}
}

func changePassword(w world) {
	a, err := w.actor(w.mustLogin("pam", identity.Opaque))
	ok(w.t, err)
	ok(w.t, w.ChangePassword(background, w.in, a, identity.PasswordChange{New: "Yx5&thicket"}, client))
}

func TestAPasswordChangeEndsTheOtherSessions(t *testing.T) {
	w := newWorld(t, "")
	other := w.register("pam", "")
	mine := w.mustLogin("pam", identity.Pair)
	a, err := w.actor(mine)
	ok(t, err)
	wrong := "nope"
	wants(t, w.ChangePassword(t.Context(), w.in, a, identity.PasswordChange{Old: &wrong, New: "Yx5&thicket"}, client), fault.PasswordWrong)
	wants(t, w.ChangePassword(t.Context(), w.in, a, identity.PasswordChange{OldRequired: true, New: "Yx5&thicket"}, client), fault.Required)
	ok(t, w.ChangePassword(t.Context(), w.in, a, identity.PasswordChange{New: "Yx5&thicket"}, client))
	_, err = w.actor(other)
	wants(t, err, fault.TokenInvalid)
	_, err = w.actor(mine)
	ok(t, err)
	w.secret2("password_changed", "pam@example.com")
}

// secret2 only sees that the mail is owed; notices carry no secret.
func (w world) secret2(message, to string) {
	w.t.Helper()
	if w.count(`select count(*) from outbox where tenant_id = $1 and recipient = $2 and payload ->> 'message' = $3`, to, message) == 0 {
		w.t.Fatalf("no %s to %s", message, to)
	}
}

func TestANewAddressIsNothingUntilProven(t *testing.T) {
	w := newWorld(t, "")
	a, err := w.actor(w.register("eve", ""))
	ok(t, err)
	wants(t, w.RequestEmailChange(t.Context(), w.in, a, "new@example.com", "wrong", client), fault.PasswordWrong)
	ok(t, w.RequestEmailChange(t.Context(), w.in, a, "new@example.com", goodPassword, client))
	_, err = w.login("new@example.com", goodPassword, identity.Opaque)
	wants(t, err, fault.BadCredentials)
	w.mustLogin("eve@example.com", identity.Opaque)
	key := w.secret("email_change", "new@example.com")["key"]
	_, err = w.ConfirmEmailChange(t.Context(), w.in, key, client)
	ok(t, err)
	w.mustLogin("new@example.com", identity.Opaque)
	_, err = w.login("eve@example.com", goodPassword, identity.Opaque)
	wants(t, err, fault.BadCredentials)
	w.secret2("email_changed_notice", "eve@example.com")
}

func TestAnAddressProvenBySomebodyElseIsTheirs(t *testing.T) {
	w := newWorld(t, "")
	a, err := w.actor(w.register("eve", ""))
	ok(t, err)
	ok(t, w.RequestEmailChange(t.Context(), w.in, a, "both@example.com", goodPassword, client))
	w.register("both", "")
	_, err = w.ConfirmEmailChange(t.Context(), w.in, w.secret("email_change", "both@example.com")["key"], client)
	wants(t, err, fault.KeyInvalid)
}

func TestErasureLeavesNothingPersonal(t *testing.T) {
	w := newWorld(t, "")
	a, err := w.actor(w.register("eve", ""))
	ok(t, err)
	wants(t, w.Erase(t.Context(), w.in, a, "wrong", client), fault.PasswordWrong)
	ok(t, w.Erase(t.Context(), w.in, a, goodPassword, client))
	for _, table := range []string{"users", "identifiers", "sessions", "proofs", "outbox"} {
		if n := w.count(`select count(*) from ` + table + ` where tenant_id = $1`); n != 0 {
			t.Errorf("%d rows stay in %s", n, table)
		}
	}
	if w.count(`select count(*) from audit where tenant_id = $1 and (details::text like '%eve%')`) != 0 {
		t.Error("the trail names the erased user")
	}
	if w.count(`select count(*) from audit where tenant_id = $1 and user_id = $2 and ip <> ''`, a.User.ID) != 0 {
		t.Error("the trail tells where the erased user was")
	}
	w.register("eve", "")
}

func TestSessionsCanBeListedAndEnded(t *testing.T) {
	w := newWorld(t, "")
	w.register("eve", "")
	mine := w.mustLogin("eve", identity.Pair)
	a, err := w.actor(mine)
	ok(t, err)
	all, err := w.Sessions(t.Context(), w.in, a.User.ID)
	ok(t, err)
	if len(all) != 2 {
		t.Fatalf("%d sessions", len(all))
	}
	wants(t, w.EndSession(t.Context(), w.in, admin, a.User.ID, uuid.New(), client), fault.PathUnknown)
	ok(t, w.EndSessions(t.Context(), w.in, admin, a.User.ID, mine.SessionID, client))
	all, err = w.Sessions(t.Context(), w.in, a.User.ID)
	ok(t, err)
	if len(all) != 1 || all[0].ID != mine.SessionID {
		t.Fatalf("left: %+v", all)
	}
}

func TestShortLifetimesEndSessions(t *testing.T) {
	w := newWorld(t, `{"lifetimes":{"opaque_idle_seconds":1,"refresh_seconds":1,"opaque_seconds":1}}`)
	w.register("eve", "")
	key, pair := w.mustLogin("eve", identity.Opaque), w.mustLogin("eve", identity.Pair)
	eventually(t, func() bool {
		_, err := w.actor(key)
		_, refresh := w.Refresh(background, w.in, pair.Refresh, client)
		return err != nil && refresh != nil
	})
}
