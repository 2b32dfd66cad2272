package keyhall

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// keysSeen answers with these bodies in turn, the last one for ever, and notes the keys that come.
func keysSeen(t *testing.T, answers ...func(http.ResponseWriter)) (*Client, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var keys []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		answers[min(len(keys), len(answers))-1](w)
	}))
	t.Cleanup(server.Close)
	client, err := New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	atOnce := func(s *settings) { s.wait = func(context.Context, time.Duration) error { return nil } }
	return client.With(atOnce), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(keys)
	}
}

func says(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // nobody to tell
	}
}

func hangsUp(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func TestWhatCreatesHasOneKeyInAllItsAttempts(t *testing.T) {
	t.Parallel()
	client, keys := keysSeen(t, hangsUp, says(503, `{}`), says(201, `{}`))
	if _, err := client.Tenant("acme").Groups.Create(t.Context(), GroupCreate{Name: "team"}); err != nil {
		t.Fatal(err)
	}
	seen := keys()
	if len(seen) != 3 || len(seen[0]) < 20 || seen[1] != seen[0] || seen[2] != seen[0] || seen[0][0] != '"' {
		t.Errorf("keys %q", seen)
	}
	if _, err := client.Tenant("acme").Groups.Create(t.Context(), GroupCreate{Name: "team"}); err != nil || keys()[3] == seen[0] {
		t.Errorf("another call has key %q, %v", keys()[3], err)
	}
}

// Whoever decides about a thousand people wants to have it done once.
func TestARunOfApprovalsIsAskedForAgainUnderItsKey(t *testing.T) {
	t.Parallel()
	client, keys := keysSeen(t, hangsUp, says(409, `{"code":"idempotency_busy","status":409}`), says(202, `{}`))
	run := ApprovalRunRequest{Decision: DecisionApprove}
	if _, err := client.Tenant("acme").Approvals.Start(t.Context(), nil, run); err != nil {
		t.Fatal(err)
	}
	if seen := keys(); len(seen) != 3 || len(seen[0]) < 20 || seen[1] != seen[0] || seen[2] != seen[0] {
		t.Errorf("keys %q", seen)
	}
}

func TestAnEarlierAttemptMayStillBeAtWork(t *testing.T) {
	t.Parallel()
	client, keys := keysSeen(t, hangsUp, says(409, `{"code":"idempotency_busy","status":409}`), says(201, `{}`))
	if _, err := client.Tenant("acme").Groups.Create(t.Context(), GroupCreate{Name: "team"}); err != nil || len(keys()) != 3 {
		t.Errorf("%v after %d calls", err, len(keys()))
	}
	client, keys = keysSeen(t, says(409, `{"code":"group_taken","status":409}`))
	if _, err := client.Tenant("acme").Groups.Create(t.Context(), GroupCreate{Name: "team"}); !errors.Is(err, ErrConflict) || len(keys()) != 1 {
		t.Errorf("another conflict: %v after %d calls", err, len(keys()))
	}
}

func TestACallersOwnKey(t *testing.T) {
	t.Parallel()
	client, keys := keysSeen(t, says(201, `{}`))
	acme := client.Tenant("acme")
	own := CallIdempotencyKey("order-4711")
	if _, err := acme.Users.Create(t.Context(), UserCreate{}, own); err != nil {
		t.Fatal(err)
	}
	never := client.With(WithRetry(Retry{})).Tenant("acme")
	if _, err := never.Users.Create(t.Context(), UserCreate{}); err != nil {
		t.Fatal(err)
	}
	if _, err := acme.Auth.SignIn(t.Context(), SignIn{}, own); err != nil {
		t.Fatal(err)
	}
	if seen := keys(); !slices.Equal(seen, []string{`"order-4711"`, "", ""}) {
		t.Errorf("keys %q; a client that repeats nothing needs none, and a sign-in takes none", seen)
	}
}

func TestAPasswordIsNotTriedTwice(t *testing.T) {
	t.Parallel()
	client, keys := keysSeen(t, says(503, `{}`))
	acme := client.Tenant("acme")
	_, one := acme.Auth.SignIn(t.Context(), SignIn{}, CallIdempotencyKey("k"))
	_, two := acme.Auth.SignInByCode(t.Context(), CodeSignIn{})
	if one == nil || two == nil || len(keys()) != 2 {
		t.Errorf("%v and %v after %d calls", one, two, len(keys()))
	}
}
