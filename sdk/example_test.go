package keyhall_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

// stage is what an Example has in place of a test.
type stage struct{ ends []func() }

func (*stage) Helper()                  {}
func (*stage) Error(args ...any)        { log.Print(args...) }
func (*stage) Fatal(args ...any)        { log.Fatal(args...) }
func (s *stage) Cleanup(f func())       { s.ends = append(s.ends, f) }
func (*stage) Context() context.Context { return context.Background() }

func (s *stage) end() {
	for _, f := range s.ends {
		f()
	}
}

// acme is a tenant with two coaches who wait; baseURL and secretKey are what a program would have in its settings.
func acmeKeyhall() (s *stage, baseURL, secretKey string) {
	s = &stage{}
	server := keyhalltest.New(s)
	acme := server.Tenant("acme")
	acme.FixCodes("0417263")
	coach := keyhall.UserTypeCoach
	for _, name := range []string{"carla", "nils"} {
		_, err := acme.Client().Auth.SignUp(context.Background(), keyhall.SignUp{Email: name + "@example.com", Password: "lantern-river-42", UserType: &coach})
		if err != nil {
			log.Fatal(err)
		}
	}
	return s, server.URL, acme.SecretKey
}

// A server approves who waits, with a secret key of its tenant.
func Example() {
	s, baseURL, secretKey := acmeKeyhall()
	defer s.end()
	ctx := context.Background()

	client, err := keyhall.New(baseURL, keyhall.WithSecretKey(secretKey))
	if err != nil {
		log.Fatal(err)
	}
	acme := client.Tenant("acme")
	for user, err := range acme.Users.All(ctx, &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending)}) {
		if err != nil {
			log.Fatal(err)
		}
		decision := keyhall.ApprovalRequest{UserIDs: []int64{user.ID}, Decision: keyhall.DecisionApprove}
		if _, err := acme.Approvals.Decide(ctx, decision); err != nil {
			log.Fatal(err)
		}
		fmt.Println("approved", user.Username)
	}
	// Output:
	// approved nils
	// approved carla
}

// A program signs a user in and stays signed in.
func ExampleTenantClient_Refresher() {
	s, baseURL, _ := acmeKeyhall()
	defer s.end()
	ctx := context.Background()

	client, err := keyhall.New(baseURL)
	if err != nil {
		log.Fatal(err)
	}
	acme := client.Tenant("acme")
	tokens, err := acme.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "carla@example.com", Password: "lantern-river-42"})
	if err != nil {
		log.Fatal(err)
	}
	store := func(keyhall.Tokens) {} // for the next start of the program
	carla := acme.With(keyhall.WithTokenSource(acme.Refresher(tokens, store)))
	me, err := carla.Me.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Group.Name, me.Approval)
	// Output: coach pending
}

// What the server says no with can be told apart, down to the field.
func ExampleError() {
	s, baseURL, _ := acmeKeyhall()
	defer s.end()
	client, err := keyhall.New(baseURL)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Tenant("acme").Auth.SignUp(context.Background(), keyhall.SignUp{Email: "carla@example.com", Password: "lantern-river-42"})
	var e *keyhall.Error
	if errors.Is(err, keyhall.ErrConflict) && errors.As(err, &e) {
		for _, f := range e.Fields {
			fmt.Println(e.Status, f.Field, f.Code)
		}
	}
	// Output:
	// 409 email email_taken
	// 409 username username_taken
}

// Signing in without a password: a code goes out, and comes back.
func ExampleAuthService_SignInByCode() {
	s, baseURL, _ := acmeKeyhall()
	defer s.end()
	ctx := context.Background()
	client, err := keyhall.New(baseURL)
	if err != nil {
		log.Fatal(err)
	}
	auth := client.Tenant("acme").Auth
	if err := auth.RequestCode(ctx, keyhall.CodeRequest{Destination: "carla@example.com"}); err != nil {
		log.Fatal(err)
	}
	tokens, err := auth.SignInByCode(ctx, keyhall.CodeSignIn{Destination: "carla@example.com", Code: "0417263"})
	fmt.Println(tokens.User.Username, err)
	// Output: carla <nil>
}

