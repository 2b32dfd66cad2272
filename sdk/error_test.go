package keyhall_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func failing(t *testing.T, status int, mediaType, body string, headers ...string) *keyhall.Error {
	t.Helper()
	s := serve(t, answer(status, body, append([]string{"Content-Type", mediaType}, headers...)...))
	_, err := s.client(t, keyhall.WithRetry(keyhall.Retry{})).Tenant("acme").Me.Get(t.Context())
	var e *keyhall.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no Error", err)
	}
	return e
}

const problem = "application/problem+json"

func TestProblemsAreRead(t *testing.T) {
	t.Parallel()
	e := failing(t, 400, problem, `{"type":"/docs/errors#validation_failed","title":"Some fields need attention.","status":400,"code":"validation_failed",
		"errors":[{"field":"email","code":"invalid_email","message":"Enter a valid e-mail address."}],"request_id":"r1"}`)
	if e.Status != 400 || e.Code != "validation_failed" || e.RequestID != "r1" || len(e.Fields) != 1 || e.Fields[0].Code != "invalid_email" {
		t.Errorf("%+v", e)
	}
	if !e.Has("invalid_email") || e.Has("email_taken") {
		t.Error("Has looks at the wrong codes")
	}
	want := "keyhall: me.get: 400 Some fields need attention. [email: Enter a valid e-mail address.] (request r1)"
	if e.Error() != want {
		t.Errorf("got  %s\nwant %s", e.Error(), want)
	}
}

func TestOlderBodiesAreRead(t *testing.T) {
	t.Parallel()
	e := failing(t, 400, "application/json", `{"username":["A user with that username already exists."],"password1":["a","b"]}`, "X-Request-Id", "r2")
	if e.Code != "validation_failed" || e.RequestID != "r2" || len(e.Fields) != 3 || e.Fields[2].Field != "username" || !e.Has("username_taken") {
		t.Errorf("%+v", e)
	}
	e = failing(t, 400, "application/json", `{"non_field_errors":["Unable to log in with provided credentials."]}`)
	if e.Code != "bad_credentials" || e.Message != "Unable to log in with provided credentials." || len(e.Fields) != 0 {
		t.Errorf("%+v", e)
	}
	e = failing(t, 401, "application/json", `{"detail":"Given token not valid for any token type","code":"token_not_valid",
		"messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]}`)
	if e.Code != "token_invalid" || e.Message != "Given token not valid for any token type" || len(e.Fields) != 0 {
		t.Errorf("%+v", e)
	}
	e = failing(t, 404, "application/json", `{"message":"Invalid credentials.","status":"error"}`)
	if e.Code != "bad_credentials" || e.Message != "Invalid credentials." || len(e.Fields) != 0 {
		t.Errorf("%+v", e)
	}
	e = failing(t, 429, "application/json", `{"detail":"Request was throttled."}`, "Retry-After", "57")
	if e.Code != "rate_limited" || e.RetryAfter != 57*time.Second {
		t.Errorf("%+v", e)
	}
}

func TestBodiesOfNobodysAreSurvived(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "<html>", "null", "[1]", `"x"`, `{"detail":7}`, `{"a":{"b":1}}`, "\xff"} {
		for _, mediaType := range []string{problem, "text/html", ""} {
			e := failing(t, 502, mediaType, body)
			if e.Status != 502 || e.Message != "Bad Gateway" {
				t.Errorf("%q as %q: %+v", body, mediaType, e)
			}
		}
	}
}

func TestSentinels(t *testing.T) {
	t.Parallel()
	all := map[string]error{
		"credentials": keyhall.ErrInvalidCredentials, "unauthenticated": keyhall.ErrUnauthenticated, "pending": keyhall.ErrPendingApproval,
		"rejected": keyhall.ErrRejected, "unverified": keyhall.ErrEmailUnverified, "reused": keyhall.ErrTokenReused, "forbidden": keyhall.ErrForbidden,
		"missing": keyhall.ErrNotFound, "suspended": keyhall.ErrTenantSuspended, "conflict": keyhall.ErrConflict,
		"limited": keyhall.ErrRateLimited, "unavailable": keyhall.ErrUnavailable,
	}
	for _, c := range []struct {
		status int
		code   string
		is     string
	}{
		{401, "bad_credentials", "credentials unauthenticated"},
		{403, "pending_approval", "pending forbidden"},
		{403, "rejected", "rejected forbidden"},
		{403, "email_unverified", "unverified forbidden"},
		{401, "token_reused", "reused unauthenticated"},
		{404, "tenant_suspended", "suspended missing"},
		{409, "slug_taken", "conflict"},
		{400, "email_taken", "conflict"},
		{429, "rate_limited", "limited"},
		{503, "busy", "unavailable"},
		{400, "validation_failed", ""},
	} {
		err := failing(t, c.status, problem, `{"code":"`+c.code+`","title":"x"}`)
		for name, sentinel := range all {
			want := strings.Contains(" "+c.is+" ", " "+name+" ")
			if got := errors.Is(err, sentinel); got != want {
				t.Errorf("%d %s is %s: %v", c.status, c.code, name, got)
			}
		}
	}
}

// A logged error must not tell what somebody searched for.
func TestErrorsOfTheWayDoNotShowTheAddress(t *testing.T) {
	t.Parallel()
	c, err := keyhall.New("http://127.0.0.1:1", keyhall.WithRetry(keyhall.Retry{}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Tenant("acme").Users.List(t.Context(), &keyhall.UsersListParams{Q: new("mia@example.com")})
	if err == nil || strings.Contains(err.Error(), "mia") || !strings.Contains(err.Error(), "users.list") {
		t.Errorf("%v", err)
	}
}

func TestAnAnswerThatIsNoJSONIsAnError(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(http.StatusOK, "<html>"))
	if _, err := s.client(t).System.Live(t.Context()); err == nil {
		t.Error("no error")
	}
}
