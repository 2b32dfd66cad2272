// Command batch reminds everybody who signed up days ago and has not confirmed their address, and prints whom. It is run once a day
// with a secret key of the tenant:
//
//	KEYHALL_URL=https://id.example.com KEYHALL_TENANT=acme KEYHALL_SECRET_KEY=sk_... batch
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := keyhall.New(os.Getenv("KEYHALL_URL"), keyhall.WithSecretKey(os.Getenv("KEYHALL_SECRET_KEY")), keyhall.WithUserAgent("reminder/1.0"))
	if err == nil {
		err = remind(ctx, client.Tenant(os.Getenv("KEYHALL_TENANT")), time.Now().Add(-3*24*time.Hour), os.Stdout)
	}
	if err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

// remind goes through all users page by page; no more than one page is held at a time, and the list may change meanwhile.
func remind(ctx context.Context, tenant *keyhall.TenantClient, before time.Time, out io.Writer) error {
	unverified := &keyhall.UsersListParams{Status: new(keyhall.UserStatusUnverified), CreatedUntil: &before, Limit: new(100)}
	var wrong []error
	for user, err := range tenant.Users.All(ctx, unverified, keyhall.CallTimeout(time.Minute)) {
		if err != nil {
			return errors.Join(append(wrong, err)...) // the list itself broke off
		}
		if !user.CreatedAt.Before(before) || user.Email == nil {
			continue
		}
		if err := tenant.Users.SendVerification(ctx, user.ID); err != nil {
			wrong = append(wrong, fmt.Errorf("user %d: %w", user.ID, err)) // the others are still reminded
			continue
		}
		if _, err := fmt.Fprintln(out, *user.Email); err != nil {
			return err
		}
	}
	return errors.Join(wrong...)
}
