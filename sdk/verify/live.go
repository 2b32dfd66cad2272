package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Live verifies a token and asks its issuer whether the session is still there and the account may act now; that is one call to
// GET /v1/me, made as the user, or with WithIntrospection to POST /v1/introspect, made as the service. ErrRevoked says no. Use it before what cannot
// be undone, and Verify for the rest.
func (v *Verifier) Live(ctx context.Context, raw string) (*Token, error) {
	t, err := v.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	ask := v.askAsUser
	if key := v.introspect[t.Issuer]; key != "" {
		ask = v.introspection(key)
	}
	live, err := ask(ctx, t.Issuer, raw)
	switch {
	case err != nil:
		return nil, unavailable(t.Issuer, err)
	case !live:
		return nil, ErrRevoked
	}
	return t, nil
}

// askAsUser makes a call with the token itself.
func (v *Verifier) askAsUser(ctx context.Context, issuer, raw string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer+"/v1/me", nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", "Bearer "+raw)
	resp, err := v.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return true, nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return false, nil
	default:
		return false, fmt.Errorf("the session was answered with %d", resp.StatusCode)
	}
}

// introspection asks by RFC 7662 with a secret key. A key that is refused says nothing about the token.
func (v *Verifier) introspection(key string) func(ctx context.Context, issuer, raw string) (bool, error) {
	return func(ctx context.Context, issuer, raw string) (bool, error) {
		form := url.Values{"token": {raw}}.Encode()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, issuer+"/v1/introspect", strings.NewReader(form))
		if err != nil {
			return false, err
		}
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := v.http.Do(req)
		if err != nil {
			return false, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return false, fmt.Errorf("introspection was answered with %d", resp.StatusCode)
		}
		var answer struct {
			Active *bool `json:"active"`
		}
		if err := json.NewDecoder(io.LimitReader(resp.Body, maxIntrospection)).Decode(&answer); err != nil {
			return false, fmt.Errorf("reading the introspection: %w", err)
		}
		if answer.Active == nil {
			return false, errors.New("the introspection does not say whether the token is active")
		}
		return *answer.Active, nil
	}
}

// maxIntrospection bounds what is read of an answer, in bytes; permissions are most of it.
const maxIntrospection = 1 << 20
