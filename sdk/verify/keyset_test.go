package verify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

const jwks = "GET /t/acme/.well-known/jwks.json"

// eventually waits for what happens in the background.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not in time: " + what)
		}
	}
}

func good(t *testing.T, v *verify.Verifier, raw string) {
	t.Helper()
	if _, err := v.Verify(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
}

func answer(body string, status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // nobody to tell
		return true
	}
}

func TestManyWaitForOneFetch(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	server.Intercept(func(http.ResponseWriter, *http.Request) bool { time.Sleep(50 * time.Millisecond); return false })
	raw := tenant.Token(keyhalltest.Claims{})
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() { good(t, v, raw) })
	}
	all.Wait()
	if n := server.Calls(jwks); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestAWaiterMayLeaveAndTheOthersStillGetTheKeys(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	come, leave := make(chan bool), make(chan bool)
	server.Intercept(func(http.ResponseWriter, *http.Request) bool { come <- true; <-leave; return false })
	raw := tenant.Token(keyhalltest.Claims{})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { _, err := v.Verify(ctx, raw); gone <- err }()
	<-come
	stays := make(chan error)
	go func() { _, err := v.Verify(t.Context(), raw); stays <- err }()
	cancel()
	if err := <-gone; !errors.Is(err, verify.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(leave)
	if err := <-stays; err != nil {
		t.Error(err)
	}
}

func TestKeysAreFetchedAgainBeforeTheyAreOld(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t, verify.WithLife(10*time.Minute, time.Hour))
	raw := tenant.Token(keyhalltest.Claims{Life: 24 * time.Hour})
	good(t, v, raw)
	server.Clock.Advance(7 * time.Minute)
	good(t, v, raw)
	if n := server.Calls(jwks); n != 1 {
		t.Fatalf("%d fetches after 7 of 10 minutes", n)
	}
	blocked := make(chan bool)
	server.Intercept(func(http.ResponseWriter, *http.Request) bool { <-blocked; return false })
	server.Clock.Advance(2 * time.Minute)
	good(t, v, raw) // and does not wait
	good(t, v, raw)
	close(blocked)
	eventually(t, "a fetch in the background", func() bool { return server.Calls(jwks) == 2 })
}

func TestTheServerSaysHowLongKeysAreGood(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t)
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Cache-Control", "public, max-age=7200")
		return false
	})
	raw := tenant.Token(keyhalltest.Claims{Life: 24 * time.Hour})
	good(t, v, raw)
	server.Clock.Advance(time.Hour)
	good(t, v, raw)
	if n := server.Calls(jwks); n != 1 {
		t.Errorf("%d fetches within half of the time", n)
	}
	server.Clock.Advance(2 * time.Hour)
	good(t, v, raw)
	if n := server.Calls(jwks); n != 2 {
		t.Errorf("%d fetches", n)
	}
}

func TestOldKeysAreUsedWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"500": answer("", 500), "429": answer("", 429), "HTML": answer("<html>", 200), "no keys": answer(`{"keys":[]}`, 200), "elsewhere": answer("", 302),
		"half a body": func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", "500")
			_, _ = w.Write([]byte(`{"keys":[`)) // nobody to tell
			return true
		},
		"no answer": func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) },
	} {
		server, tenant, v := acme(t, verify.WithLife(time.Minute, time.Hour))
		raw := tenant.Token(keyhalltest.Claims{Life: 24 * time.Hour})
		good(t, v, raw)
		server.Intercept(fault)
		server.Clock.Advance(10 * time.Minute)
		for range 9 {
			good(t, v, raw)
		}
		if n := server.Calls(jwks); n < 2 || n > 3 { // net/http asks twice where an old connection breaks
			t.Errorf("%s: %d fetches without a pause", name, n)
		}
		server.Clock.Advance(time.Hour)
		refused(t, v, name, raw, verify.ErrUnavailable)
		server.Intercept(nil)
		server.Clock.Advance(time.Minute)
		good(t, v, raw)
	}
}

// A server that takes the question for keys and never answers holds up who asks first for a moment, and nobody after that
// while the old keys are good.
func TestASlowServerHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t, verify.WithLife(time.Minute, time.Hour))
	raw := tenant.Token(keyhalltest.Claims{Life: 24 * time.Hour})
	good(t, v, raw)
	held, released := make(chan struct{}, 100), make(chan struct{})
	defer close(released)
	server.Intercept(func(http.ResponseWriter, *http.Request) bool {
		held <- struct{}{}
		<-released
		return true
	})
	server.Clock.Advance(10 * time.Minute)
	begun := time.Now()
	for range 100 { // the first waits a little, and does with the old keys
		good(t, v, raw)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("100 tokens in %v", took)
	}
	select {
	case <-held:
	case <-time.After(5 * time.Second):
		t.Fatal("the keys are old, and nobody asks for new ones")
	}
	if n := server.Calls(jwks); n != 2 {
		t.Errorf("%d fetches", n)
	}
}

func TestNoKeysNoVerdict(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t, verify.WithFloor(time.Hour))
	server.Intercept(answer("", 503))
	raw := tenant.Token(keyhalltest.Claims{})
	for range 3 {
		_, err := v.Verify(t.Context(), raw)
		if !errors.Is(err, verify.ErrUnavailable) || errors.Is(err, verify.ErrInvalid) {
			t.Error(err)
		}
	}
	if n := server.Calls(jwks); n != 1 {
		t.Errorf("%d fetches within the pause", n)
	}
}

