package verify_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

func TestACachedTokenIsTheSame(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t, verify.WithCache(1))
	raw := tenant.Token(keyhalltest.Claims{UserID: 7})
	first, err := v.Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	second, err := v.Verify(t.Context(), raw)
	if err != nil || second != first {
		t.Errorf("%p and %p, %v", first, second, err)
	}
	refused(t, v, "another signature", raw[:len(raw)-6]+"AAAAAA", verify.ErrSignature)
	server.Clock.Advance(time.Hour)
	refused(t, v, "cached, but expired", raw, verify.ErrExpired)
}

// Far more tokens than places: each is answered for itself.
func TestASmallCacheMixesNothingUp(t *testing.T) {
	t.Parallel()
	_, tenant, v := acme(t, verify.WithCache(4))
	var raws []string
	for id := range int64(40) {
		raws = append(raws, tenant.Token(keyhalltest.Claims{UserID: id + 1}))
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 10 {
				for i, raw := range raws {
					if got, err := v.Verify(t.Context(), raw); err != nil || got.UserID != int64(i+1) {
						t.Error(fmt.Sprint(got, err))
					}
				}
			}
		})
	}
	all.Wait()
}

func TestACachedTokenAllocatesNothing(t *testing.T) {
	_, tenant, v := acme(t, verify.WithCache(100))
	raw := tenant.Token(keyhalltest.Claims{})
	good(t, v, raw)
	ctx := t.Context()
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := v.Verify(ctx, raw); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A key that is gone is gone for remembered tokens, too, as soon as anybody has noticed.
func TestTOK18RememberedTokensOfRevokedKeysStop(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t, verify.WithCache(100), verify.WithLife(10*time.Minute, time.Hour))
	old := tenant.Token(keyhalltest.Claims{Life: time.Hour})
	good(t, v, old)
	tenant.Rotate()
	tenant.Revoke()
	server.Clock.Advance(9 * time.Minute)
	good(t, v, old) // which fetches in the background
	eventually(t, "the token of a revoked key is refused", func() bool {
		_, err := v.Verify(t.Context(), old)
		return errors.Is(err, verify.ErrUnknownKey)
	})
}
