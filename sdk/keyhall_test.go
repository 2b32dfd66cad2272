package keyhall_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// seen is a request as the server got it.
type seen struct {
	Method, URI, Body string
	Header            http.Header
}

// server answers every request with answer and remembers what came.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	requests []seen
}

func serve(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.requests = append(s.requests, seen{r.Method, r.RequestURI, string(body), r.Header})
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) last() seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[len(s.requests)-1]
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func (s *server) client(t *testing.T, options ...keyhall.Option) *keyhall.Client {
	t.Helper()
	c, err := keyhall.New(s.URL+"/", options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have gone, as some tests want
	}
}

func TestCallsGoWhereTheDescriptionSays(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{}`))
	c := s.client(t)
	acme, anonymous := c.Tenant("acme"), c.Tenant("")
	ctx := t.Context()
	for want, call := range map[string]func() error{
		"GET /admin/v1/tenants/acme": func() error { _, err := c.Tenants.Get(ctx, "acme"); return err },
		"GET /admin/v1/tenants/acme/users?group=coach&limit=5&status=pending": func() error {
			_, err := acme.Users.List(ctx, &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending), Group: new("coach"), Limit: new(5)})
			return err
		},
		"GET /admin/v1/tenants/acme/users":                 func() error { _, err := acme.Users.List(ctx, nil); return err },
		"DELETE /admin/v1/tenants/acme/users/7/sessions/s": func() error { return acme.Users.EndSession(ctx, 7, "s") },
		"PUT /admin/v1/tenants/acme/domains/a%2Fb":         func() error { _, err := acme.Domains.Put(ctx, "a/b"); return err },
		"GET /t/acme/v1/me":                                func() error { _, err := acme.Me.Get(ctx); return err },
		"GET /v1/me":                                       func() error { _, err := anonymous.Me.Get(ctx); return err },
		"POST /t/acme/rest-auth/logout/":                   func() error { _, err := acme.RestAuth.Logout(ctx); return err },
		"GET /admin/v1/audit":                              func() error { _, err := c.Audit.Platform(ctx, nil); return err },
		"GET /admin/v1/audit?actor=x": func() error {
			_, err := acme.Audit.Platform(ctx, &keyhall.AuditPlatformParams{Actor: new("x")})
			return err
		},
		"GET /readyz": func() error { _, err := c.System.Ready(ctx); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", want, err)
		}
		if got := s.last().Method + " " + s.last().URI; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestAddressesThatMeanSomethingElseAreNotSent(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{}`))
	c := s.client(t)
	for _, host := range []string{"", ".", ".."} {
		if err := c.Tenant("acme").Domains.Delete(t.Context(), host); err == nil {
			t.Errorf("%q was sent as a host", host)
		}
	}
	if _, err := c.Audit.List(t.Context(), nil); err == nil {
		t.Error("the audit of no tenant was asked for")
	}
	if _, err := c.Tenant("").Users.List(t.Context(), nil); err == nil {
		t.Error("the users of no tenant were asked for")
	}
	if s.count() != 0 {
		t.Errorf("%d requests were sent", s.count())
	}
}

func TestNewRefusesWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "keyhall.example", "ftp://keyhall.example", "http://", "://"} {
		if _, err := keyhall.New(base); err == nil {
			t.Errorf("%q was taken", base)
		}
	}
}

func TestCredentialsTravelInTheirHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{}`))
	c := s.client(t, keyhall.WithSecretKey("sk_1"), keyhall.WithPublishableKey("pk_1"), keyhall.WithUserAgent("shop/2.1"))
	ctx := t.Context()
	check := func(name, header, want string) {
		t.Helper()
		if got := s.last().Header.Get(header); got != want {
			t.Errorf("%s: %s is %q, want %q", name, header, got, want)
		}
	}
	if _, err := c.Tenant("acme").Me.Get(ctx); err != nil {
		t.Fatal(err)
	}
	check("secret key", "Authorization", "Bearer sk_1")
	check("publishable key", "X-Keyhall-Key", "pk_1")
	check("user agent", "User-Agent", "shop/2.1 keyhall-go/"+keyhall.Version)
	if _, err := c.Tenant("acme").With(keyhall.WithTokenKey("bb4f")).RestAuth.User(ctx); err != nil {
		t.Fatal(err)
	}
	check("key of an older interface", "Authorization", "Token bb4f")
	if _, err := c.Tenants.List(ctx, nil); err != nil {
		t.Fatal(err)
	}
	check("the first client is as it was", "Authorization", "Bearer sk_1")
	check("the platform has no publishable key", "X-Keyhall-Key", "")
}

func TestPatchesTellAbsentNullAndSetApart(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{}`))
	patch := keyhall.SettingsPatch{
		SMTP: keyhall.Null[keyhall.SMTPPatch](),
		Lifetimes: keyhall.Some(keyhall.LifetimePatch{
			AccessSeconds: keyhall.Some(60),
			OTPSeconds:    keyhall.Null[int](),
		}),
		Origins: keyhall.Some([]string{}),
	}
	if _, err := s.client(t).Tenants.UpdateSettings(t.Context(), "acme", patch); err != nil {
		t.Fatal(err)
	}
	want := `{"lifetimes":{"access_seconds":60,"otp_seconds":null},"origins":[],"smtp":null}`
	if got := s.last(); got.Body != want || got.Method != http.MethodPatch || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got %+v\nwant %s", got, want)
	}
	var read keyhall.SettingsPatch
	if err := json.Unmarshal([]byte(want), &read); err != nil {
		t.Fatal(err)
	}
	lifetimes, _ := read.Lifetimes.Get()
	if seconds, set := lifetimes.AccessSeconds.Get(); seconds != 60 || !set || !read.Locale.IsZero() || read.SMTP.IsZero() {
		t.Errorf("read %+v", read)
	}
}
