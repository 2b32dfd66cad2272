package native_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/spec"
	"github.com/keyhall/keyhall/tenants/limit"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// here is the network that the tests call from.
const here = "127.0.0.1/32"

// spend uses a rule up.
func spend(t *testing.T, l *limit.Limiter, tenant string, rule limit.Rule, subject string) {
	t.Helper()
	for range rule.Limit + 1 {
		if l.Take(t.Context(), tenant, limit.Charge{Rule: rule, Subject: subject}) != nil {
			return
		}
	}
	t.Fatalf("%s has no end", rule.Name)
}

// limited are the operations that somebody could use for guessing or to flood a mailbox.
var limited = strings.Fields(`auth.signUp auth.signIn auth.confirmEmail auth.resendVerification auth.requestPasswordReset auth.requestCode auth.signInByCode
	auth.requestSignInLink auth.signInByLink auth.signInByProvider auth.confirmProviderSignIn me.connectSocial me.changeMobile me.sendEmailCode me.confirmEmailByCode auth.confirmPasswordReset
	me.changePassword me.changeEmail me.delete me.confirmEmail adminAuth.login adminAuth.openSession adminAuth.changePassword`)

func TestWhatCanBeUsedForGuessingIsLimited(t *testing.T) {
	t.Parallel()
	limiter := apitest.Limiter(t)
	s := apitest.Start(t, apitest.Options{Limiter: limiter, HTTPS: true})
	c := newCaller(t, apitest.Shared(t))
	tenant := c.tenant.ID().String()
	for _, rule := range []limit.Rule{limit.SignUpNetwork, limit.LoginNetwork, limit.ResetNetwork, limit.VerifyNetwork, limit.SocialNetwork, limit.SocialBegin} {
		spend(t, limiter, tenant, rule, here)
	}
	spend(t, limiter, tenant, limit.LoginIdentifier, "session/"+sessionOf(c.person))
	spend(t, limiter, "platform", limit.LoginNetwork, here)
	chief := s.Count(t, `select count(*) from admin_sessions where admin_id = $1`, c.chief.ID)
	if chief == 0 {
		t.Fatal("the operator has no session")
	}
	var session string
	if err := s.Owner.QueryRowContext(t.Context(), `select id from admin_sessions where admin_id = $1 and kind = 'pair' order by created_at limit 1`, c.chief.ID).Scan(&session); err != nil {
		t.Fatal(err)
	}
	spend(t, limiter, "platform", limit.LoginIdentifier, "session/"+session)
	examples := map[string]any{"me.changeEmail": obj{"email": "new@example.com", "password": "x"}}
	for _, id := range limited {
		op := operation(t, id)
		body := examples[id]
		if body == nil {
			body = op.Example()
		}
		a := c.call(t, s, op, asItIs, body)
		a.Refused(429, "rate_limited")
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come back", id)
		}
	}
	s.Traveller(t, c.tenant).Begin("google").Is(429)
	s.In(t, c.tenant).Bearer(c.person.Access).Get("/v1/me").Is(200)
}

func operation(t *testing.T, id string) spec.Op {
	t.Helper()
	for _, op := range spec.Load().Operations() {
		if op.ID == id {
			return op
		}
	}
	t.Fatalf("no operation %s", id)
	return spec.Op{}
}
