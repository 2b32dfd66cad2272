package verify

import "errors"

// What Verify finds wrong. All but ErrUnavailable are ErrInvalid, too: the token is no good, and asking again changes nothing.
var (
	ErrInvalid error = errors.New("verify: invalid token")

	ErrMalformed  error = &invalid{"malformed"}
	ErrIssuer     error = &invalid{"issuer not accepted"}
	ErrAlgorithm  error = &invalid{"algorithm is not that of the key"}
	ErrUnknownKey error = &invalid{"unknown key"}
	ErrSignature  error = &invalid{"wrong signature"}
	ErrType       error = &invalid{"not an access token"}
	ErrAudience   error = &invalid{"meant for somebody else"}
	ErrTenant     error = &invalid{"not of its issuer's tenant"}
	ErrExpired    error = &invalid{"expired"} // and all else is right
	ErrNotYet     error = &invalid{"not valid yet"}
	ErrRevoked    error = &invalid{"session ended, or account not active"} // found by Live only

	// ErrUnavailable says that the issuer's keys could not be had, and nothing about the token. It wraps the cause.
	ErrUnavailable error = errors.New("verify: keys unavailable")
)

// invalid is a reason why a token is refused.
type invalid struct{ reason string }

func (i *invalid) Error() string { return "verify: invalid token: " + i.reason }

// Is makes each of them ErrInvalid.
func (i *invalid) Is(target error) bool { return target == ErrInvalid }
