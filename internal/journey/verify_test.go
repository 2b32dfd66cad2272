package journey_test

import (
	"errors"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/verify"
)

// Two tenants' tokens, verified offline by one program, through a rotation and the end of a session.
func TestTokensAreVerifiedOffline(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	visitor := must[*keyhall.Client](t)(keyhall.New(running.url))
	admin := signInAsOperator(t, visitor)
	v := must[*verify.Verifier](t)(verify.New(verify.WithTenantsOf(running.url), verify.WithCache(100)))
	tokens := map[string]string{}
	for _, slug := range []string{"offline-one", "offline-two"} {
		must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: slug, Name: slug}))
		signedUp := must[keyhall.SignUpResult](t)(visitor.Tenant(slug).Auth.SignUp(ctx, keyhall.SignUp{
			Username: new("mia"), Email: "mia@example.com", Password: userPassword,
		}))
		tokens[slug] = signedUp.Tokens.AccessToken
		token := must[*verify.Token](t)(v.Verify(ctx, tokens[slug]))
		if token.Tenant != slug || token.UserID != signedUp.User.ID || token.Group != signedUp.User.Group.Name || token.Session == "" {
			t.Errorf("%+v", token)
		}
	}
	one := visitor.Tenant("offline-one")
	must[keyhall.SigningKeyList](t)(admin.Tenant("offline-one").SigningKeys.Rotate(ctx))
	fresh := must[keyhall.Tokens](t)(one.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: userPassword}))
	for _, raw := range []string{tokens["offline-one"], fresh.AccessToken} {
		must[*verify.Token](t)(v.Live(ctx, raw))
	}
	if _, err := v.Live(ctx, tokens["offline-two"]); err != nil {
		t.Error(err)
	}
	if _, err := v.Verify(ctx, fresh.RefreshToken); !errors.Is(err, verify.ErrInvalid) {
		t.Errorf("a refresh token gives %v", err)
	}
	ok(t, one.With(keyhall.WithToken(fresh.AccessToken)).Auth.SignOut(ctx))
	must[*verify.Token](t)(v.Verify(ctx, fresh.AccessToken))
	if _, err := v.Live(ctx, fresh.AccessToken); !errors.Is(err, verify.ErrRevoked) {
		t.Errorf("signed out, asked, it gives %v", err)
	}
}
