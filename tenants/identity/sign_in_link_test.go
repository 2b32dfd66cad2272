package identity_test

import (
	"errors"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/identity"
)

func TestOneOfFiftyUsesOfALinkSucceeds(t *testing.T) {
	w := newWorld(t, "")
	w.register("anna", "")
	for round := range 10 {
		ok(t, w.RequestSignInLink(t.Context(), w.in, "anna@example.com", client))
		key := w.secret("sign_in_link", "anna@example.com")["key"]
		errs := race(50, func(i int) error {
			if i%5 == 0 {
				return w.ProveByLink(background, w.in, key, client)
			}
			_, err := w.LoginByLink(background, w.in, key, identity.Pair, client)
			return err
		})
		if n := succeeded(errs); n != 1 {
			t.Fatalf("round %d: %d of 50 succeeded", round, n)
		}
		for _, err := range errs {
			if err != nil && !errors.Is(err, fault.KeyInvalid) {
				t.Fatalf("got %v", err)
			}
		}
		w.agePauseOfLinks()
	}
	if n := w.count(`select count(*) from sessions where tenant_id = $1 and contract = 'native' and kind = 'pair'`); n > 10 {
		t.Errorf("%d sessions", n)
	}
}

func (w world) agePauseOfLinks() {
	w.t.Helper()
	_, err := pgtest.Get(w.t).Owner(w.t).ExecContext(w.t.Context(), `update proofs set created_at = created_at - interval '1 day' where tenant_id = $1`, w.in.ID())
	ok(w.t, err)
}

func TestOneOfFiftyParallelRequestsMailsALink(t *testing.T) {
	w := newWorld(t, "")
	w.register("anna", "")
	race(50, func(int) error { return w.RequestSignInLink(background, w.in, "anna@example.com", client) })
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'sign_in_link'`); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestOneMailboxGetsFewLinks(t *testing.T) {
	w := limited(t, "")
	w.register("anna", "")
	for range 30 {
		ok(t, w.RequestSignInLink(t.Context(), w.in, "anna@example.com", client))
		w.agePauseOfLinks()
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'sign_in_link'`); n != 5 {
		t.Errorf("%d mails", n)
	}
}

// A code goes to one sign-in, whichever of the two contracts asks.
func TestOneOfFiftyNativeSignInsByCodeSucceeds(t *testing.T) {
	w := newWorld(t, `{"contracts":{"drfuser":{"otp_attempts":10}}}`)
	w.register("anna", "")
	for round := range 10 {
		ok(t, w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForSignIn, client))
		code := w.secret("otp", "anna@example.com")["otp"]
		errs := race(50, func(int) error {
			_, err := w.LoginByCode(background, w.in, to(t, "anna@example.com"), code, identity.Pair, client)
			return err
		})
		if n := succeeded(errs); n != 1 {
			t.Fatalf("round %d: %d of 50 succeeded", round, n)
		}
		w.forgetPause()
	}
}
