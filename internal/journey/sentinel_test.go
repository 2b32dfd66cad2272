package journey_test

import (
	"errors"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// What a program asks an error for is what the real server's answers are.
func TestSentinelsOfRealAnswers(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	visitor := must[*keyhall.Client](t)(keyhall.New(running.url, keyhall.WithRetry(keyhall.Retry{})))
	admin := signInAsOperator(t, visitor)
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: "nays", Name: "Nays"}))
	nays, staff := visitor.Tenant("nays"), admin.Tenant("nays")
	is := func(name string, err error, want ...error) {
		t.Helper()
		for _, one := range want {
			if !errors.Is(err, one) {
				t.Errorf("%s: %v is not %v", name, err, one)
			}
		}
	}
	signIn := func(name, password string) (keyhall.Tokens, error) {
		return nays.Auth.SignIn(ctx, keyhall.SignIn{Identifier: name, Password: password})
	}
	coach := keyhall.UserTypeCoach
	mia := must[keyhall.SignUpResult](t)(nays.Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@nays.example", Password: userPassword}))
	carla := must[keyhall.SignUpResult](t)(nays.Auth.SignUp(ctx, keyhall.SignUp{Email: "carla@nays.example", Password: userPassword, UserType: &coach}))

	_, err := nays.Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@nays.example", Password: userPassword})
	is("a taken address", err, keyhall.ErrConflict)
	_, err = signIn("mia", "not-it-at-all")
	is("a wrong password", err, keyhall.ErrInvalidCredentials, keyhall.ErrUnauthenticated)
	_, err = nays.With(keyhall.WithToken(mia.Tokens.AccessToken)).Users.List(ctx, nil)
	is("a user in the administration", err, keyhall.ErrUnauthenticated)
	_, err = staff.Users.Get(ctx, 4711)
	is("nobody", err, keyhall.ErrNotFound)
	ok(t, nays.Auth.RequestCode(ctx, keyhall.CodeRequest{Destination: "mia@nays.example"}))
	is("a code at once again", nays.Auth.RequestCode(ctx, keyhall.CodeRequest{Destination: "mia@nays.example"}), keyhall.ErrRateLimited)

	second := must[keyhall.Tokens](t)(nays.Auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: mia.Tokens.RefreshToken}))
	must[keyhall.Tokens](t)(nays.Auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: second.RefreshToken}))
	_, err = nays.Auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: mia.Tokens.RefreshToken})
	is("a used token", err, keyhall.ErrTokenReused, keyhall.ErrUnauthenticated)

	must[keyhall.Settings](t)(admin.Tenants.UpdateSettings(ctx, "nays", keyhall.SettingsPatch{
		Approval: keyhall.Some(keyhall.ApprovalPatch{PendingMaySignIn: keyhall.Some(false)}),
	}))
	_, err = signIn("carla", userPassword)
	is("who waits", err, keyhall.ErrPendingApproval, keyhall.ErrForbidden)
	must[keyhall.ApprovalResults](t)(staff.Approvals.Decide(ctx, keyhall.ApprovalRequest{UserIDs: []int64{carla.User.ID}, Decision: keyhall.DecisionReject}))
	_, err = signIn("carla", userPassword)
	is("who was rejected", err, keyhall.ErrRejected, keyhall.ErrForbidden)
	must[keyhall.Settings](t)(admin.Tenants.UpdateSettings(ctx, "nays", keyhall.SettingsPatch{
		Email: keyhall.Some(keyhall.EmailPatch{Verification: keyhall.Some(keyhall.VerificationMandatory)}),
	}))
	_, err = signIn("mia", userPassword)
	is("an address that is not proven", err, keyhall.ErrEmailUnverified, keyhall.ErrForbidden)

	key := must[keyhall.NewKey](t)(staff.Keys.Create(ctx, keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "job"}))
	must[keyhall.Tenant](t)(admin.Tenants.Suspend(ctx, "nays"))
	_, err = signIn("mia", userPassword)
	is("a suspended tenant", err, keyhall.ErrTenantSuspended, keyhall.ErrNotFound)
	_, err = nays.With(keyhall.WithSecretKey(key.Key)).Users.List(ctx, nil)
	is("the key of a suspended tenant", err, keyhall.ErrTenantSuspended)
}
