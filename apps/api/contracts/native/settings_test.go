package native_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/provider"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// fixed are the settings whose names and defaults scripts rely on, each with another value it takes.
var fixed = []struct {
	name            string
	standard, other any
}{
	{"registration.open", true, false},
	{"email.verification", "optional", "none"},
	{"approval.required_for", []any{"coach"}, []any{"user", "coach"}},
	{"approval.pending_may_sign_in", true, false},
	{"approval.remind_after_hours", 0., 24.},
	{"approval.domains", []any{}, []any{"acme.example", "xn--bcher-kva.example"}},
	{"password.min_length", 8., 1.},
	{"password.check_common", true, false},
	{"password.check_similarity", true, false},
	{"privacy.hide_account_existence", false, true},
	{"admins.second_factor", false, true},
	{"lifetimes.access_seconds", 900., 1.},
	{"lifetimes.refresh_seconds", 2592000., 1.},
	{"lifetimes.opaque_idle_seconds", 2592000., 1.},
	{"lifetimes.opaque_seconds", 7776000., 1.},
	{"lifetimes.email_key_seconds", 259200., 1.},
	{"lifetimes.reset_seconds", 259200., 1.},
	{"lifetimes.invitation_seconds", 1209600., 1.},
	{"lifetimes.otp_seconds", 300., 1.},
	{"branding.name", "", "Acme"},
	{"branding.logo_url", "", "https://cdn.acme.example:8443/a/logo.png?v=2"},
	{"branding.color", "", "#0b6e4f"},
	{"branding.background", "", "#000000"},
	{"sms.region", "", "GB"},
	{"sms.regions", []any{}, []any{"GB", "IE"}},
	{"sms.per_day", 1000., 1.},
	{"sms.max_parts", 4., 10.},
	{"contracts.coach.enabled", true, false},
	{"contracts.drfuser.enabled", true, false},
	{"contracts.drfuser.otp_length", 7., 4.},
	{"contracts.drfuser.otp_attempts", 3., 1.},
	{"contracts.drfuser.otp_cooldown_seconds", 180., 1.},
	{"contracts.drfuser.otp_success_status", 201., 202.},
	{"contracts.drfuser.mobile_required", false, true},
	{"contracts.drfuser.registration_requires_otp", false, true},
	{"contracts.restauth.enabled", true, false},
	{"contracts.restauth.login_method", "username_email", "email"},
	{"contracts.restauth.email_required", true, false},
	{"contracts.restauth.old_password_field_enabled", false, true},
	{"contracts.restauth.logout_on_password_change", false, true},
	{"contracts.restauth.logout_on_get", false, true},
	{"contracts.restauth.session_cookies", false, true},
	{"contracts.fittrackee.enabled", true, false},
	{"contracts.fittrackee.token_seconds", 2592000., 1.},
	{"contracts.fittrackee.timezone", "Europe/Paris", "UTC"},
	{"contracts.simplejwt.enabled", true, false},
	{"contracts.simplejwt.search_envelope", false, true},
}

// nested makes {"a":{"b":value}} of "a.b".
func nested(name string, value any) any {
	parts := strings.Split(name, ".")
	for i := range parts {
		value = obj{parts[len(parts)-1-i]: value}
	}
	return value
}

func TestEachSettingHasItsNameItsDefaultAndAWayBack(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	path := apitest.Tenant(in, "/settings")
	defaults := c.Get(path).Is(200)
	for _, setting := range fixed {
		if got := defaults.Value(setting.name); !reflect.DeepEqual(got, setting.standard) {
			t.Errorf("%s is %v at first", setting.name, got)
		}
		is := func(a apitest.Answer, want any) {
			t.Helper()
			if got := a.Is(200).Value(setting.name); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: wanted %v, got %v", setting.name, want, got)
			}
		}
		is(c.Patch(path, nested(setting.name, setting.other)), setting.other)
		is(c.Sending("application/merge-patch+json").Patch(path, nested(setting.name, nil)), setting.standard)
	}
}

// The table above is all of them, so that a new setting cannot go untested.
func TestNoSettingIsForgotten(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	all := s.Operator(t).Get(apitest.Tenant(s.Tenant(t, ""), "/settings")).Is(200).Value("")
	known := map[string]bool{"links": true, "smtp": true, "sender": true, "origins": true, "locale": true, "sms.provider": true, "social.providers": true, "social.return_to": true} // tested by themselves
	for _, setting := range fixed {
		known[setting.name] = true
	}
	var look func(path string, v any)
	look = func(path string, v any) {
		if known[path] {
			return
		}
		inner, isObject := v.(map[string]any)
		if !isObject {
			t.Errorf("%s is not in the table", path)
		}
		for name, value := range inner {
			look(strings.TrimPrefix(path+"."+name, "."), value)
		}
	}
	look("", all)
}

