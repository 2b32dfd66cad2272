package journey_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

// The fake of the SDK and the real program tell the same story.
func TestTheFakeBehavesAsTheProgram(t *testing.T) {
	t.Parallel()
	t.Run("program", func(t *testing.T) {
		t.Parallel()
		visitor := must[*keyhall.Client](t)(keyhall.New(running.url))
		admin := signInAsOperator(t, visitor)
		must[keyhall.Tenant](t)(admin.Tenants.Create(t.Context(), keyhall.TenantCreate{Slug: "story", Name: "Story"}))
		story{visitor: visitor, tenant: visitor.Tenant("story"), admin: admin.Tenant("story")}.run(t)
	})
	t.Run("fake", func(t *testing.T) {
		t.Parallel()
		fake := keyhalltest.New(t).Tenant("story")
		story{visitor: must[*keyhall.Client](t)(keyhall.New(fake.Issuer[:len(fake.Issuer)-len("/t/story")])), tenant: fake.Client(), admin: fake.Admin()}.run(t)
	})
}

type story struct {
	visitor       *keyhall.Client
	tenant, admin *keyhall.TenantClient
}

// fails wants the error's status and code, of itself or of a field.
func fails(t *testing.T, name string, err error, status int, code string) {
	t.Helper()
	var e *keyhall.Error
	if !errors.As(err, &e) || e.Status != status || !e.Has(code) {
		t.Errorf("%s: %v, want %d %s", name, err, status, code)
	}
}

func (s story) run(t *testing.T) {
	s.signUp(t)
	s.approve(t)
	s.refresh(t)
	s.codes(t)
	s.passwords(t)
	s.users(t)
	s.keys(t)
}

func (s story) signUp(t *testing.T) {
	ctx, auth := t.Context(), s.tenant.Auth
	_, err := auth.SignUp(ctx, keyhall.SignUp{Email: "mia", Password: "x"})
	fails(t, "no address", err, 400, "invalid_email")
	_, err = auth.SignUp(ctx, keyhall.SignUp{Email: "mia@story.example", Password: "x"})
	fails(t, "a short password", err, 400, "password_too_short")
	mia := must[keyhall.SignUpResult](t)(auth.SignUp(ctx, keyhall.SignUp{Email: "Mia@Story.example", Password: userPassword, FirstName: new("Mia")}))
	if u := mia.User; u.ID != 1 || u.Username != "mia" || value(u.Email) != "Mia@Story.example" || u.EmailVerified || !u.Active ||
		u.Group.Name != "user" || u.Approval != keyhall.ApprovalStateNotRequired || mia.Tokens == nil || mia.VerificationRequired || u.FirstName != "Mia" {
		t.Errorf("%+v", u)
	}
	_, err = auth.SignUp(ctx, keyhall.SignUp{Email: "mia@story.example", Password: userPassword})
	fails(t, "a taken address", err, 409, "email_taken")
	_, err = auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: "no"})
	fails(t, "no key", err, 404, "key_invalid")
	key := mailed(t, s.visitor, "story", *mia.User.Email, "verify_email")["key"].(string)
	for range 2 {
		if u := must[keyhall.User](t)(auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: key})); !u.EmailVerified {
			t.Errorf("%+v", u)
		}
	}
	_, err = auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: "wrong"})
	fails(t, "a wrong password", err, 401, "bad_credentials")
	_, err = auth.SignIn(ctx, keyhall.SignIn{Identifier: "nobody", Password: userPassword})
	fails(t, "nobody", err, 401, "bad_credentials")
	_, err = s.tenant.Me.Get(ctx)
	fails(t, "no token", err, 401, "no_credentials")
	_, err = s.tenant.With(keyhall.WithToken("x.y.z")).Me.Get(ctx)
	fails(t, "no good token", err, 401, "token_invalid")
	_, err = s.tenant.Users.List(ctx, nil)
	fails(t, "no admin", err, 401, "no_credentials")
}

func (s story) approve(t *testing.T) {
	ctx := t.Context()
	coach := keyhall.UserTypeCoach
	carla := must[keyhall.SignUpResult](t)(s.tenant.Auth.SignUp(ctx, keyhall.SignUp{Email: "carla@story.example", Password: userPassword, UserType: &coach}))
	if carla.User.Approval != keyhall.ApprovalStatePending || carla.Tokens == nil || carla.User.Group.Name != "coach" || len(carla.User.Group.Permissions) != 0 {
		t.Errorf("%+v", carla.User)
	}
	waiting := must[keyhall.UserPage](t)(s.admin.Users.List(ctx, &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending)}))
	if len(waiting.Data) != 1 || waiting.Data[0].ID != carla.User.ID {
		t.Errorf("%+v", waiting.Data)
	}
	decide := func(d keyhall.Decision, want keyhall.ApprovalOutcome, ids ...int64) {
		t.Helper()
		got := must[keyhall.ApprovalResults](t)(s.admin.Approvals.Decide(ctx, keyhall.ApprovalRequest{UserIDs: ids, Decision: d}))
		if got.Results[0].Outcome != want {
			t.Errorf("%s: %+v", d, got)
		}
	}
	decide(keyhall.DecisionApprove, keyhall.ApprovalOutcomeChanged, carla.User.ID)
	decide(keyhall.DecisionApprove, keyhall.ApprovalOutcomeUnchanged, carla.User.ID)
	decide(keyhall.DecisionApprove, keyhall.ApprovalOutcomeFailed, 999)
	mailed(t, s.visitor, "story", "carla@story.example", "approved")
	byToken := s.tenant.With(keyhall.WithToken(carla.Tokens.AccessToken))
	must[keyhall.User](t)(byToken.Me.Get(ctx))
	decide(keyhall.DecisionReject, keyhall.ApprovalOutcomeChanged, carla.User.ID)
	if _, err := byToken.Me.Get(ctx); !errors.Is(err, keyhall.ErrUnauthenticated) && !errors.Is(err, keyhall.ErrRejected) {
		t.Errorf("rejected: %v", err)
	}
	_, err := s.tenant.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "carla", Password: userPassword})
	fails(t, "rejected", err, 403, "rejected")
}

