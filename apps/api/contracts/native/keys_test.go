package native_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestAKeyIsShownOnceAndDiesAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner := s.Staff(t, in, "owner")
	path := apitest.Tenant(in, "/keys")
	made := owner.Post(path, obj{"kind": "secret", "name": "Nightly import"}).Is(201)
	key, id := made.Text("key"), made.Text("id")
	if !strings.HasPrefix(key, "sk_") || len(key) < 30 || !strings.HasSuffix(made.Text("hint"), key[len(key)-4:]) {
		t.Errorf("made: %s", made.Body)
	}
	if list := owner.Get(path).Is(200); strings.Contains(string(list.Body), key) || list.Text("data.0.hint") != made.Text("hint") {
		t.Errorf("listed: %s", list.Body)
	}
	if found := s.Search(t, in, key); len(found) > 0 {
		t.Errorf("in clear in %v", found)
	}
	program := s.Client(t).Bearer(key)
	program.Get(apitest.Tenant(in, "/users")).Is(200)
	made2 := program.Post(apitest.Tenant(in, "/users"), obj{"email": "mia@example.com", "invite": false}).Is(201)
	program.Get(apitest.Tenant(s.Tenant(t, ""), "/users")).Refused(404, "tenant_unknown")
	program.Get(path).Refused(403, "not_allowed")
	if used := owner.Get(path).Is(200).Value("data.0.last_used_at"); used == nil {
		t.Error("its use is not noted")
	}
	trail := owner.Get(apitest.Tenant(in, "/audit?action=user.created")).Is(200)
	if trail.Text("data.0.actor.type") != "key" || trail.Text("data.0.actor.id") != id || trail.Int("data.0.user_id") != made2.Int("id") {
		t.Errorf("the trail: %s", trail.Body)
	}
	owner.Delete(path+"/"+id, nil).Is(204)
	program.Get(apitest.Tenant(in, "/users")).Refused(401, "token_invalid")
	owner.Delete(path+"/"+id, nil).Refused(404, "not_found")
	owner.Delete(path+"/"+uuid.NewString(), nil).Refused(404, "not_found")
	owner.Delete(path+"/x", nil).Refused(404, "not_found")
	owner.Post(path, obj{"kind": "public", "name": " "}).Refused(400, "validation_failed", "kind:not_a_choice", "name:blank")
}

func TestAPublishableKeyOnlyNamesItsTenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	id, key := s.APIKey(t, in, "publishable")
	_, secret := s.APIKey(t, in, "secret")
	c := s.Client(t).With("X-Keyhall-Key", key)
	c.Bearer(mia.Access).Get("/v1/me").Is(200)
	c.Get("/v1/me").Refused(401, "no_credentials")
	s.Client(t).Bearer(key).Get(apitest.Tenant(in)).Refused(401, "token_invalid")
	s.Client(t).With("X-Keyhall-Key", secret).Get("/.well-known/jwks.json").Refused(404, "tenant_unknown")
	s.Client(t).With("X-Keyhall-Key", "pk_unknown").Get("/.well-known/jwks.json").Refused(404, "tenant_unknown")
	s.Operator(t).Delete(apitest.Tenant(in, "/keys/", id), nil).Is(204)
	c.Bearer(mia.Access).Get("/v1/me").Refused(404, "tenant_unknown")
}

func TestADomainMeansOneTenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	host := "id-" + uuid.NewString()[:8] + ".acme.example"
	owner := s.Staff(t, in, "owner")
	path := func(host string) string { return apitest.Tenant(in, "/domains/", host) }
	byHost := func() apitest.Answer { return s.Client(t).With("Host", host).Get("/.well-known/jwks.json") }
	byHost().Refused(404, "tenant_missing")
	for range 2 {
		if a := owner.Put(path(strings.ToUpper(host)), nil).Is(200); a.Text("host") != host {
			t.Errorf("added: %s", a.Body)
		}
	}
	byHost().Is(200)
	s.Client(t).With("Host", strings.ToUpper(host)+".:8443").Get("/.well-known/jwks.json").Is(200)
	owner.Get(path(host)).Is(200)
	owner.Get(path(strings.ToUpper(host))).Is(200)
	if hosts := owner.Get(apitest.Tenant(in, "/domains")).Is(200).List("data", "host"); len(hosts) != 1 || hosts[0] != host {
		t.Errorf("listed: %v", hosts)
	}
	s.Operator(t).Put(apitest.Tenant(other, "/domains/", host), nil).Refused(409, "host_taken", "host")
	s.Operator(t).Delete(apitest.Tenant(other, "/domains/", host), nil).Refused(404, "not_found")
	for _, bad := range []string{"localhost", "acme", "a..b.example", "acme.id.example.test", "id.example.test", "a_b.example", "10.0.0.1", "a%20b.example", strings.Repeat("a.", 127) + "example"} {
		owner.Put(path(bad), nil).Refused(400, "validation_failed", "host:bad_format")
	}
	owner.Delete(path(host), nil).Is(204)
	byHost().Refused(404, "tenant_missing")
	owner.Delete(path(host), nil).Refused(404, "not_found")
	owner.Get(path(host)).Refused(404, "not_found")
	s.Operator(t).Put(apitest.Tenant(other, "/domains/", host), nil).Is(200)
}

// Path, host, header and publishable key each name the tenant; two that disagree are refused, and one alone that is
// unknown is refused too, even if the others are right.
func TestFourWaysToNameATenant(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	ways := func(in string, key string) map[string]func(apitest.Client) apitest.Client {
		return map[string]func(apitest.Client) apitest.Client{
			"path":   func(c apitest.Client) apitest.Client { return c.In(in) },
			"host":   func(c apitest.Client) apitest.Client { return c.With("Host", in+".id.example.test") },
			"header": func(c apitest.Client) apitest.Client { return c.With("X-Keyhall-Tenant", in) },
			"key":    func(c apitest.Client) apitest.Client { return c.With("X-Keyhall-Key", key) },
		}
	}
	_, own := s.APIKey(t, in, "publishable")
	_, foreign := s.APIKey(t, other, "publishable")
	right, wrong, unknown := ways(in.Slug(), own), ways(other.Slug(), foreign), ways("nobody-of-that-name", "pk_nobody")
	c := s.Client(t).Bearer(mia.Access)
	c.Get("/v1/me").Refused(404, "tenant_missing")
	for a, name := range right {
		name(c).Get("/v1/me").Is(200)
		wrong[a](c).Get("/v1/me").Refused(401, "token_invalid")
		unknown[a](c).Get("/v1/me").Refused(404, "tenant_unknown")
		for b := range right {
			if a == b {
				continue
			}
			right[b](name(c)).Get("/v1/me").Is(200)
			wrong[b](name(c)).Get("/v1/me").Refused(400, "tenant_conflict")
			unknown[b](name(c)).Get("/v1/me").Refused(404, "tenant_unknown")
		}
	}
	for _, header := range []string{"X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Tenant-ID", "X-Org"} {
		c.In(in.Slug()).With(header, other.Slug()+".id.example.test").Get("/v1/me?tenant=" + other.Slug()).Is(200)
		c.With(header, in.Slug()+".id.example.test").Get("/v1/me?tenant="+in.Slug()).Refused(404, "tenant_missing")
	}
	c.With("X-Keyhall-Tenant", in.Slug(), "X-Keyhall-Tenant", in.Slug()).Get("/v1/me").Refused(400, "tenant_conflict")
}
