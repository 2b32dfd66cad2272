// Package idempotency gives a call that is made again under the same key the answer it had
// (draft-ietf-httpapi-idempotency-key-header). It owns the stored answers; who calls, what a request is, and which operations
// take keys is for others to say.
//
// A stored answer is a row of the transaction in which the call writes (tenants.Scope.Jointly), so there is either both, what was
// written and its answer, or neither. A process that dies in between leaves nothing that a second attempt could trip over. The other
// way, a row that says "begun" and is completed later, cannot tell afterwards whether the write came about.
//
// While a call is in that transaction it holds an advisory lock on its key, which ends with it in any case. Refusals are not stored,
// for they have changed nothing that an answer could be about, and what was refused may be possible now.
package idempotency

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
)

// Life is how long an answer is kept.
const Life = 24 * time.Hour

// MaxKey is the longest key, in bytes.
const MaxKey = 255

// Store keeps answers. Safe for parallel use, also by many processes on one database.
type Store struct {
	Platform *tenants.DB
	Sealer   *seal.Sealer
}

// Request is a call that named a key.
type Request struct {
	Caller string   // who: keys of two callers are never the same
	Key    string   //
	Parts  []string // everything that makes it another request when it differs
}

// Answer is what a call was answered.
type Answer struct {
	Status int
	Body   []byte // nil: none
}

// Outcome is an answer and whether it was there before.
type Outcome struct {
	Answer
	Replayed bool
}

// Do is the call itself, to be run with the context it is given. keep says whether its answer is stored; not storing it commits what it
// wrote all the same, an error undoes it.
type Do func(ctx context.Context) (answer Answer, keep bool, err error)

// InTenant answers a call that writes rows of a tenant. Faults: IdempotencyKeyInvalid, IdempotencyKeyReused, IdempotencyBusy.
func (s *Store) InTenant(ctx context.Context, in *tenants.Scope, r Request, do Do) (Outcome, error) {
	return s.once(ctx, tenantDoor{in}, in.ID().String(), r, do)
}

// OnPlatform is InTenant for a call that writes the platform's rows.
func (s *Store) OnPlatform(ctx context.Context, r Request, do Do) (Outcome, error) {
	return s.once(ctx, platformDoor{s.Platform}, "platform", r, do)
}

// door is where the rows of a call are: a tenant's or the platform's.
type door interface {
	find(ctx context.Context, id []byte) (row, error)
	jointly(ctx context.Context, id []byte, do func(ctx context.Context) error) error
	keep(ctx context.Context, r row) error
}

type row struct {
	ID          []byte `db:"id"`
	Fingerprint []byte `db:"fingerprint"`
	Status      int    `db:"status"`
	Sealed      []byte `db:"sealed"`
}

// errKept: another call with this key has been answered since the look before.
var errKept = errors.New("idempotency: there is an answer")

func (s *Store) once(ctx context.Context, d door, place string, r Request, do Do) (Outcome, error) {
	key, err := readKey(r.Key)
	if err != nil {
		return Outcome{}, err
	}
	// Both are MACs: a request may hold a password, which a plain hash would give away to whoever reads the table.
	id := s.Sealer.MAC("idempotency-id", parts(place, r.Caller, key))
	fingerprint := s.Sealer.MAC("idempotency-request", parts(r.Parts...))
	if o, found, err := s.stored(ctx, d, place, id, fingerprint); found || err != nil {
		return o, err
	}
	var o Outcome
	var kept bool
	err = d.jointly(ctx, id, func(ctx context.Context) (err error) {
		if o.Answer, kept, err = do(ctx); err != nil || !kept {
			return err
		}
		fresh := row{ID: id, Fingerprint: fingerprint, Status: o.Status}
		if o.Body != nil {
			fresh.Sealed = s.Sealer.Seal(o.Body, sealedFor(place, id))
		}
		return d.keep(ctx, fresh)
	})
	if errors.Is(err, errKept) || err == nil && !kept { // a parallel call may be why this one was refused
		if before, found, err := s.stored(ctx, d, place, id, fingerprint); found || err != nil {
			return before, err
		}
	}
	if errors.Is(err, errKept) {
		return o, fault.IdempotencyBusy.After(time.Second) // and gone again: its time was just over
	}
	return o, err
}

// stored gives the answer that a key has, if it is the same request.
func (s *Store) stored(ctx context.Context, d door, place string, id, fingerprint []byte) (Outcome, bool, error) {
	r, err := d.find(ctx, id)
	switch {
	case errors.Is(err, tenants.ErrNoRows):
		return Outcome{}, false, nil
	case err != nil:
		return Outcome{}, false, err
	case string(r.Fingerprint) != string(fingerprint):
		return Outcome{}, false, fault.IdempotencyKeyReused
	}
	o := Outcome{Answer: Answer{Status: r.Status}, Replayed: true}
	if r.Sealed != nil {
		o.Body, err = s.Sealer.Open(r.Sealed, sealedFor(place, id))
	}
	return o, err == nil, err
}

func sealedFor(place string, id []byte) string {
	return "idempotency/" + place + "/" + hex.EncodeToString(id)
}

// parts joins texts so that no two lists give the same bytes.
func parts(all ...string) []byte {
	var joined []byte
	for _, one := range all {
		joined = append(binary.BigEndian.AppendUint32(joined, uint32(len(one))), one...)
	}
	return joined
}

// readKey takes a key as the draft writes it, a string in quotes (RFC 8941 3.3.3), and bare, as many clients do.
func readKey(text string) (string, error) {
	key := text
	if len(text) > 1 && strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) {
		key = text[1 : len(text)-1]
	}
	bad := func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }
	if strings.TrimSpace(key) == "" || len(key) > MaxKey || strings.ContainsFunc(key, bad) {
		return "", fault.IdempotencyKeyInvalid
	}
	return key, nil
}
