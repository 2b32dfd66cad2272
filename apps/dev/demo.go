package dev

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Parts are what the demo is made with: the same doors that everybody uses.
type Parts struct {
	Registry *tenants.Registry
	Platform *tenants.DB
	Core     *identity.Service
}

const (
	demoSlug     = "demo"
	demoPassword = "keyhall-demo" // of every demo user; the README tells it
	demoDone     = "demo.done"
)

var (
	system = identity.By{Kind: "system", ID: "demo"}
	client = identity.Client{IP: "127.0.0.1", UserAgent: "keyhall dev", Contract: "native"}
)

// person is a demo user and the state he is brought to.
type person struct {
	username, first, last, userType string
	verified, disabled              bool
	decision, reason                string
}

// people has somebody in each state that an admin meets.
var people = []person{
	{username: "mia", first: "Mia", last: "Lindqvist", verified: true},
	{username: "tom", first: "Tom", last: "Okafor"},
	{username: "carla", first: "Carla", last: "Reyes", userType: identity.TypeCoach, verified: true, decision: identity.DecideApprove},
	{username: "nils", first: "Nils", last: "Haugen", userType: identity.TypeCoach, verified: true},
	{username: "priya", first: "Priya", last: "Nair", userType: identity.TypeCoach},
	{username: "rex", first: "Rex", last: "Malone", userType: identity.TypeCoach, decision: identity.DecideReject, reason: "No licence was given."},
	{username: "dana", first: "Dana", last: "Kowalska", verified: true, disabled: true},
}

// Demo makes the tenant "demo" with a few users in each state, once for a data folder. A run that was cut short is
// taken up where it stopped.
func Demo(ctx context.Context, f *Folder, p Parts) error {
	if _, err := os.Stat(f.Path(demoDone)); err == nil {
		return nil
	}
	in, err := p.Registry.BySlug(ctx, demoSlug)
	if errors.Is(err, fault.TenantUnknown) {
		in, err = p.Registry.Create(ctx, tenants.Who{Kind: "system", ID: "demo"}, demoSlug, "Harbour Sports Club", nil)
	}
	if err != nil {
		return err
	}
	for _, who := range people {
		if err := p.settle(ctx, in, who); err != nil {
			return err
		}
	}
	return f.write(demoDone, []byte("The demo tenant was made. Delete this file to have it made again.\n"), 0o644)
}

// settle brings one person to his state; each step may have been done before.
func (p Parts) settle(ctx context.Context, in *tenants.Scope, who person) error {
	email := who.username + "@example.com"
	_, err := p.Core.Register(ctx, in, identity.Registration{
		Username: who.username, Email: email, Password: demoPassword,
		FirstName: who.first, LastName: who.last, Type: who.userType,
	}, client)
	if err != nil && !errors.Is(err, fault.UsernameTaken) {
		return err
	}
	found, _, err := p.Core.Users(ctx, in, identity.UserFilter{Query: who.username})
	if err != nil || len(found) == 0 {
		return err
	}
	user := found[0]
	if who.verified && !user.EmailVerified {
		if err := p.verify(ctx, in, email); err != nil {
			return err
		}
	}
	if who.decision != "" {
		if _, err := p.Core.Decide(ctx, in, system, []int64{user.ID}, who.decision, who.reason, client); err != nil {
			return err
		}
	}
	if who.disabled {
		active := false
		_, err = p.Core.ChangeUser(ctx, in, system, user.ID, identity.UserChange{Active: &active}, client)
	}
	return err
}

// verify waits for the confirmation mail in the sink and uses its key, as the person would.
func (p Parts) verify(ctx context.Context, in *tenants.Scope, email string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		mails, err := outbox.DevMessages(ctx, p.Platform, in.Slug(), email)
		if err != nil {
			return err
		}
		for _, m := range mails {
			var data struct{ Key string }
			if json.Unmarshal(m.Data, &data) == nil && m.Kind == "verify_email" {
				_, err := p.Core.VerifyEmail(ctx, in, data.Key, client)
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}
