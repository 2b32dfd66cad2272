package identity_test

import (
	"slices"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/social"
)

// trusting is a tenant that takes Google's word about addresses.
func trusting(t *testing.T, p *provider.Provider) world {
	w := newWorld(t, p.Settings())
	h := pgtest.Get(t)
	_, err := h.Registry.PatchSettings(t.Context(), tenants.Who{Kind: "system"}, w.in.ID(), []byte(`{"social":{"providers":{"google":{"trust_email":true}}}}`))
	ok(t, err)
	w.in, err = h.Registry.ByID(t.Context(), w.in.ID())
	ok(t, err)
	return w
}

func byGoogle(token string) identity.SocialLogin {
	return identity.SocialLogin{Provider: "google", Proof: social.Proof{AccessToken: token}, Want: identity.Opaque}
}

// Whoever made an account in the name of an address before its owner came has no way into it any more.
func TestSOC03WhoWasThereBeforeTheOwnerIsOut(t *testing.T) {
	p := provider.Start(t)
	w := trusting(t, p)
	p.Know("owner", provider.User{ID: "42", Email: "vera@example.com", Verified: true})
	p.Know("stranger", provider.User{ID: "66"})
	before := w.register("vera", "")
	stranger, err := w.actor(before)
	ok(t, err)
	_, err = w.ConnectSocial(t.Context(), w.in, stranger, "google", social.Proof{AccessToken: "stranger"}, client)
	ok(t, err)

	g, err := w.SocialSignIn(t.Context(), w.in, byGoogle("owner"), client)
	ok(t, err)
	if g.User.ID != before.User.ID {
		t.Fatalf("the owner got account %d", g.User.ID)
	}
	_, err = w.Login(t.Context(), w.in, identity.Credentials{Username: "vera", Password: goodPassword, Want: identity.Opaque}, client)
	wants(t, err, fault.BadCredentials)
	_, err = w.actor(before)
	wants(t, err, fault.TokenInvalid)
	other, err := w.SocialSignIn(t.Context(), w.in, byGoogle("stranger"), client)
	if err == nil && other.User.ID == g.User.ID {
		t.Fatal("the stranger's other sign-in still opens the account")
	}
	u, err := w.User(t.Context(), w.in, g.User.ID)
	ok(t, err)
	if !u.EmailVerified || u.HasPassword {
		t.Fatalf("%+v", u)
	}
}

func TestAProvenAddressOpensItsAccountWhereTheTenantTrustsTheProvider(t *testing.T) {
	p := provider.Start(t)
	w := trusting(t, p)
	a := w.register("vera", "")
	_, err := w.VerifyEmail(t.Context(), w.in, w.secret("verify_email", "vera@example.com")["key"], client)
	ok(t, err)
	p.Know("text", provider.User{ID: "42", Email: "vera@example.com", Verified: "true"})
	_, err = w.SocialSignIn(t.Context(), w.in, byGoogle("text"), client)
	wants(t, err, fault.SocialEmailTaken)
	p.Know("good", provider.User{ID: "42", Email: "vera@example.com", Verified: true})
	g, err := w.SocialSignIn(t.Context(), w.in, byGoogle("good"), client)
	ok(t, err)
	if g.User.ID != a.User.ID {
		t.Fatalf("got account %d", g.User.ID)
	}
	_, err = w.actor(a)
	ok(t, err) // nothing of hers has ended
}

func TestFiftyEqualSocialSignUpsMakeOneAccount(t *testing.T) {
	p := provider.Start(t)
	w := newWorld(t, p.Settings())
	p.Know("good", provider.User{ID: "42", Email: "vera@example.com", First: "Vera"})
	for _, err := range race(50, func(int) error {
		_, err := w.SocialSignIn(background, w.in, byGoogle("good"), client)
		return err
	}) {
		ok(t, err)
	}
	if n := w.count(`select count(*) from users where tenant_id = $1`); n != 1 {
		t.Fatalf("%d accounts", n)
	}
}

// A tenant's own servers are told at which provider somebody signs in from now on, and where no more.
func TestConnectionsAreTold(t *testing.T) {
	p := provider.Start(t)
	w := trusting(t, p)
	p.Know("mia", provider.User{ID: "42"})
	g := w.register("mia", "")
	ok(t, w.in.Tx(t.Context(), func(tx *tenants.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into webhook_endpoints (tenant_id, id, url, events, sealed) values ($1, gen_random_uuid(), 'https://hooks.example.com/',
			'{user.social_connected,user.social_disconnected}', 'x')`)
		return err
	}))
	mia, err := w.actor(g)
	ok(t, err)
	one, err := w.ConnectSocial(t.Context(), w.in, mia, "google", social.Proof{AccessToken: "mia"}, client)
	ok(t, err)
	_, err = w.ConnectSocial(t.Context(), w.in, mia, "google", social.Proof{AccessToken: "mia"}, client) // changes nothing
	ok(t, err)
	ok(t, w.DisconnectSocial(t.Context(), w.in, mia.By(), mia.User.ID, one.ID, client))
	wants(t, w.DisconnectSocial(t.Context(), w.in, mia.By(), mia.User.ID, one.ID, client), fault.PathUnknown)
	var told []string
	ok(t, w.in.Select(t.Context(), &told, `select e ->> 'type' || ' ' || (e -> 'data' ->> 'provider') || ' ' || (e -> 'data' -> 'user' ->> 'username')
		from (select id, (payload ->> 'body')::jsonb as e from outbox where tenant_id = $1 and kind = 'webhook') as o order by id`))
	if want := []string{"user.social_connected google mia", "user.social_disconnected google mia"}; !slices.Equal(told, want) {
		t.Fatalf("told %q", told)
	}
}