// Leaving out, setting and clearing are three things.
func ExampleOptional() {
	s, baseURL, secretKey := acmeKeyhall()
	defer s.end()
	ctx := context.Background()
	client, err := keyhall.New(baseURL, keyhall.WithSecretKey(secretKey))
	if err != nil {
		log.Fatal(err)
	}
	users := client.Tenant("acme").Users
	for _, patch := range []keyhall.UserPatch{
		{Locale: keyhall.Some("de")},
		{FirstName: new("Carla")},
		{Locale: keyhall.Null[string]()},
	} {
		user, err := users.Update(ctx, 1, patch)
		if err != nil {
			log.Fatal(err)
		}
		if user.Locale == nil {
			fmt.Println(user.FirstName, "has no language")
			continue
		}
		fmt.Println(user.FirstName, "reads", *user.Locale)
	}
	// Output:
	//  reads de
	// Carla reads de
	// Carla has no language
}

// Pages, for a program that shows one at a time.
func ExampleUsersService_List() {
	s, baseURL, secretKey := acmeKeyhall()
	defer s.end()
	ctx := context.Background()
	client, err := keyhall.New(baseURL, keyhall.WithSecretKey(secretKey))
	if err != nil {
		log.Fatal(err)
	}
	params := &keyhall.UsersListParams{Limit: new(1)}
	for {
		page, err := client.Tenant("acme").Users.List(ctx, params)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(page.Data[0].Username)
		if page.NextCursor == nil {
			break
		}
		params.Cursor = page.NextCursor
	}
	// Output:
	// nils
	// carla
}

// An upload is read once, so that a lost call can be repeated.
func ExampleMeService_SetPicture() {
	s, baseURL, _ := acmeKeyhall()
	defer s.end()
	client, err := keyhall.New(baseURL, keyhall.WithRetry(keyhall.Retry{}))
	if err != nil {
		log.Fatal(err)
	}
	picture := keyhall.Upload{Name: "carla.png", Content: strings.NewReader("...")}
	_, err = client.Tenant("acme").Me.SetPicture(context.Background(), picture)
	var e *keyhall.Error
	fmt.Println(errors.As(err, &e) && e.Code == "not_in_the_fake") // keyhalltest keeps no pictures
	// Output: true
}

// Options for one call come last.
func ExampleCallTimeout() {
	s, baseURL, _ := acmeKeyhall()
	defer s.end()
	client, err := keyhall.New(baseURL)
	if err != nil {
		log.Fatal(err)
	}
	keys, err := client.Tenant("acme").Auth.JWKS(context.Background(), keyhall.CallTimeout(2*time.Second), keyhall.CallHeader("X-Request-Id", "r1"))
	fmt.Println(len(keys.Keys), err)
	// Output: 1 <nil>
}

// A key of one's own outlives the process: whoever runs the job again after a crash, with the same key, gets the same answer, and
// nothing is made twice.
func ExampleCallIdempotencyKey() {
	s, baseURL, secretKey := acmeKeyhall()
	defer s.end()
	client, err := keyhall.New(baseURL, keyhall.WithSecretKey(secretKey))
	if err != nil {
		log.Fatal(err)
	}
	order := "order-4711"
	user, err := client.Tenant("acme").Users.Create(context.Background(), keyhall.UserCreate{Email: "mia@example.com"}, keyhall.CallIdempotencyKey(order))
	fmt.Println(*user.Email, err)
	// Output: mia@example.com <nil>
}

// A service that was handed a token, or a key of RestAuth or Coach, asks whether it works now.
func ExampleAuthService_Introspect() {
	s, baseURL, secretKey := acmeKeyhall()
	defer s.end()
	client, err := keyhall.New(baseURL, keyhall.WithSecretKey(secretKey))
	if err != nil {
		log.Fatal(err)
	}
	told, err := client.Tenant("acme").Auth.Introspect(context.Background(), keyhall.IntrospectionRequest{Token: "eyJhbGciOiJFZERTQSJ9.e30.c2ln"})
	fmt.Println(told.Active, err)
	// Output: false <nil>
}
