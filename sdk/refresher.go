package keyhall

import (
	"context"
	"sync/atomic"
	"time"
)

// Refresher keeps a user signed in: it is a TokenSource that trades its refresh token in shortly before the access token
// ends. Use one Refresher for one sign-in: a refresh token used twice ends it.
//
//	tokens, err := acme.Auth.SignIn(ctx, keyhall.SignIn{Identifier: "mia", Password: "..."})
//	mia := acme.With(keyhall.WithTokenSource(acme.Refresher(tokens, nil)))
//	me, err := mia.Me.Get(ctx)
type Refresher struct {
	auth AuthService
	turn chan struct{} // holds one; who took it may touch what follows

	tokens  Tokens
	expires time.Time
	keep    func(Tokens)
	failure error // of the last refresh

	tries atomic.Int64 // refreshes that have ended; read without the turn
}

// early is how long before its end a token is not used any more, for clocks and slow ways.
const early = 30 * time.Second

// Refresher goes on from tokens of a sign-in or an earlier refresh. keep, unless nil, is called with each new pair, to be stored
// for the next start of the program.
func (t *TenantClient) Refresher(tokens Tokens, keep func(Tokens)) *Refresher {
	r := &Refresher{auth: t.With(WithTokenSource(nil)).Auth, turn: make(chan struct{}, 1), keep: keep}
	r.take(tokens)
	return r
}

// Token gives an access token that is good for a while. Of many callers at once only one refreshes, and all are told how that went.
// ErrTokenReused and ErrUnauthenticated mean that the user has to sign in again.
func (r *Refresher) Token(ctx context.Context) (string, error) {
	before := r.tries.Load()
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if time.Now().Before(r.expires) {
		return r.tokens.AccessToken, nil
	}
	if r.failure != nil && r.tries.Load() != before {
		return "", r.failure // a refresh has failed while we waited for it; a server in trouble needs no thousand more
	}
	// Not cancelled with the caller: the server has spent the old refresh token as soon as it got it, so the answer
	// must be taken or the user is signed out.
	tokens, err := r.auth.Refresh(context.WithoutCancel(ctx), RefreshRequest{RefreshToken: r.tokens.RefreshToken})
	r.failure = err
	r.tries.Add(1)
	if err != nil {
		return "", err
	}
	r.take(tokens)
	if r.keep != nil {
		r.keep(tokens)
	}
	return tokens.AccessToken, nil
}

// take uses half the life of a token that lives shorter than early.
func (r *Refresher) take(tokens Tokens) {
	life := time.Duration(tokens.ExpiresIn) * time.Second
	r.tokens, r.expires = tokens, time.Now().Add(max(life-early, life/2))
}
