package verify

import (
	"context"
	"fmt"
	"net/http"
)

// Live verifies a token and asks its issuer whether the session is still there and the account may act now; that is one call to
// GET /v1/me. ErrRevoked says no. Use it before what cannot be undone, and Verify for the rest.
func (v *Verifier) Live(ctx context.Context, raw string) (*Token, error) {
	t, err := v.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.Issuer+"/v1/me", nil)
	if err != nil {
		return nil, unavailable(t.Issuer, err)
	}
	req.Header.Set("Authorization", "Bearer "+raw)
	resp, err := v.http.Do(req)
	if err != nil {
		return nil, unavailable(t.Issuer, err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return t, nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, ErrRevoked
	default:
		return nil, unavailable(t.Issuer, fmt.Errorf("the session was answered with %d", resp.StatusCode))
	}
}
