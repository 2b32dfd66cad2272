package keyhall_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// A server approves who waits, with a secret key of its tenant.
func Example() {
	ctx := context.Background()
	client, err := keyhall.New("https://keyhall.example", keyhall.WithSecretKey(os.Getenv("KEYHALL_SECRET_KEY")))
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
}

// A program signs a user in and stays signed in.
func ExampleTenantClient_Refresher() {
	ctx := context.Background()
	client, err := keyhall.New("https://keyhall.example")
	if err != nil {
		log.Fatal(err)
	}
	acme := client.Tenant("acme")
	tokens, err := acme.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia@example.com", Password: os.Getenv("PASSWORD")})
	if errors.Is(err, keyhall.ErrPendingApproval) {
		log.Fatal("somebody has to look at your account first")
	}
	if err != nil {
		log.Fatal(err)
	}
	mia := acme.With(keyhall.WithTokenSource(acme.Refresher(tokens, nil)))
	me, err := mia.Me.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Group.Name)
}
