package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxKeys bounds the answer, in bytes.
const maxKeys = 256 << 10

// ask fetches the keys from the server. life is how long they are good for.
func (s *keySet) ask(ctx context.Context) (keys map[string]*key, life time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.issuer+"/.well-known/jwks.json", nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	resp, err := s.v.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("the key set was answered with %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys+1))
	if err != nil {
		return nil, 0, err
	}
	if len(body) > maxKeys {
		return nil, 0, errors.New("the key set is too long")
	}
	keys, err = readKeys(body)
	return keys, s.v.lifeBy(resp.Header.Get("Cache-Control")), err
}

// shortestLife keeps a server that says max-age=1 from being asked each second.
const shortestLife = time.Minute

// lifeBy reads max-age (RFC 9111 5.2.2.1).
func (v *Verifier) lifeBy(control string) time.Duration {
	for directive := range strings.SplitSeq(control, ",") {
		if age, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(directive)), "max-age="); found {
			if n, err := strconv.Atoi(age); err == nil && n > 0 {
				return min(max(time.Duration(min(n, 1<<30))*time.Second, shortestLife), v.maxAge)
			}
		}
	}
	return v.life
}