func TestInventedKeyNamesFetchOncePerFloor(t *testing.T) {
	t.Parallel()
	const floor = 200 * time.Millisecond
	server, tenant, v := acme(t, verify.WithFloor(floor))
	claims := claimsOf(t, tenant.Token(keyhalltest.Claims{}))
	good(t, v, tenant.Token(keyhalltest.Claims{}))
	begun := time.Now()
	var all sync.WaitGroup
	for i := range 200 {
		raw := tenant.Sign(map[string]any{"typ": "at+jwt", "kid": fmt.Sprint("invented-", i)}, claims)
		all.Go(func() { refused(t, v, "invented", raw, verify.ErrUnknownKey) })
	}
	// A token of a key made meanwhile is good, too.
	tenant.Rotate()
	good(t, v, tenant.Token(keyhalltest.Claims{}))
	all.Wait()
	if n, most := server.Calls(jwks), 2+int(time.Since(begun)/floor); n > most {
		t.Errorf("%d fetches in %v", n, time.Since(begun))
	}
}

func TestTOK18RevokedKeysStop(t *testing.T) {
	t.Parallel()
	server, tenant, v := acme(t, verify.WithLife(time.Minute, time.Hour), verify.WithCache(100))
	old := tenant.Token(keyhalltest.Claims{Life: 24 * time.Hour})
	tenant.Rotate()
	good(t, v, old)
	good(t, v, old)
	tenant.Revoke()
	good(t, v, old) // nobody has asked
	server.Clock.Advance(2 * time.Minute)
	refused(t, v, "revoked", old, verify.ErrUnknownKey)
	good(t, v, tenant.Token(keyhalltest.Claims{}))
}

// Eight goroutines verify without a pause while keys change: no token fails.
func TestRotationUnderLoadFailsNobody(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]verify.Option{"plain": nil, "cached": {verify.WithCache(1000)}} {
		_, tenant, v := acme(t, options...)
		var current atomic.Pointer[string]
		next := func() { raw := tenant.Token(keyhalltest.Claims{}); current.Store(&raw) }
		next()
		var stop atomic.Bool
		var all sync.WaitGroup
		var done, failed atomic.Int64
		for range 8 {
			all.Go(func() {
				for !stop.Load() {
					if _, err := v.Verify(t.Context(), *current.Load()); err != nil {
						t.Error(err)
						failed.Add(1)
					}
					done.Add(1)
				}
			})
		}
		for range 20 {
			tenant.Rotate()
			next()
			time.Sleep(10 * time.Millisecond)
		}
		stop.Store(true)
		all.Wait()
		t.Logf("%s: %d tokens verified over 20 rotations, %d failed", name, done.Load(), failed.Load())
	}
}

func TestTenantsAreDiscovered(t *testing.T) {
	t.Parallel()
	server := keyhalltest.New(t)
	v := verifier(t, verify.WithTenantsOf(server.URL+"/"), verify.WithClock(server.Clock.Now), verify.WithFloor(time.Hour), verify.WithCache(100))
	var all sync.WaitGroup
	for i := range 50 {
		tenant := server.Tenant(fmt.Sprint("tenant-", i))
		raw := tenant.Token(keyhalltest.Claims{})
		all.Go(func() {
			for range 3 {
				if got, err := v.Verify(t.Context(), raw); err != nil || got.Tenant != tenant.Slug {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := server.Calls("GET /t/tenant-7/.well-known/jwks.json"); n != 1 {
		t.Errorf("%d fetches", n)
	}
	acme := server.Tenant("acme")
	for _, issuer := range []string{server.URL, server.URL + "/t/", server.URL + "/t/a/b", server.URL + "/t/../x", "http://elsewhere.example/t/acme", server.URL + "/t/acme/"} {
		refused(t, v, issuer, acme.Token(keyhalltest.Claims{Extra: map[string]any{"iss": issuer}}), verify.ErrIssuer)
	}
	for range 3 {
		refused(t, v, "no such tenant", acme.Token(keyhalltest.Claims{Extra: map[string]any{"iss": server.URL + "/t/nobody"}}), verify.ErrUnavailable)
	}
	if n := server.Calls("GET /t/nobody/.well-known/jwks.json"); n != 1 {
		t.Errorf("a tenant that is not there was asked for %d times", n)
	}
}

func TestInventedTenantsAreForgotten(t *testing.T) {
	t.Parallel()
	server := keyhalltest.New(t)
	acme := server.Tenant("acme")
	v := verifier(t, verify.WithTenantsOf(server.URL), verify.WithClock(server.Clock.Now), verify.WithFloor(time.Minute))
	for i := range 1100 {
		_, err := v.Verify(t.Context(), acme.Token(keyhalltest.Claims{Extra: map[string]any{"iss": fmt.Sprint(server.URL, "/t/x", i)}}))
		if !errors.Is(err, verify.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if n := server.Calls("GET /t/x1099/.well-known/jwks.json"); n != 0 {
		t.Error("there is no bound")
	}
	server.Clock.Advance(2 * time.Minute)
	good(t, v, acme.Token(keyhalltest.Claims{}))
}
