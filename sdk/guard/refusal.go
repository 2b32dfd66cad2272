package guard

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/keyhall/keyhall/sdk/verify"
)

// Refusal is why a request is not let in, and how it is answered.
type Refusal struct {
	Status    int    // 401, 403 or 503
	Code      string // "token_expired", as Keyhall's own
	Message   string // plain English
	Challenge string // WWW-Authenticate; empty unless 401
	Err       error  // the cause, which is not shown
}

// Error tells the message and the cause.
func (r *Refusal) Error() string {
	if r.Err == nil {
		return "guard: " + r.Message
	}
	return "guard: " + r.Message + " " + r.Err.Error()
}

// Unwrap gives the cause, such as verify.ErrExpired.
func (r *Refusal) Unwrap() error { return r.Err }

// Problem is the refusal as a body of the type application/problem+json (RFC 9457).
func (r *Refusal) Problem() []byte {
	body, err := json.Marshal(map[string]any{"title": r.Message, "status": r.Status, "code": r.Code})
	if err != nil {
		return []byte("{}") // texts and a number cannot fail
	}
	return body
}

func forbidden(code, message string) *Refusal {
	return &Refusal{Status: http.StatusForbidden, Code: code, Message: message}
}

// The codes, texts and challenges of tokens that are no good (RFC 6750 3).
const (
	missing = `Bearer`
	invalid = `Bearer error="invalid_token"`
)

// Refuses makes a refusal of what went wrong with a token or a rule, for guards of other frameworks.
func Refuses(err error) *Refusal {
	var r *Refusal
	switch {
	case errors.As(err, &r):
		return r
	case errors.Is(err, verify.ErrUnavailable):
		return &Refusal{Status: http.StatusServiceUnavailable, Code: "unavailable", Message: "Tokens cannot be checked at the moment.", Err: err}
	case errors.Is(err, verify.ErrExpired):
		return &Refusal{Status: http.StatusUnauthorized, Code: "token_expired", Message: "The token has expired.", Challenge: invalid, Err: err}
	case errors.Is(err, verify.ErrType):
		return &Refusal{Status: http.StatusUnauthorized, Code: "token_wrong_type", Message: "This takes an access token.", Challenge: invalid, Err: err}
	default:
		return &Refusal{Status: http.StatusUnauthorized, Code: "token_invalid", Message: "The token is not valid.", Challenge: invalid, Err: err}
	}
}
