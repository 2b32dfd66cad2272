package journey_test

import (
	"context"
	"errors"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

const userPassword = "Kx9!vortex"

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mailed waits for a message to somebody and gives what its template got.
func mailed(t *testing.T, c *keyhall.Client, tenant, to, kind string) map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		all, err := c.System.Messages(ctx, &keyhall.SystemMessagesParams{Tenant: &tenant, To: &to})
		ok(t, err)
		for _, m := range all {
			if m.Kind == kind {
				return m.Data
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("no %s to %s", kind, to)
		case <-look.C:
		}
	}
}

// One sign-up through every part, by a program that knows the SDK and nothing else.
func TestASignUpTravelsThroughEveryPart(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	visitor := must[*keyhall.Client](t)(keyhall.New(running.url))
	admin := signInAsOperator(t, visitor)
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: "gym", Name: "The Gym"}))
	gym, byAdmin := visitor.Tenant("gym"), admin.Tenant("gym")

	// A coach registers and proves her address with the mailed key.
	coach := keyhall.UserTypeCoach
	signedUp := must[keyhall.SignUpResult](t)(gym.Auth.SignUp(ctx, keyhall.SignUp{
		Username: new("carla"), Email: "carla@gym.example",
		Password: userPassword, UserType: &coach,
	}))
	if signedUp.User.Approval != keyhall.ApprovalStatePending || signedUp.Tokens == nil {
		t.Fatalf("signed up as %+v", signedUp.User)
	}
	_, err := gym.Auth.SignUp(ctx, keyhall.SignUp{Email: "carla@gym.example", Password: userPassword})
	if !errors.Is(err, keyhall.ErrConflict) {
		t.Fatalf("a second sign-up with the address: %v", err)
	}
	key := mailed(t, visitor, "gym", "carla@gym.example", "verify_email")["key"].(string)
	must[keyhall.User](t)(gym.Auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: key}))

	// An admin finds her in the queue and approves her; she is told.
	waiting := must[keyhall.UserPage](t)(byAdmin.Users.List(ctx, &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending)}))
	if len(waiting.Data) != 1 || !waiting.Data[0].EmailVerified {
		t.Fatalf("waiting: %+v", waiting.Data)
	}
	results := must[keyhall.ApprovalResults](t)(byAdmin.Approvals.Decide(ctx, keyhall.ApprovalRequest{
		UserIDs: []int64{waiting.Data[0].ID}, Decision: keyhall.DecisionApprove,
	}))
	if results.Results[0].Outcome != keyhall.ApprovalOutcomeChanged {
		t.Fatalf("decided: %+v", results)
	}
	mailed(t, visitor, "gym", "carla@gym.example", "approved")

	// From the next request on she has a coach's powers, with the token she had before.
	carla := gym.With(keyhall.WithToken(signedUp.Tokens.AccessToken))
	me := must[keyhall.User](t)(carla.Me.Get(ctx))
	if len(me.Group.Permissions) == 0 || me.Group.Name != "coach" {
		t.Fatalf("approved, she is %+v", me.Group)
	}

	// Rejected, no path lets her in.
	must[keyhall.ApprovalResults](t)(byAdmin.Approvals.Decide(ctx, keyhall.ApprovalRequest{UserIDs: []int64{me.ID}, Decision: keyhall.DecisionReject}))
	if _, err := carla.Me.Get(ctx); !errors.Is(err, keyhall.ErrUnauthenticated) && !errors.Is(err, keyhall.ErrRejected) {
		t.Fatalf("rejected, her token gives %v", err)
	}
	if _, err := gym.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "carla", Password: userPassword}); !errors.Is(err, keyhall.ErrRejected) {
		t.Fatalf("rejected, her password gives %v", err)
	}
}

func signInAsOperator(t *testing.T, visitor *keyhall.Client) *keyhall.Client {
	t.Helper()
	tokens := must[keyhall.AdminTokens](t)(visitor.AdminAuth.Login(t.Context(), keyhall.AdminCredentials{Email: operator, Password: password}))
	return visitor.With(keyhall.WithToken(tokens.AccessToken))
}

// The old interfaces, their errors and a secret key, through the same client.
func TestTheOldInterfacesAndKeys(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	visitor := must[*keyhall.Client](t)(keyhall.New(running.url))
	admin := signInAsOperator(t, visitor)
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: "club", Name: "The Club"}))
	club := visitor.Tenant("club")

	registered := must[keyhall.Registered](t)(club.RestAuth.Register(ctx, keyhall.RestAuthRegistration{
		Username: "bob", Email: new("bob@club.example"),
		Password1: userPassword, Password2: userPassword,
	}))
	bob := club.With(keyhall.WithTokenKey(*registered.Key))
	if user := must[keyhall.RestAuthUser](t)(bob.RestAuth.User(ctx)); user.Username != "bob" {
		t.Fatalf("he is %+v", user)
	}
	_, err := club.RestAuth.Login(ctx, keyhall.RestAuthLogin{Username: new("bob"), Password: "wrong"})
	var failed *keyhall.Error
	if !errors.Is(err, keyhall.ErrInvalidCredentials) || !errors.As(err, &failed) || failed.Status != 400 || failed.RequestID == "" {
		t.Fatalf("a wrong password gives %v", err)
	}

	key := must[keyhall.NewKey](t)(admin.Tenant("club").Keys.Create(ctx, keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "nightly job"}))
	job := must[*keyhall.Client](t)(keyhall.New(running.url, keyhall.WithSecretKey(key.Key)))
	seen := 0
	for _, err := range job.Tenant("club").Users.All(ctx, nil) {
		ok(t, err)
		seen++
	}
	if seen != 1 {
		t.Fatalf("the job sees %d users", seen)
	}
	if _, err := job.Tenant("demo").Users.List(ctx, nil); !errors.Is(err, keyhall.ErrNotFound) {
		t.Fatalf("another tenant gives %v", err)
	}
}
