package native_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// asking is a client with a secret key that asks about tokens.
func asking(t *testing.T, s *apitest.Server, slug, key string) func(token string) apitest.Answer {
	c := s.Client(t).In(slug).Bearer(key).Sending("application/x-www-form-urlencoded")
	return func(token string) apitest.Answer {
		return c.Post("/v1/introspect", url.Values{"token": {token}, "token_type_hint": {"access_token"}, "client_id": {"x"}}.Encode())
	}
}

func TestAServiceAsksAboutAToken(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"contracts": {"restauth": {"enabled": true}}}`)
	mia := s.SignUp(t, in, "mia")
	_, key := s.APIKey(t, in, "secret")
	ask := asking(t, s, in.Slug(), key)
	got := ask(mia.Access).Is(200)
	if got.Value("active") != true || got.Text("sub") != fmt.Sprint(mia.ID) || got.Text("username") != "mia" || got.Text("iss") != in.Issuer() ||
		got.Text("tenant") != in.Slug() || got.Text("group") != "user" || got.Text("token_type") != "Bearer" || got.Int("exp") <= got.Int("iat") {
		t.Errorf("hers: %s", got.Body)
	}
	seen := `select count(*) from sessions where tenant_id = $1 and last_seen_at > created_at`
	s.Exec(t, `update sessions set last_seen_at = created_at - interval '2 minutes' where tenant_id = $1`, in.ID())
	if ask(mia.Access).Is(200); s.Count(t, seen, in.ID()) != 0 {
		t.Error("asking was a use")
	}
	// Group and name are those of now.
	s.Operator(t).Patch(apitest.Tenant(in, "/users/", fmt.Sprint(mia.ID)), obj{"group": "coach"}).Is(200)
	if got := ask(mia.Access).Is(200); got.Text("group") != "coach" {
		t.Errorf("moved: %s", got.Body)
	}
	old := s.In(t, in).Post("/rest-auth/login/", obj{"username": "mia", "password": apitest.Password}).Is(200).Text("key")
	if got := ask(old).Is(200); got.Value("active") != true || got.Text("token_type") != "Token" || got.Text("sub") != fmt.Sprint(mia.ID) {
		t.Errorf("the key: %s", got.Body)
	}
}

// What does not work, for whatever reason, is inactive, and the answer does not tell why.
func TestTokensThatDoNotWorkAreInactive(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	mia, theo := s.SignUp(t, in, "mia"), s.SignUp(t, other, "theo")
	_, key := s.APIKey(t, in, "secret")
	ask := asking(t, s, in.Slug(), key)
	inactive := func(what, token string) {
		t.Helper()
		if got := ask(token).Is(200); string(got.Body) != `{"active":false}` {
			t.Errorf("%s: %s", what, got.Body)
		}
	}
	inactive("of another tenant", theo.Access)
	inactive("unknown", "x")
	inactive("no JWT", "a.b.c")
	inactive("changed", mia.Access[:len(mia.Access)-2]+"xx")
	inactive("a refresh token", mia.Refresh)
	inactive("the key itself", key)
	user, admin := apitest.Tenant(in, "/users/", fmt.Sprint(mia.ID)), s.Operator(t)
	admin.Patch(user, obj{"active": false}).Is(200)
	inactive("disabled", mia.Access)
	admin.Patch(user, obj{"active": true}).Is(200)
	mia = mia.SignIn()
	if ask(mia.Access).Is(200).Value("active") != true {
		t.Fatal("enabled again, she is not active")
	}
	admin.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{mia.ID}, "decision": "reject"}).Is(200)
	inactive("rejected", mia.Access)
	admin.Post(apitest.Tenant(in, "/approvals"), obj{"user_ids": []int64{mia.ID}, "decision": "approve"}).Is(200)
	mia = mia.SignIn()
	mia.Post("/v1/sign-out", nil).Is(204)
	inactive("signed out", mia.Access)
}

// Only a secret key of the tenant may ask.
func TestWhoMayAskAboutTokens(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	_, foreign := s.APIKey(t, other, "secret")
	_, public := s.APIKey(t, in, "publishable")
	id, key := s.APIKey(t, in, "secret")
	asking(t, s, in.Slug(), foreign)(mia.Access).Refused(403, "not_allowed")
	asking(t, s, in.Slug(), s.Operator(t).Access)(mia.Access).Refused(403, "not_allowed")
	asking(t, s, in.Slug(), s.Staff(t, in, "owner").Access)(mia.Access).Refused(403, "not_allowed")
	for _, none := range []string{"", public, mia.Access, "sk_x"} {
		asking(t, s, in.Slug(), none)(mia.Access).Is(401)
	}
	ask := asking(t, s, in.Slug(), key)
	ask("").Refused(400, "validation_failed", "token:blank")
	ask(strings.Repeat("x", 9000)).Refused(400, "validation_failed", "token:too_long")
	ask(strings.Repeat("x", 70_000)).Is(413)
	c := s.In(t, in).Bearer(key)
	if a := c.Post("/v1/introspect", obj{"token": mia.Access}).Refused(415, "unsupported_media_type"); !strings.Contains(a.Text("detail"), "Send application/x-www-form-urlencoded.") {
		t.Errorf("what it takes is not told: %s", a.Body)
	}
	asking(t, s, "nobody-here", key)(mia.Access).Refused(404, "tenant_unknown")
	s.Operator(t).Delete(apitest.Tenant(in, "/keys/", id), nil).Is(204)
	ask(mia.Access).Is(401)
}