func TestASettingThatMakesNoSenseIsRefusedByItsPath(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	path := apitest.Tenant(in, "/settings")
	before := string(c.Get(path).Is(200).Body)
	for patch, complaint := range map[string]string{
		`{"emails": {}}`:                            "emails:unknown_setting",
		`{"Email": {"verification": "none"}}`:       "Email:unknown_setting",
		`{"email": {"verify": true}}`:               "email.verify:unknown_setting",
		`{"contracts": {"restauth": {"login": 1}}}`: "contracts.restauth.login:unknown_setting",
		`{"contracts": {"oauth": {}}}`:              "contracts.oauth:unknown_setting",
		`{"smtp": {"password_sealed": "eA=="}}`:     "smtp.password_sealed:unknown_setting",
		`{"email": {"verification": "sometimes"}}`:  "email.verification:not_a_choice",
		`{"sms": {"provider": {"name": "pigeon", "account": "a", "sender": "b", "secret": "c"}}}`:                                  "sms.provider.name:not_a_choice",
		`{"sms": {"provider": {"secret_sealed": "eA=="}}}`:                                                                         "sms.provider.secret_sealed:unknown_setting",
		`{"sms": {"provider": {"name": "hook", "url": "http://a.example", "secret": "x"}}}`:                                        "sms.provider.secret:bad_format",
		`{"sms": {"provider": {"name": "hook", "url": "file:///etc/passwd", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}}`: "sms.provider.url:bad_format",
		`{"sms": {"max_parts": 11}}`:                                                           "sms.max_parts:out_of_range",
		`{"email": 5}`:                                                                         "email:bad_format",
		`{"email": []}`:                                                                        "email:bad_format",
		`{"registration": {"open": "yes"}}`:                                                    "registration.open:bad_format",
		`{"registration": {"open": {"a": 1}}}`:                                                 "registration.open:bad_format",
		`{"approval": {"required_for": "coach"}}`:                                              "approval.required_for:bad_format",
		`{"approval": {"required_for": ["admin"]}}`:                                            "approval.required_for:not_a_choice",
		`{"approval": {"domains": ["Acme.example"]}}`:                                          "approval.domains:bad_format",
		`{"approval": {"domains": ["@acme.example"]}}`:                                         "approval.domains:bad_format",
		`{"approval": {"domains": ["localhost"]}}`:                                             "approval.domains:bad_format",
		`{"approval": {"remind_after_hours": -1}}`:                                             "approval.remind_after_hours:out_of_range",
		`{"approval": {"remind_after_hours": 2161}}`:                                           "approval.remind_after_hours:out_of_range",
		`{"approval": {"required_for": [null]}}`:                                               "approval.required_for:bad_format",
		`{"password": {"min_length": 0}}`:                                                      "password.min_length:out_of_range",
		`{"password": {"min_length": 257}}`:                                                    "password.min_length:out_of_range",
		`{"password": {"min_length": 8.5}}`:                                                    "password.min_length:bad_format",
		`{"password": {"min_length": "8"}}`:                                                    "password.min_length:bad_format",
		`{"lifetimes": {"access_seconds": 0}}`:                                                 "lifetimes.access_seconds:out_of_range",
		`{"lifetimes": {"access_seconds": -1}}`:                                                "lifetimes.access_seconds:out_of_range",
		`{"lifetimes": {"otp_seconds": 9223372036854775808}}`:                                  "lifetimes.otp_seconds:bad_format",
		`{"lifetimes": {"otp_seconds": 1e30}}`:                                                 "lifetimes.otp_seconds:bad_format",
		`{"contracts": {"drfuser": {"otp_length": 3}}}`:                                        "contracts.drfuser.otp_length:out_of_range",
		`{"contracts": {"drfuser": {"otp_success_status": 200}}}`:                              "contracts.drfuser.otp_success_status:not_a_choice",
		`{"contracts": {"restauth": {"login_method": "phone"}}}`:                               "contracts.restauth.login_method:not_a_choice",
		`{"contracts": {"fittrackee": {"token_seconds": 0}}}`:                                  "contracts.fittrackee.token_seconds:out_of_range",
		`{"links": {"verify_email": "https://app.example/"}}`:                                  "links.verify_email:bad_format",
		`{"links": {"verify_email": "javascript:alert({key})"}}`:                               "links.verify_email:bad_format",
		`{"links": {"reset_password": "https://a.example/{uid}"}}`:                             "links.reset_password:bad_format",
		`{"origins": ["https://a.example/path"]}`:                                              "origins:bad_format",
		`{"origins": ["*"]}`:                                                                   "origins:bad_format",
		`{"origins": {"a": 1}}`:                                                                "origins:bad_format",
		`{"locale": "not a locale"}`:                                                           "locale:bad_format",
		`{"locale": 5}`:                                                                        "locale:bad_format",
		`{"smtp": {"host": "smtp.example", "port": 0, "tls": "none"}}`:                         "smtp.port:out_of_range",
		`{"sms": {"region": "XX"}}`:                                                            "sms.region:not_a_choice",
		`{"sms": {"regions": ["GB", "gb"]}}`:                                                   "sms.regions:not_a_choice",
		`{"sms": {"per_day": 0}}`:                                                              "sms.per_day:out_of_range",
		`{"smtp": {"host": "smtp.example", "port": 25, "tls": "maybe"}}`:                       "smtp.tls:not_a_choice",
		`{"smtp": {"host": "a b", "port": 25, "tls": "none"}}`:                                 "smtp.host:bad_format",
		`{"smtp": {"host": "smtp.example", "port": 25, "tls": "none", "password": 5}}`:         "smtp.password:not_a_string",
		`{"branding": {"color": "green"}}`:                                                     "branding.color:bad_format",
		`{"branding": {"color": "#ffff00"}}`:                                                   "branding.color:contrast_low",
		`{"branding": {"color": "#777777"}}`:                                                   "branding.color:contrast_low",
		`{"branding": {"background": "#fff;x"}}`:                                               "branding.background:bad_format",
		`{"branding": {"logo_url": "http://acme.example/logo.png"}}`:                           "branding.logo_url:bad_format",
		`{"branding": {"logo_url": "https://acme.example;script-src/x"}}`:                      "branding.logo_url:bad_format",
		`{"branding": {"logo_url": "https://a:b@acme.example/x"}}`:                             "branding.logo_url:bad_format",
		`{"branding": {"logo_url": "data:image/svg+xml,x"}}`:                                   "branding.logo_url:bad_format",
		`{"branding": {"name": "A\r\nBcc: c@d.example"}}`:                                      "branding.name:bad_characters",
		`{"sender": {"address": "nobody"}}`:                                                    "sender.address:invalid_email",
		`{"sender": {"address": "a@b.example\r\nBcc: c@d.example"}}`:                           "sender.address:bad_characters",
		`{"sender": {"name": "A\r\nBcc: c@d.example"}}`:                                        "sender.name:bad_characters",
		`{"sender": {"name": "A\u0000"}}`:                                                      "sender.name:bad_characters",
		`{"sender": {"name": 5}}`:                                                              "sender.name:bad_format",
		`{"smtp": {"host": "smtp.example", "port": 25, "tls": "none", "username": "a\u0000"}}`: "smtp.username:bad_characters",
		`{"links": {"verify_email": "https://a.example/\u0000{key}"}}`:                         "links.verify_email:bad_characters",
	} {
		c.Patch(path, patch).Refused(400, "validation_failed", complaint)
	}
	c.Patch(path, `{"email": {"verification": "none"}, "email": {}}`).Refused(400, "validation_failed", "email:duplicate_field")
	c.Patch(path, `[]`).Refused(400, "wrong_shape")
	c.Patch(path, `null`).Refused(400, "no_data")
	if after := string(c.Get(path).Is(200).Body); after != before {
		t.Errorf("refused, but changed:\n%s\n%s", before, after)
	}
	c.Patch(path, `{"a": 1, "b": 2}`).Refused(400, "validation_failed", "a:unknown_setting", "b:unknown_setting")
}

