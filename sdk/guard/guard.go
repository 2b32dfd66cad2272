package guard

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/keyhall/keyhall/sdk/verify"
)

// Check tells whether a token is good: the method Verify of a verify.Verifier, or Live.
type Check func(ctx context.Context, raw string) (*verify.Token, error)

// Enter checks the values of a request's Authorization headers, and what rules want, and gives the context that its handlers get.
// It is what the guards of all frameworks have in common.
func Enter(ctx context.Context, check Check, authorization []string, rules ...Rule) (context.Context, *Refusal) {
	raw, wrong := bearer(authorization)
	if wrong != nil {
		return nil, wrong
	}
	t, err := check(ctx, raw)
	if err != nil {
		return nil, Refuses(err)
	}
	if wrong := obey(t, rules); wrong != nil {
		return nil, wrong
	}
	return context.WithValue(ctx, place{}, t), nil
}

// Require has rules for a request that has been let in: nil, or a *Refusal. It is for what only the handler knows.
func Require(ctx context.Context, rules ...Rule) error {
	t := Token(ctx)
	if t == nil {
		return missingToken()
	}
	if wrong := obey(t, rules); wrong != nil {
		return wrong
	}
	return nil
}

func obey(t *verify.Token, rules []Rule) *Refusal {
	for _, rule := range rules {
		if err := rule(t); err != nil {
			var r *Refusal
			if errors.As(err, &r) {
				return r
			}
			return &Refusal{Status: http.StatusForbidden, Code: "not_allowed", Message: "You may not do this.", Err: err}
		}
	}
	return nil
}

// place is where a context keeps the token.
type place struct{}

// Token gives the token that the request came with; nil when no guard has let it in.
func Token(ctx context.Context) *verify.Token {
	t, _ := ctx.Value(place{}).(*verify.Token)
	return t
}

// Claims reads all claims of the request's token as a T, for claims that verify.Token has no field for.
func Claims[T any](ctx context.Context) (T, error) {
	if t := Token(ctx); t != nil {
		return verify.Claims[T](t)
	}
	var none T
	return none, missingToken()
}

func missingToken() *Refusal {
	return &Refusal{Status: http.StatusUnauthorized, Code: "no_credentials", Message: "This takes an access token.", Challenge: missing}
}

// bearer reads the one Authorization header (RFC 6750 2.1). Two would let a proxy and us see different users.
func bearer(authorization []string) (string, *Refusal) {
	if len(authorization) == 0 || len(authorization) == 1 && authorization[0] == "" {
		return "", missingToken()
	}
	scheme, token, _ := strings.Cut(authorization[0], " ")
	if len(authorization) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " ,\t") {
		r := missingToken()
		r.Challenge = invalid
		return "", r
	}
	return token, nil
}
