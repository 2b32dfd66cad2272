package identity

import (
	"context"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Proof says what it means for a sign-up or a change that its address and number were proven by code just before.
type Proof uint8

// What proofs mean.
const (
	ProofIgnored Proof = iota
	ProofWelcome       // what was proven counts as verified at once
	ProofNeeded        // and what was not is refused
)

// unproven are the faults for names that have to be proven first.
var unproven = map[string]*fault.Code{"email": fault.EmailUnproven, "mobile": fault.MobileUnproven}

// complainUnproven complains about each address and number that nobody has proven from the client's network. It is a
// courtesy, so that all complaints come together and no proof is lost over another one; useProofs decides.
func complainUnproven(ctx context.Context, in *tenants.Scope, p *fault.Problems, n names, c Client) error {
	for _, v := range n.given() {
		if unproven[v.field] == nil || p.Has(v.field) {
			continue
		}
		is, err := hasProof(ctx, in, v.value, c)
		if err != nil {
			return err
		}
		if !is {
			p.Add(v.field, unproven[v.field])
		}
	}
	return nil
}

// hasProof reports whether the client's network has proven a destination and not made use of that.
func hasProof(ctx context.Context, in *tenants.Scope, key string, c Client) (is bool, err error) {
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		return tx.Get(ctx, &is, isProven, key, tx.Now().Add(-proofLife), c.Network())
	})
	return is, err
}

// useProofs spends the proofs of an account's new address and number, and tells which of them were proven.
func (u *unit) useProofs(ctx context.Context, use Proof, n names) (proven []Destination, err error) {
	if use == ProofIgnored {
		return nil, nil
	}
	var p fault.Problems
	for _, d := range []Destination{{Key: n.email}, {Key: n.mobile, Mobile: true}} {
		is, err := u.takeProof(ctx, d.Key)
		if err != nil {
			return nil, err
		}
		switch {
		case is:
			proven = append(proven, d)
		case d.Key != "" && use == ProofNeeded && d.Mobile:
			p.Add("mobile", fault.MobileUnproven)
		case d.Key != "" && use == ProofNeeded:
			p.Add("email", fault.EmailUnproven)
		}
		if is && d.Mobile {
			if err := u.takeOver(ctx, d.Key); err != nil {
				return nil, err
			}
		}
	}
	return proven, p.Err()
}