func TestTheSMTPPasswordIsWriteOnly(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	path := apitest.Tenant(in, "/settings")
	const secret = "correct-horse-battery-staple"
	stored := func() string {
		t.Helper()
		scope, err := s.Registry.BySlug(t.Context(), in.Slug())
		if err != nil {
			t.Fatal(err)
		}
		text, err := s.Registry.SMTPPassword(scope)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	set := c.Patch(path, obj{"smtp": obj{"host": "smtp.acme.example", "port": 587, "username": "mailer", "password": secret, "tls": "starttls"}}).Is(200)
	shown, err := json.Marshal(set.Value("smtp"))
	if err != nil || string(shown) != `{"host":"smtp.acme.example","port":587,"tls":"starttls","username":"mailer"}` {
		t.Errorf("shown: %s", shown)
	}
	if found := s.Search(t, in, secret); len(found) > 0 {
		t.Errorf("in clear in %v", found)
	}
	if got := stored(); got != secret {
		t.Errorf("stored %q", got)
	}
	c.Patch(path, obj{"smtp": set.Value("smtp")}).Is(200) // a client that sends back what it read
	if got := stored(); got != secret {
		t.Errorf("sending back what was shown made it %q", got)
	}
	c.Patch(path, obj{"smtp": obj{"password": nil}}).Is(200)
	if got := stored(); got != "" {
		t.Errorf("cleared, but %q", got)
	}
	if a := c.Patch(path, obj{"smtp": nil}).Is(200); a.Value("smtp") != nil {
		t.Errorf("removed: %s", a.Body)
	}
	trail := string(c.Get(apitest.Tenant(in, "/audit?action=settings.changed")).Is(200).Body)
	if strings.Contains(trail, secret) || !strings.Contains(trail, `"smtp_changed": true`) && !strings.Contains(trail, `"smtp_changed":true`) {
		t.Errorf("the trail: %s", trail)
	}
}

// What a setting says acts on the next request, and only in its tenant.
func TestASwitchedOffContractIsGone(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in, other := s.Tenant(t, ""), s.Tenant(t, "")
	c := s.Operator(t)
	login := obj{"username": "mia", "password": "whatever-1"}
	for contract, path := range map[string]string{"restauth": "/rest-auth/login/", "coach": "/auth/login/"} {
		s.In(t, in).Post(path, login).Is(400)
		c.Patch(apitest.Tenant(in, "/settings"), fmt.Sprintf(`{"contracts": {%q: {"enabled": false}}}`, contract)).Is(200)
		if a := s.In(t, in).Post(path, login).Is(404); a.Text("detail") != "Not found." {
			t.Errorf("%s: %s", contract, a.Body)
		}
		s.In(t, other).Post(path, login).Is(400)
	}
}

func TestPagesOfTheTenantsOriginsMayCall(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"origins": ["https://app.acme.example"]}`)
	allowed := func(origin string) string {
		return s.In(t, in).With("Origin", origin, "Access-Control-Request-Method", "PATCH").Call("OPTIONS", "/v1/me", nil).Header.Get("Access-Control-Allow-Origin")
	}
	if got := allowed("https://app.acme.example"); got != "https://app.acme.example" {
		t.Errorf("the tenant's own origin: %q", got)
	}
	for _, origin := range []string{"https://evil.example", "null", "https://app.acme.example.evil.example", "http://app.acme.example", "https://APP.acme.example"} {
		if got := allowed(origin); got != "" {
			t.Errorf("%s: %q", origin, got)
		}
	}
}

func TestAnSMSProviderIsShownWithoutItsSecret(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c, path := s.Operator(t), apitest.Tenant(s.Tenant(t, ""), "/settings")
	account := obj{"name": "twilio", "account": "AC1", "sender": "+15005550006"}
	with := func(more obj) obj {
		all := maps.Clone(account)
		maps.Copy(all, more)
		return obj{"sms": obj{"provider": all}}
	}
	c.Patch(path, with(nil)).Refused(400, "validation_failed", "sms.provider.secret:required")
	c.Patch(path, with(obj{"secret": 5})).Refused(400, "validation_failed", "sms.provider.secret:not_a_string")
	shown := c.Patch(path, with(obj{"secret": "hunter2-token"})).Is(200)
	account["url"] = ""
	if got := shown.Value("sms.provider"); !reflect.DeepEqual(got, map[string]any(account)) || strings.Contains(string(shown.Body), "secret") {
		t.Fatalf("%s", shown.Body)
	}
	c.Patch(path, obj{"sms": shown.Value("sms")}).Is(200) // what an answer says may be sent back
	c.Patch(path, obj{"sms": obj{"provider": obj{"url": "https://evil.example"}}}).Refused(400, "validation_failed", "sms.provider.secret:required")
	if got := c.Patch(path, obj{"sms": obj{"provider": nil}}).Is(200).Value("sms.provider"); got != nil {
		t.Fatal(got)
	}
}

func TestAnAppAtAProviderIsShownWithoutItsSecret(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c, path, settings := s.Operator(t), apitest.Tenant(in, "/social/google"), apitest.Tenant(in, "/settings")
	c.Put(path, obj{"client_id": "app"}).Refused(400, "validation_failed", "client_secret:required")
	c.Put(path, obj{"client_id": "app", "client_secret": "hunter2-app", "callback_url": "app.example"}).Refused(400, "validation_failed", "callback_url:bad_format")
	c.Put(path, obj{"client_id": "app", "client_secret": "hunter2-app", "endpoints": obj{"token": "ftp://x"}}).Refused(400, "validation_failed", "endpoints.token:bad_format")
	c.Put(apitest.Tenant(in, "/social/myspace"), obj{"client_id": "app", "client_secret": "hunter2-app"}).Refused(404, "not_found")
	c.Delete(path, nil).Refused(404, "not_found")
	shown := c.Put(path, obj{"client_id": "app", "client_secret": "hunter2-app", "callback_url": "https://app.example/back"}).Is(200)
	if shown.Text("callback_url") != "https://app.example/back" || strings.Contains(string(shown.Body), "secret") {
		t.Fatalf("%s", shown.Body)
	}
	all := c.Get(settings).Is(200)
	if all.Text("social.providers.google.client_id") != "app" || all.Value("social.providers.twitter") != nil || strings.Contains(string(all.Body), "secret") {
		t.Fatalf("%s", all.Body)
	}
	back := obj{"social": obj{"providers": obj{"google": all.Value("social.providers.google")}}}
	c.Patch(settings, back).Is(200) // what an answer says may be sent back
	for _, elsewhere := range []obj{{"client_id": "other"}, {"endpoints": obj{"token": "https://evil.example"}}} {
		c.Patch(settings, obj{"social": obj{"providers": obj{"google": elsewhere}}}).Refused(400, "validation_failed", "social.providers.google.client_secret:required")
	}
	c.Delete(path, nil).Is(204)
}

// Some providers need more than an id and a secret, and none takes what it has no use for.
func TestWhatAProviderNeedsIsAskedForByItsName(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := s.Operator(t)
	const issuer, directory = "https://sso.example/realms/staff", "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"
	for _, x := range []struct {
		name string
		more obj
		want []string
	}{
		{"oidc", obj{}, []string{"issuer:required"}},
		{"oidc", obj{"issuer": "sso.example"}, []string{"issuer:bad_format"}},
		{"oidc", obj{"issuer": issuer + "?a=b"}, []string{"issuer:bad_format"}},
		{"oidc", obj{"issuer": issuer, "team_id": "A1B2C3D4E5"}, []string{"team_id:unknown_setting"}},
		{"oidc", obj{"issuer": issuer, "endpoints": obj{"jwks": "x"}}, []string{"endpoints.jwks:bad_format"}},
		{"oidc", obj{"issuer": issuer}, nil},
		{"google", obj{"issuer": issuer}, []string{"issuer:unknown_setting"}},
		{"microsoft", obj{"issuer": "https://login.microsoftonline.com/common/v2.0"}, []string{"issuer:bad_format"}},
		{"microsoft", obj{"issuer": directory}, nil},
		{"microsoft", obj{}, nil},
		{"apple", obj{"client_secret": provider.AppleKey}, []string{"team_id:required", "key_id:required"}},
		{"apple", obj{"client_secret": provider.AppleKey, "team_id": "a", "key_id": "F6G7H8I9J0"}, []string{"team_id:bad_format"}},
		{"apple", obj{"team_id": "A1B2C3D4E5", "key_id": "F6G7H8I9J0"}, []string{"client_secret:bad_format"}},
		{"apple", obj{"client_secret": provider.AppleKey, "team_id": "A1B2C3D4E5", "key_id": "F6G7H8I9J0"}, nil},
		{"github", obj{}, nil},
		{"linkedin", obj{}, nil},
		{"discord", obj{}, nil},
		{"twitter", obj{}, nil},
		{"facebook", obj{}, nil},
	} {
		body := obj{"client_id": "app", "client_secret": "hunter2-app"}
		maps.Copy(body, x.more)
		got := c.Put(apitest.Tenant(in, "/social/"+x.name), body)
		if x.want != nil {
			got.Refused(400, "validation_failed", x.want...)
		} else if shown := got.Is(200); strings.Contains(string(shown.Body), "secret") || strings.Contains(string(shown.Body), "PRIVATE") {
			t.Errorf("%s: %s", x.name, shown.Body)
		}
	}
	away := obj{"issuer": "https://evil.example"}
	c.Patch(apitest.Tenant(in, "/settings"), obj{"social": obj{"providers": obj{"oidc": away}}}).Refused(400, "validation_failed", "social.providers.oidc.client_secret:required")
}
