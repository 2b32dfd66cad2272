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

// A service asks by introspection, with the secret key of its tenant.
func TestAServiceAsksByIntrospection(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	visitor := must[*keyhall.Client](t)(keyhall.New(running.url))
	admin := signInAsOperator(t, visitor)
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: "asked", Name: "Asked"}))
	asked := visitor.Tenant("asked")
	mia := must[keyhall.SignUpResult](t)(asked.Auth.SignUp(ctx, keyhall.SignUp{Username: new("mia"), Email: "mia@example.com", Password: userPassword}))
	key := must[keyhall.NewKey](t)(admin.Tenant("asked").Keys.Create(ctx, keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "service"}))
	v := must[*verify.Verifier](t)(verify.New(verify.WithTenantsOf(running.url), verify.WithIntrospection(running.url+"/t/asked", key.Key)))
	raw := mia.Tokens.AccessToken
	must[*verify.Token](t)(v.Live(ctx, raw))

	service := asked.With(keyhall.WithSecretKey(key.Key))
	told := must[keyhall.Introspection](t)(service.Auth.Introspect(ctx, keyhall.IntrospectionRequest{Token: raw}))
	if !told.Active || told.Username == nil || *told.Username != "mia" {
		t.Errorf("told %+v", told)
	}
	ok(t, asked.With(keyhall.WithToken(raw)).Auth.SignOut(ctx))
	if _, err := v.Live(ctx, raw); !errors.Is(err, verify.ErrRevoked) {
		t.Errorf("signed out, asked, it gives %v", err)
	}
	if told := must[keyhall.Introspection](t)(service.Auth.Introspect(ctx, keyhall.IntrospectionRequest{Token: raw})); told.Active || told.Username != nil {
		t.Errorf("signed out, told %+v", told)
	}
	ok(t, admin.Tenant("asked").Keys.Delete(ctx, key.ID))
	if _, err := v.Live(ctx, raw); !errors.Is(err, verify.ErrUnavailable) {
		t.Errorf("without its key it gets %v", err)
	}
}
