package wire_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/tenants"
)

func prefixes(all ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range all {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func TestTokensAreReadAsTheFrameworkReadsThem(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	for header, want := range map[string]string{
		"":                 "no_credentials",
		"Bearer good":      "no_credentials",
		"good":             "no_credentials",
		"Token":            "token_empty",
		"Token   ":         "token_empty",
		"Token a b":        "token_spaces",
		"Token gööd":       "token_bad_characters",
		"Token good\u00a0": "token_bad_characters",
		"Token bad":        "token_invalid",
		"Token closed":     "account_inactive",
		"Token good":       "",
		"tOKEN   good":     "",
	} {
		a := s.call("GET", "/echo/me/", "", "Authorization", header)
		if want == "" && a.status != 200 || want != "" && (a.status != 401 || a.code() != want) {
			t.Errorf("%q: %d %s", header, a.status, a.body)
		}
	}
	s.wants(s.call("GET", "/echo/me/?access_token=good", ""), 401, "")
	s.wants(s.call("GET", "/echo/me/", "", "Authorization", "Token down"), 503, "")
	for _, second := range []string{"Token good", "Bearer x"} {
		if a := s.call("GET", "/echo/me/", "", "Authorization", "Token good", "Authorization", second); a.status != 401 {
			t.Errorf("two headers: %d %s", a.status, a.body)
		}
	}
}

func TestADeadTokenDoesNotMatterWhereNoneIsNeeded(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	for _, token := range []string{"Token bad", "Token", "Token a b", "Token down"} {
		if a := s.call("POST", "/echo/open/", "", "Authorization", token); a.status != 200 || strings.Contains(a.body, "user") {
			t.Errorf("open, %s: %d %s", token, a.status, a.body)
		}
	}
	for token, status := range map[string]int{"Token bad": 200, "Token closed": 200, "Token a b": 200, "Token down": 503} {
		s.wants(s.call("POST", "/echo/out/", "", "Authorization", token), status, "")
	}
	if a := s.call("POST", "/echo/out/", "", "Authorization", "Token good"); !strings.Contains(a.body, `"user":7`) {
		t.Error(a.body)
	}
}

func TestALiveBrowserSessionHasToProveItsOrigin(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	const live = "csrftoken=proof; sessionid=live"
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
	}{
		"safe":              {"GET", "/echo/me/", []string{"Cookie", live}, 200},
		"unproven":          {"PATCH", "/echo/me/", []string{"Cookie", live}, 403},
		"wrong proof":       {"PATCH", "/echo/me/", []string{"Cookie", live, "X-CSRFToken", "guess"}, 403},
		"proven":            {"PATCH", "/echo/me/", []string{"Cookie", live, "X-CSRFToken", "proof"}, 200},
		"open":              {"POST", "/echo/open/", []string{"Cookie", live}, 403},
		"optional":          {"POST", "/echo/out/", []string{"Cookie", live}, 403},
		"wrong method":      {"DELETE", "/echo/me/", []string{"Cookie", live}, 403},
		"token first":       {"PATCH", "/echo/me/", []string{"Cookie", live, "Authorization", "Token good"}, 200},
		"bad token first":   {"PATCH", "/echo/me/", []string{"Cookie", live, "X-CSRFToken", "proof", "Authorization", "Token bad"}, 401},
		"open with a token": {"POST", "/echo/open/", []string{"Cookie", live, "Authorization", "Token bad"}, 200},
		"dead, open":        {"POST", "/echo/open/", []string{"Cookie", "sessionid=dead"}, 200},
		"dead":              {"GET", "/echo/me/", []string{"Cookie", "sessionid=dead"}, 401},
		"database down":     {"POST", "/echo/open/", []string{"Cookie", "sessionid=down"}, 503},
		"none":              {"POST", "/echo/open/", nil, 200},
	} {
		if a := s.call(c.method, c.path, "", c.headers...); a.status != c.status {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestCookiesAreNothingWhereATenantDoesNotWantThem(t *testing.T) {
	t.Parallel()
	c := echo()
	c.Dialect.Cookies = func(s *tenants.Settings) bool { return s.Contracts.RestAuth.SessionCookies }
	s := start(t, "", nil, c)
	s.wants(s.call("GET", "/echo/me/", "", "Cookie", "sessionid=live"), 401, "")
	s.wants(s.call("POST", "/echo/open/", "", "Cookie", "sessionid=live"), 200, "")
}