func (s story) refresh(t *testing.T) {
	ctx, auth := t.Context(), s.tenant.Auth
	first := must[keyhall.Tokens](t)(auth.SignIn(ctx, keyhall.SignIn{Identifier: "MIA@story.example", Password: userPassword}))
	if first.User.Username != "mia" || first.ExpiresIn != 900 || first.TokenType != keyhall.Bearer {
		t.Errorf("%+v", first)
	}
	second := must[keyhall.Tokens](t)(auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: first.RefreshToken}))
	if again := must[keyhall.Tokens](t)(auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: first.RefreshToken})); again.RefreshToken != second.RefreshToken {
		t.Error("a lost answer is not repeated")
	}
	third := must[keyhall.Tokens](t)(auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: second.RefreshToken}))
	_, err := auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: first.RefreshToken})
	fails(t, "a used token", err, 401, "token_reused")
	if _, err := auth.Refresh(ctx, keyhall.RefreshRequest{RefreshToken: third.RefreshToken}); !errors.Is(err, keyhall.ErrUnauthenticated) {
		t.Errorf("the session goes on: %v", err)
	}
	_, err = s.tenant.With(keyhall.WithToken(third.AccessToken)).Me.Get(ctx)
	fails(t, "the session's token", err, 401, "token_invalid")
	out := must[keyhall.Tokens](t)(auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: userPassword}))
	mia := s.tenant.With(keyhall.WithToken(out.AccessToken))
	ok(t, mia.Auth.SignOut(ctx))
	_, err = mia.Me.Get(ctx)
	fails(t, "signed out", err, 401, "token_invalid")
}

func (s story) codes(t *testing.T) {
	ctx, auth := t.Context(), s.tenant.Auth
	fails(t, "nobody", auth.RequestCode(ctx, keyhall.CodeRequest{Destination: "nobody@story.example"}), 400, "account_unknown")
	by := func(code string) (keyhall.Tokens, error) {
		return auth.SignInByCode(ctx, keyhall.CodeSignIn{Destination: "mia@story.example", Code: code})
	}
	_, err := by("0000000")
	fails(t, "no code", err, 403, "code_none")
	ok(t, auth.RequestCode(ctx, keyhall.CodeRequest{Destination: "mia@story.example"}))
	fails(t, "at once again", auth.RequestCode(ctx, keyhall.CodeRequest{Destination: "mia@story.example"}), 429, "code_cooling")
	code := mailed(t, s.visitor, "story", "Mia@Story.example", "otp")["otp"].(string)
	_, err = by("x" + code[1:])
	fails(t, "a wrong code", err, 403, "code_wrong")
	if tokens := must[keyhall.Tokens](t)(by(code)); tokens.User.Username != "mia" {
		t.Errorf("%+v", tokens)
	}
	_, err = by(code)
	fails(t, "a code twice", err, 403, "code_none")

	ok(t, auth.RequestSignInLink(ctx, keyhall.EmailOnly{Email: "nobody@story.example"}))
	ok(t, auth.RequestSignInLink(ctx, keyhall.EmailOnly{Email: "mia@story.example"}))
	key := keyhall.EmailKey{Key: mailed(t, s.visitor, "story", "Mia@Story.example", "sign_in_link")["key"].(string)}
	if tokens := must[keyhall.Tokens](t)(auth.SignInByLink(ctx, key)); tokens.User.Username != "mia" {
		t.Errorf("%+v", tokens)
	}
	_, err = auth.SignInByLink(ctx, key)
	fails(t, "a link twice", err, 404, "key_invalid")
}

