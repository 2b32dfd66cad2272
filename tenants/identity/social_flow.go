package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/social"
	"github.com/keyhall/keyhall/tenants/token"
)

const (
	// SocialLife is how long somebody may take at the provider.
	SocialLife = 10 * time.Minute
	// arrivalLife is how long a front end may take to fetch what came of it: long enough for its user to sign in first, to whose
	// account it is to be connected.
	arrivalLife = 10 * time.Minute
)

// SocialStart is how a browser begins to sign in at a provider.
type SocialStart struct {
	Provider  string
	ReturnTo  string // one of social.return_to; "": the first of them or, where there is none, the hosted page
	Challenge string // S256 of a verifier that the front end keeps (RFC 7636); needed where there is one
	Callback  string // of the provider to Keyhall
}

// SocialTrip is a sign-in that waits at the provider. Only the browser that shows Browser again comes back from it.
type SocialTrip struct {
	URL, State, Browser string
}

// errand is what is kept, sealed, for the time at the provider.
type errand struct {
	Verifier, Nonce, Session, Callback, Challenge string
}

const (
	insertState = `insert into social_states (tenant_id, state_hash, provider, browser_hash, sealed, return_to, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`
	// A stranger who learned the state does not use it up: the browser is a condition, not an afterthought.
	spendState = `update social_states set used_at = $5 where tenant_id = $1 and state_hash = $2 and provider = $3 and browser_hash = $4
		and used_at is null and expires_at > $5 returning sealed, return_to`
	insertArrival = `insert into social_arrivals (tenant_id, key_hash, challenge, provider, sealed, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`
	takeArrival   = `delete from social_arrivals where tenant_id = $1 and key_hash = $2 and challenge = $3 and expires_at > $4 returning provider, sealed`
)

var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// BeginSocial sends a browser to a provider. Faults: those of social.Begin; SocialReturnUnknown, SocialChallenge; RateLimited.
func (s *Service) BeginSocial(ctx context.Context, in *tenants.Scope, b SocialStart, c Client) (SocialTrip, error) {
	to, err := returnTo(in, b)
	if err != nil {
		return SocialTrip{}, err
	}
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SocialBegin, Subject: c.Network()}); err != nil {
		return SocialTrip{}, err
	}
	trip := SocialTrip{State: token.NewMailKey(), Browser: token.NewMailKey()}
	e := errand{Verifier: rand.Text() + rand.Text(), Nonce: rand.Text(), Callback: b.Callback, Challenge: b.Challenge}
	begun, err := s.Social.Begin(ctx, in, b.Provider, social.Beginning{State: trip.State, Verifier: e.Verifier, Nonce: e.Nonce, CallbackURL: e.Callback})
	if err != nil {
		return SocialTrip{}, err
	}
	trip.URL, e.Session = begun.URL, begun.Session
	sealed, err := s.Social.Seal(in, "state/"+trip.State, e)
	if err != nil {
		return SocialTrip{}, err
	}
	return trip, in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, insertState, token.Hash(trip.State), b.Provider, token.Hash(trip.Browser), sealed, to, tx.Now(), tx.Now().Add(SocialLife))
		return err
	})
}

// returnTo picks where a browser goes from here. Addresses are compared letter by letter.
func returnTo(in *tenants.Scope, b SocialStart) (string, error) {
	all := in.Settings().Social.ReturnTo
	switch {
	case b.ReturnTo == "" && len(all) == 0:
		return "", nil
	case b.ReturnTo != "" && !slices.Contains(all, b.ReturnTo):
		return "", fault.SocialReturnUnknown
	case !s256.MatchString(b.Challenge):
		return "", fault.SocialChallenge
	case b.ReturnTo == "":
		return all[0], nil
	}
	return b.ReturnTo, nil
}

// SocialReturn is what a browser brings back from a provider.
type SocialReturn struct {
	Provider, State, Browser, Code string
	User                           string // what it says about the user beside the code (Apple)
	Refused                        string // what it says went wrong
}

// SocialEnd is where a browser goes then.
type SocialEnd struct {
	ReturnTo string // the front end; "": the hosted page
	Key      string // with which the front end fetches the outcome
}

