package token

import (
	"context"
	"crypto/ed25519"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
)

// Service signs and verifies in the names of tenants. Safe for parallel use.
type Service struct {
	sealer   *seal.Sealer
	now      func() time.Time
	verified verifiedTokens
	mu       sync.Mutex
	keys     map[uuid.UUID]loadedKeys
}

// New makes a Service. now is the clock; tests may turn it.
func New(sealer *seal.Sealer, now func() time.Time) *Service {
	return &Service{sealer: sealer, now: now, keys: map[uuid.UUID]loadedKeys{}}
}

// SigningKey describes one key of a tenant, without its private part.
type SigningKey struct {
	ID        string     `db:"id"`
	Algorithm string     `db:"algorithm"`
	CreatedAt time.Time  `db:"created_at"`
	RetiredAt *time.Time `db:"retired_at"`
}

type key struct {
	id     string
	public ed25519.PublicKey
	signer jose.Signer // nil once retired
	legacy jose.Signer // the same key, for tokens of the type that old clients know
}

type loadedKeys struct {
	keys     []key
	at       time.Time
	reloaded time.Time // when a token last had them loaded before their time
}

// believe is how long loaded keys are used before the database is asked again; a revoked key stops within it.
const believe = 5 * time.Second

// overlap is how long a retired key still verifies: a day, or as long as any JWT of the tenant lives.
func overlap(in *tenants.Scope) time.Duration {
	s := in.Settings()
	return max(24*time.Hour, time.Duration(max(s.Lifetimes.Access, s.Lifetimes.Refresh, s.Contracts.FitTrackee.TokenSeconds))*time.Second)
}

type keyRow struct {
	SigningKey
	Public []byte `db:"public_key"`
	Sealed []byte `db:"sealed"`
}

const selectKeys = `select id, algorithm, created_at, retired_at, public_key, sealed from signing_keys
	where tenant_id = $1 and algorithm = 'EdDSA' and (retired_at is null or retired_at > $2) order by created_at desc`

// keysOf gives the tenant's keys, the signing one first.
func (s *Service) keysOf(ctx context.Context, in *tenants.Scope) ([]key, error) {
	s.mu.Lock()
	have, ok := s.keys[in.ID()]
	s.mu.Unlock()
	if ok && s.now().Sub(have.at) < believe {
		return have.keys, nil
	}
	var rows []keyRow
	if err := in.Select(ctx, &rows, selectKeys, s.now().Add(-overlap(in))); err != nil {
		return nil, err
	}
	keys := make([]key, 0, len(rows))
	for _, row := range rows {
		k, err := s.open(in, row)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	s.keep(in, keys)
	return keys, nil
}

func (s *Service) keep(in *tenants.Scope, keys []key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[in.ID()] = loadedKeys{keys, s.now(), s.keys[in.ID()].reloaded}
}

// reload gives the keys as they are now, for a token that names one unknown here: another process may have made it a
// moment ago. Tokens with invented names cause that once a second at most.
func (s *Service) reload(ctx context.Context, in *tenants.Scope) ([]key, error) {
	s.mu.Lock()
	have := s.keys[in.ID()]
	if s.now().Sub(have.reloaded) >= time.Second {
		s.keys[in.ID()] = loadedKeys{reloaded: s.now()}
	}
	s.mu.Unlock()
	return s.keysOf(ctx, in)
}

func (s *Service) open(in *tenants.Scope, row keyRow) (key, error) {
	k := key{id: row.ID, public: ed25519.PublicKey(row.Public)}
	if row.RetiredAt != nil {
		return k, nil
	}
	private, err := s.sealer.Open(row.Sealed, keyPlace(in, row.ID))
	if err != nil {
		return key{}, err
	}
	signing := jose.SigningKey{Algorithm: jose.EdDSA, Key: ed25519.NewKeyFromSeed(private)}
	signer := func(typ jose.ContentType) (jose.Signer, error) {
		return jose.NewSigner(signing, (&jose.SignerOptions{}).WithType(typ).WithHeader("kid", row.ID))
	}
	if k.signer, err = signer(accessType); err != nil {
		return key{}, err
	}
	k.legacy, err = signer(legacyType)
	return k, err
}

func keyPlace(in *tenants.Scope, kid string) string { return "signing/" + in.ID().String() + "/" + kid }

// signingKey gives the key to sign with, making the tenant's first one when there is none.
func (s *Service) signingKey(ctx context.Context, in *tenants.Scope) (key, error) {
	for range 2 {
		keys, err := s.keysOf(ctx, in)
		if err != nil {
			return key{}, err
		}
		if len(keys) > 0 && keys[0].signer != nil {
			return keys[0], nil
		}
		if err := s.makeKey(tenants.Apart(ctx), in, nil); err != nil { // others sign with it at once
			return key{}, err
		}
	}
	return key{}, seal.ErrBroken
}

const (
	retireKeys = `update signing_keys set retired_at = now() where tenant_id = $1 and retired_at is null`
	insertKey  = `insert into signing_keys (tenant_id, id, algorithm, public_key, sealed) values ($1, $2, 'EdDSA', $3, $4)
		on conflict (tenant_id, algorithm) where retired_at is null do nothing`
)

// makeKey adds a signing key. The unique index on the current key lets just one of two processes win; the other
// finds the winner's.
// by is who asked for a rotation; nil: only if there is none.
func (s *Service) makeKey(ctx context.Context, in *tenants.Scope, by *tenants.Who) error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	kid := uuid.NewString()
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		if by != nil {
			if _, err := tx.Exec(ctx, retireKeys); err != nil {
				return err
			}
			if err := tx.Note(ctx, *by, "signing_key.rotated", map[string]any{"key": kid}); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, insertKey, kid, []byte(public), s.sealer.Seal(private.Seed(), keyPlace(in, kid)))
		return err
	})
	s.mu.Lock()
	delete(s.keys, in.ID())
	s.mu.Unlock()
	return err
}

// Rotate makes a new signing key and retires the present one, which goes on verifying what it has signed (see overlap).
func (s *Service) Rotate(ctx context.Context, in *tenants.Scope, who tenants.Who) error {
	return s.makeKey(ctx, in, &who)
}

// SigningKeys lists a tenant's keys, newest first.
func (s *Service) SigningKeys(ctx context.Context, in *tenants.Scope) ([]SigningKey, error) {
	keys := []SigningKey{}
	err := in.Select(ctx, &keys, `select id, algorithm, created_at, retired_at from signing_keys where tenant_id = $1 order by created_at desc`)
	return keys, err
}

// JWKS is the tenant's public keys as a JSON Web Key Set (RFC 7517 5).
func (s *Service) JWKS(ctx context.Context, in *tenants.Scope) (jose.JSONWebKeySet, error) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	if _, err := s.signingKey(ctx, in); err != nil {
		return set, err
	}
	keys, err := s.keysOf(ctx, in)
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.public, KeyID: k.id, Algorithm: string(jose.EdDSA), Use: "sig"})
	}
	return set, err
}