func (s story) passwords(t *testing.T) {
	ctx, auth := t.Context(), s.tenant.Auth
	tokens := must[keyhall.Tokens](t)(auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: userPassword}))
	mia := s.tenant.With(keyhall.WithToken(tokens.AccessToken))
	err := mia.Me.ChangePassword(ctx, keyhall.PasswordChange{CurrentPassword: "wrong", NewPassword: "another-Kx9!vortex"})
	fails(t, "a wrong present password", err, 400, "password_wrong")
	ok(t, mia.Me.ChangePassword(ctx, keyhall.PasswordChange{CurrentPassword: userPassword, NewPassword: "another-Kx9!vortex"}))
	must[keyhall.User](t)(mia.Me.Get(ctx))
	ok(t, auth.RequestPasswordReset(ctx, keyhall.EmailOnly{Email: "nobody@story.example"}))
	ok(t, auth.RequestPasswordReset(ctx, keyhall.EmailOnly{Email: "mia@story.example"}))
	data := mailed(t, s.visitor, "story", value(must[keyhall.User](t)(mia.Me.Get(ctx)).Email), "password_reset")
	reset := keyhall.PasswordResetConfirmation{UID: new(data["uid"].(string)), Token: data["token"].(string), NewPassword: userPassword}
	ok(t, auth.ConfirmPasswordReset(ctx, reset))
	fails(t, "a link twice", auth.ConfirmPasswordReset(ctx, reset), 400, "reset_token_invalid")
	_, err = mia.Me.Get(ctx)
	fails(t, "reset", err, 401, "token_invalid")
	must[keyhall.Tokens](t)(auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: userPassword}))
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (s story) users(t *testing.T) {
	ctx, users := t.Context(), s.admin.Users
	var made keyhall.User
	for i := range 5 {
		made = must[keyhall.User](t)(users.Create(ctx, keyhall.UserCreate{Email: fmt.Sprintf("guest%d@story.example", i), Invite: new(i == 4)}))
	}
	invited := mailed(t, s.visitor, "story", *made.Email, "user_invitation")
	ok(t, s.tenant.Auth.ConfirmPasswordReset(ctx, keyhall.PasswordResetConfirmation{
		UID: new(invited["uid"].(string)), Token: invited["token"].(string), NewPassword: userPassword,
	}))
	must[keyhall.Tokens](t)(s.tenant.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "guest4", Password: userPassword}))
	var ids []int64
	for u, err := range users.All(ctx, &keyhall.UsersListParams{Limit: new(2)}) {
		ok(t, err)
		ids = append(ids, u.ID)
	}
	if want := []int64{7, 6, 5, 4, 3, 2, 1}; fmt.Sprint(ids) != fmt.Sprint(want) {
		t.Errorf("all users: %v, want %v", ids, want)
	}
	found := must[keyhall.UserPage](t)(users.List(ctx, &keyhall.UsersListParams{Q: new("guest1")}))
	if len(found.Data) != 1 || found.Data[0].Username != "guest1" {
		t.Errorf("%+v", found.Data)
	}
	_, err := users.Update(ctx, made.ID, keyhall.UserPatch{Username: new("mia")})
	fails(t, "a taken name", err, 409, "username_taken")
	off := must[keyhall.User](t)(users.Update(ctx, made.ID, keyhall.UserPatch{Active: new(false), LastName: new("Away"), Locale: keyhall.Some("de")}))
	if off.Active || off.LastName != "Away" || value(off.Locale) != "de" {
		t.Errorf("%+v", off)
	}
	_, err = s.tenant.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "guest4", Password: userPassword})
	fails(t, "disabled", err, 401, "bad_credentials")
	ok(t, users.Delete(ctx, made.ID))
	_, err = users.Get(ctx, made.ID)
	fails(t, "deleted", err, 404, "not_found")
	fails(t, "deleted twice", users.Delete(context.WithoutCancel(ctx), made.ID), 404, "not_found")
}

func (s story) keys(t *testing.T) {
	ctx, users, once := t.Context(), s.admin.Users, keyhall.CallIdempotencyKey("import")
	first := must[keyhall.User](t)(users.Create(ctx, keyhall.UserCreate{Email: "once@story.example"}, once))
	if again := must[keyhall.User](t)(users.Create(ctx, keyhall.UserCreate{Email: "once@story.example"}, once)); again.ID != first.ID {
		t.Errorf("made twice: %d, %d", first.ID, again.ID)
	}
	_, err := users.Create(ctx, keyhall.UserCreate{Email: "other@story.example"}, once)
	fails(t, "the key of another call", err, 422, "idempotency_key_reused")
	_, err = users.Create(ctx, keyhall.UserCreate{Email: "once@story.example"}, keyhall.CallIdempotencyKey("k\u00e9"))
	fails(t, "no key", err, 400, "idempotency_key_invalid")
	signUp := keyhall.SignUp{Email: "late@story.example", Password: userPassword}
	one := must[keyhall.SignUpResult](t)(s.tenant.Auth.SignUp(ctx, signUp, once))
	two := must[keyhall.SignUpResult](t)(s.tenant.Auth.SignUp(ctx, signUp, once))
	if one.User.ID != two.User.ID || one.Tokens.RefreshToken != two.Tokens.RefreshToken {
		t.Errorf("%+v, then %+v", one.User, two.User)
	}
	_, err = s.tenant.Auth.SignUp(ctx, keyhall.SignUp{Email: "other@story.example", Password: userPassword}, once)
	fails(t, "the key of another sign-up", err, 422, "idempotency_key_reused")
}
