package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/wire"
)

func TestATenantIsNamedByPathHostOrHeader(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	a, b := s.a.Slug(), s.b.Slug()
	want := `"tenant":"` + a + `"`
	for name, got := range map[string]answer{
		"path":            s.at("POST", "/t/"+a+"/echo/open/", ""),
		"header":          s.at("POST", "/echo/open/", "", "X-Keyhall-Tenant", a),
		"host":            s.at("POST", "/echo/open/", "", "Host", a+".id.example.test"),
		"host with port":  s.at("POST", "/echo/open/", "", "Host", strings.ToUpper(a)+".id.example.test:8080"),
		"all at once":     s.at("POST", "/t/"+a+"/echo/open/", "", "X-Keyhall-Tenant", a, "Host", a+".id.example.test"),
		"forwarded host":  s.at("POST", "/t/"+a+"/echo/open/", "", "X-Forwarded-Host", b+".id.example.test"),
		"body and query":  s.at("POST", "/t/"+a+"/echo/open/?tenant="+b, `{"tenant":"`+b+`"}`, "Content-Type", "application/json"),
		"unrelated host":  s.at("POST", "/t/"+a+"/echo/open/", "", "Host", "login.example.org"),
		"slug with slash": s.at("POST", "/t/"+a+"/echo/open", ""),
	} {
		if got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestTenantsThatAreNotThereAreNotFound(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	a, b := s.a.Slug(), s.b.Slug()
	for name, want := range map[string]struct {
		got  answer
		code string
	}{
		"nobody named":  {s.at("POST", "/echo/open/", ""), "tenant_missing"},
		"unknown":       {s.at("POST", "/t/nobody/echo/open/", ""), "tenant_unknown"},
		"empty slug":    {s.at("POST", "/t//echo/open/", ""), "tenant_missing"},
		"other case":    {s.at("POST", "/t/"+strings.ToUpper(a)+"/echo/open/", ""), "tenant_unknown"},
		"two prefixes":  {s.at("POST", "/t/"+a+"/t/"+a+"/echo/open/", ""), "not_found"},
		"disagreeing":   {s.at("POST", "/t/"+a+"/echo/open/", "", "X-Keyhall-Tenant", b), "tenant_conflict"},
		"two headers":   {s.at("POST", "/echo/open/", "", "X-Keyhall-Tenant", a, "X-Keyhall-Tenant", b), "tenant_conflict"},
		"host disagree": {s.at("POST", "/t/"+a+"/echo/open/", "", "Host", b+".id.example.test"), "tenant_conflict"},
	} {
		status := http.StatusNotFound
		if want.code == "tenant_conflict" {
			status = http.StatusBadRequest
		}
		if want.got.status != status || want.got.code() != want.code {
			t.Errorf("%s: %d %s", name, want.got.status, want.got.body)
		}
	}
}

func TestOddHostsAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	host := s.a.Slug() + ".id.example.test"
	for _, odd := range []string{"user:pw@" + host, host + "#x", host + "/x", host + "?x", host + ":99999", host + ":x", "a b", "[::1", host + "\\x", "%61" + host} {
		a := s.raw("POST /echo/open/ HTTP/1.1\nHost: " + odd + "\nContent-Length: 0\n\n")
		if a.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", odd, a.status, a.body)
		}
	}
	other := s.b.Slug() + ".id.example.test"
	if a := s.raw("POST http://" + other + "/echo/open/ HTTP/1.1\nHost: " + host + "\nContent-Length: 0\n\n"); a.status != http.StatusBadRequest {
		t.Errorf("two hosts: %d %s", a.status, a.body)
	}
}

func TestAContractThatIsOffIsNotThere(t *testing.T) {
	t.Parallel()
	c := echo()
	c.Enabled = func(s *tenants.Settings) bool { return s.Contracts.Coach.Enabled }
	s := start(t, `{"contracts":{"coach":{"enabled":false}}}`, nil, c)
	if a := s.call("POST", "/echo/open/", ""); a.status != 404 || a.code() != "contract_off" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestPlatformRoutesLieInNoTenant(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	if a := s.at("GET", "/echo/platform", ""); a.status != 200 || strings.Contains(a.body, "tenant") {
		t.Errorf("%d %s", a.status, a.body)
	}
	s.wants(s.call("GET", "/echo/platform", ""), 404, "")
}

func TestPreflightsPassForTheTenantsOwnOrigins(t *testing.T) {
	t.Parallel()
	s := start(t, `{"origins":["https://app.example.com"]}`, nil, echo())
	preflight := func(origin string) answer {
		return s.call("OPTIONS", "/echo/me/", "", "Origin", origin, "Access-Control-Request-Method", "PATCH",
			"Access-Control-Request-Headers", "authorization, content-type")
	}
	a := preflight("https://app.example.com")
	if a.status != 204 || a.body != "" || a.header.Get("Access-Control-Allow-Origin") != "https://app.example.com" ||
		a.header.Get("Access-Control-Allow-Methods") != "GET, POST, PUT, PATCH, DELETE, OPTIONS" || a.header.Get("Allow") != "GET, PATCH, HEAD, OPTIONS" {
		t.Errorf("%d %v", a.status, a.header)
	}
	for _, name := range []string{"Authorization", "Content-Type", "X-CSRFToken", "X-Requested-With", "Accept"} {
		if !strings.Contains(a.header.Get("Access-Control-Allow-Headers"), name) {
			t.Errorf("%s may not be sent", name)
		}
	}
	for _, foreign := range []string{"https://app.example.com.evil.com", "http://app.example.com", "null", "https://APP.example.com"} {
		if got := preflight(foreign).header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s was let in as %q", foreign, got)
		}
	}
	real := s.call("GET", "/echo/me/", "", "Origin", "https://app.example.com")
	if real.status != 401 || real.header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("an error cannot be read by the page: %d %v", real.status, real.header)
	}
}

func TestTheClientsAddressIsNotWhatItSays(t *testing.T) {
	t.Parallel()
	plain := start(t, "", nil, echo())
	if a := plain.call("POST", "/echo/open/", "", "X-Forwarded-For", "203.0.113.9", "X-Real-Ip", "203.0.113.9"); !strings.Contains(a.body, `"ip":"127.0.0.1"`) {
		t.Error(a.body)
	}
	proxied := start(t, "", func(c *wire.Config) { c.Proxies = prefixes("127.0.0.0/8", "10.0.0.0/8") }, echo())
	for forwarded, want := range map[string]string{
		"203.0.113.9":                       "203.0.113.9",
		"198.51.100.1, 203.0.113.9":         "203.0.113.9",
		"203.0.113.9, 10.1.1.1":             "203.0.113.9",
		"::ffff:203.0.113.9":                "203.0.113.9",
		"[2001:db8::1]:443":                 "2001:db8::1",
		"203.0.113.9:1234":                  "203.0.113.9",
		"203.0.113.9, nonsense":             "127.0.0.1",
		"nonsense, 203.0.113.9, 10.0.0.250": "203.0.113.9",
		"10.0.0.1, 10.0.0.2":                "10.0.0.1",
		"":                                  "127.0.0.1",
	} {
		if a := proxied.call("POST", "/echo/open/", "", "X-Forwarded-For", forwarded); !strings.Contains(a.body, `"ip":"`+want+`"`) {
			t.Errorf("%q: %s", forwarded, a.body)
		}
	}
	two := proxied.call("POST", "/echo/open/", "", "X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "203.0.113.9")
	if !strings.Contains(two.body, `"ip":"203.0.113.9"`) {
		t.Error(two.body)
	}
}