// FinishSocial takes a browser back. Of any number of parallel attempts one gets anywhere. With a front end, who it is waits for
// SocialSignInByKey or ConnectSocialByKey, which say what is in the way; without, an account is found or made and no session
// is opened, for there is no program to hand one to. The end is told with faults, too. Faults: SocialStateInvalid, which
// leaves everything as it was; SocialDenied; those of social.Identify and, without a front end, of SocialSignIn.
func (s *Service) FinishSocial(ctx context.Context, in *tenants.Scope, r SocialReturn, c Client) (SocialEnd, error) {
	e, to, err := s.spendState(ctx, in, r, c)
	if err != nil {
		return SocialEnd{}, err
	}
	end := SocialEnd{ReturnTo: to}
	if r.Code == "" {
		return end, refusal(r)
	}
	p, err := s.identify(ctx, in, r.Provider, social.Proof{Code: r.Code, Verifier: e.Verifier, CallbackURL: e.Callback, Nonce: e.Nonce, Session: e.Session, User: r.User}, c)
	if err != nil {
		return end, err
	}
	if to == "" {
		_, err := s.signInSocially(ctx, in, is(p), SocialLogin{Provider: r.Provider, Want: NoToken}, c)
		return end, err
	}
	key := token.NewMailKey()
	sealed, err := s.Social.Seal(in, "arrival/"+key, p)
	if err != nil {
		return end, err
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, insertArrival, token.Hash(key), e.Challenge, r.Provider, sealed, tx.Now(), tx.Now().Add(arrivalLife))
		return err
	})
	if err == nil {
		end.Key = key
	}
	return end, err
}

func (s *Service) spendState(ctx context.Context, in *tenants.Scope, r SocialReturn, c Client) (e errand, to string, err error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return errand{}, "", err
	}
	var row struct {
		Sealed   []byte `db:"sealed"`
		ReturnTo string `db:"return_to"`
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		return tx.Get(ctx, &row, spendState, token.Hash(r.State), r.Provider, token.Hash(r.Browser), tx.Now())
	})
	if errors.Is(err, sql.ErrNoRows) {
		return errand{}, "", fault.SocialStateInvalid
	}
	if err != nil {
		return errand{}, "", err
	}
	if !slices.Contains(in.Settings().Social.ReturnTo, row.ReturnTo) { // the tenant took it back meanwhile
		row.ReturnTo = ""
	}
	return e, row.ReturnTo, s.Social.Unseal(in, "state/"+r.State, row.Sealed, &e)
}

// refusal tells somebody who changed his mind from a provider that failed.
func refusal(r SocialReturn) error {
	for _, word := range []string{"denied", "cancel"} { // user_cancelled_authorize and the like
		if strings.Contains(r.Refused, word) {
			return fault.SocialDenied.With("provider", r.Provider)
		}
	}
	return fault.SocialRefused.With("provider", r.Provider)
}

// SocialKey is what a front end fetches the outcome of a sign-in with.
type SocialKey struct {
	Key      string // that the browser brought
	Verifier string // of the challenge with which it began
}

// SocialSignInByKey signs in, or up, whoever came back from a provider. The key stays good when that fails because of an
// account with the same address: its owner signs in and connects. Faults: KeyInvalid; those of SocialSignIn but for the provider's.
func (s *Service) SocialSignInByKey(ctx context.Context, in *tenants.Scope, k SocialKey, l SocialLogin, c Client) (Grant, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return Grant{}, err
	}
	return s.signInSocially(ctx, in, k.take, l, c)
}

// ConnectSocialByKey connects to the actor whoever came back from a provider. Faults: KeyInvalid, SocialTaken.
func (s *Service) ConnectSocialByKey(ctx context.Context, in *tenants.Scope, a *Actor, k SocialKey, c Client) (SocialIdentity, error) {
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.VerifyNetwork, Subject: c.Network()}); err != nil {
		return SocialIdentity{}, err
	}
	return s.connectSocially(ctx, in, a, k.take, c)
}

// take uses the key up, as part of the transaction.
func (k SocialKey) take(ctx context.Context, u *unit) (social.Person, error) {
	var row struct {
		Provider string `db:"provider"`
		Sealed   []byte `db:"sealed"`
	}
	sum := sha256.Sum256([]byte(k.Verifier))
	err := u.Get(ctx, &row, takeArrival, token.Hash(k.Key), base64.RawURLEncoding.EncodeToString(sum[:]), u.Now())
	if errors.Is(err, sql.ErrNoRows) {
		return social.Person{}, fault.KeyInvalid
	}
	if err != nil {
		return social.Person{}, err
	}
	if u.settings().Social.Providers.Named(row.Provider) == nil {
		return social.Person{}, fault.ProviderUnconfigured.With("provider", row.Provider)
	}
	var p social.Person
	return p, u.s.Social.Unseal(u.Scope(), "arrival/"+k.Key, row.Sealed, &p)
}
