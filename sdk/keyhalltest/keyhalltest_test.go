package keyhalltest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

// What a user of the fake can do, and what not, internal/journey holds to the real program. Here is what only the fake has.

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestKeysCanBeFixed(t *testing.T) {
	t.Parallel()
	ctx, acme := t.Context(), keyhalltest.New(t).Tenant("acme")
	acme.FixKeys("secret")
	must[keyhall.SignUpResult](t)(acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@example.com", Password: "lantern-river-42"}))
	if mia := must[keyhall.User](t)(acme.Client().Auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: "secret"})); !mia.EmailVerified {
		t.Errorf("%+v", mia)
	}
	acme.FixKeys("")
	if err := acme.Client().Auth.RequestPasswordReset(ctx, keyhall.EmailOnly{Email: "mia@example.com"}); err != nil {
		t.Fatal(err)
	}
	mails := acme.Messages("MIA@example.com")
	if len(mails) != 2 || mails[0].Key != "secret" || mails[1].Kind != "password_reset" || mails[1].Token == "secret" || len(acme.Messages("x@example.com")) != 0 {
		t.Errorf("%+v", mails)
	}
}

func TestSettingsAreThoseOfATenant(t *testing.T) {
	t.Parallel()
	ctx, acme := t.Context(), keyhalltest.New(t).Tenant("acme")
	acme.Set(keyhalltest.Settings{PendingMayNotSignIn: true, VerificationRequired: true, Permissions: map[string][]string{"user": {"plans.read"}}})
	acme.FixKeys("secret")
	mia := must[keyhall.SignUpResult](t)(acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@example.com", Password: "lantern-river-42"}))
	_, err := acme.Client().Auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: "lantern-river-42"})
	if mia.Tokens != nil || !mia.VerificationRequired || !errors.Is(err, keyhall.ErrEmailUnverified) {
		t.Errorf("%+v, %v", mia, err)
	}
	must[keyhall.User](t)(acme.Client().Auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: "secret"}))
	tokens := must[keyhall.Tokens](t)(acme.Client().Auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: "lantern-river-42"}))
	if len(tokens.User.Group.Permissions) != 1 {
		t.Errorf("%+v", tokens.User.Group)
	}
	coach := keyhall.UserTypeCoach
	carla := must[keyhall.SignUpResult](t)(acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "carla@example.com", Password: "lantern-river-42", UserType: &coach}))
	must[keyhall.User](t)(acme.Client().Auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: "secret"}))
	_, err = acme.Client().Auth.SignIn(ctx, keyhall.SignIn{Identifier: "carla", Password: "lantern-river-42"})
	if carla.Tokens != nil || !errors.Is(err, keyhall.ErrPendingApproval) {
		t.Errorf("%v", err)
	}
}

// Tokens of the fake's sign-in are those that verify takes, and the clock ends them.
func TestTokensOfASignInAreVerified(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), keyhalltest.New(t)
	acme := server.Tenant("acme")
	v := must[*verify.Verifier](t)(verify.New(verify.WithIssuers(acme.Issuer), verify.WithClock(server.Clock.Now)))
	asked := must[*verify.Verifier](t)(verify.New(verify.WithIssuers(acme.Issuer), verify.WithClock(server.Clock.Now), verify.WithIntrospection(acme.Issuer, acme.SecretKey)))
	signedUp := must[keyhall.SignUpResult](t)(acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@example.com", Password: "lantern-river-42"}))
	raw := signedUp.Tokens.AccessToken
	if token := must[*verify.Token](t)(v.Live(ctx, raw)); token.UserID != 1 || token.Group != "user" || !token.Approved || token.Email != "mia@example.com" {
		t.Errorf("%+v", token)
	}
	must[*verify.Token](t)(asked.Live(ctx, raw))
	if err := acme.Admin().Users.EndSessions(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Live(ctx, raw); !errors.Is(err, verify.ErrRevoked) {
		t.Errorf("the session was ended: %v", err)
	}
	if _, err := asked.Live(ctx, raw); !errors.Is(err, verify.ErrRevoked) {
		t.Errorf("the session was ended, asked by introspection: %v", err)
	}
	server.Clock.Advance(time.Hour)
	if _, err := v.Verify(ctx, raw); !errors.Is(err, verify.ErrExpired) {
		t.Errorf("an hour later: %v", err)
	}
	_, err := acme.Client(keyhall.WithToken(raw)).Me.Get(ctx)
	var e *keyhall.Error
	if !errors.As(err, &e) || e.Code != "token_expired" {
		t.Errorf("an hour later, the fake: %v", err)
	}
	// A token that the test makes is of no session, and good for the user with its number.
	if me := must[keyhall.User](t)(acme.Client(keyhall.WithToken(acme.Token(keyhalltest.Claims{UserID: 1}))).Me.Get(ctx)); me.Username != "mia" {
		t.Errorf("%+v", me)
	}
}

func TestTenantsKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), keyhalltest.New(t)
	acme, gym := server.Tenant("acme"), server.Tenant("gym")
	signedUp := must[keyhall.SignUpResult](t)(acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@example.com", Password: "lantern-river-42"}))
	must[keyhall.SignUpResult](t)(gym.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@example.com", Password: "lantern-river-43"}))
	if _, err := gym.Client(keyhall.WithToken(signedUp.Tokens.AccessToken)).Me.Get(ctx); !errors.Is(err, keyhall.ErrUnauthenticated) {
		t.Errorf("a token of another tenant: %v", err)
	}
	if _, err := gym.Client(keyhall.WithSecretKey(acme.SecretKey)).Users.List(ctx, nil); !errors.Is(err, keyhall.ErrUnauthenticated) {
		t.Errorf("a key of another tenant: %v", err)
	}
	if _, err := server.Client().Tenant("nobody").Auth.JWKS(ctx); !errors.Is(err, keyhall.ErrNotFound) {
		t.Errorf("no tenant: %v", err)
	}
}

func TestWhatTheFakeHasNotIsSaid(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), keyhalltest.New(t)
	acme := server.Tenant("acme")
	_, err := acme.Admin().Domains.List(ctx)
	var e *keyhall.Error
	if !errors.As(err, &e) || e.Status != http.StatusNotImplemented || e.Code != "not_in_the_fake" {
		t.Errorf("%v", err)
	}
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	_, err = acme.Client(keyhall.WithRetry(keyhall.Retry{})).Auth.JWKS(ctx)
	if !errors.Is(err, keyhall.ErrRateLimited) || server.Calls("GET /t/acme/.well-known/jwks.json") != 1 {
		t.Errorf("%v", err)
	}
}
