package keyhall_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// rotating answers refreshes with ever new pairs and other calls with the token they came with.
func rotating(t *testing.T, refreshes *atomic.Int32) *server {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/v1/token/refresh") {
			answer(200, fmt.Sprintf(`{"username":%q}`, r.Header.Get("Authorization")))(w, r)
			return
		}
		n := refreshes.Add(1)
		answer(200, fmt.Sprintf(`{"access_token":"at%d","refresh_token":"rt%d","token_type":"Bearer","expires_in":900}`, n, n))(w, r)
	})
}

func TestARefresherRefreshesOnceForAll(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	var kept keyhall.Tokens
	acme := rotating(t, &refreshes).client(t).Tenant("acme")
	source := acme.Refresher(keyhall.Tokens{AccessToken: "at0", RefreshToken: "rt0"}, func(pair keyhall.Tokens) { kept = pair })
	mia := acme.With(keyhall.WithTokenSource(source))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if me, err := mia.Me.Get(t.Context()); err != nil || me.Username != "Bearer at1" {
				t.Errorf("%q, %v", me.Username, err)
			}
		})
	}
	all.Wait()
	if refreshes.Load() != 1 || kept.RefreshToken != "rt1" {
		t.Errorf("%d refreshes, kept %+v", refreshes.Load(), kept)
	}
}

func TestARefresherUsesATokenWhileItLives(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	acme := rotating(t, &refreshes).client(t).Tenant("acme")
	source := acme.Refresher(keyhall.Tokens{AccessToken: "at0", ExpiresIn: 900}, nil)
	if token, err := source.Token(t.Context()); token != "at0" || err != nil || refreshes.Load() != 0 {
		t.Errorf("%q, %v after %d refreshes", token, err, refreshes.Load())
	}
}

func TestASpentRefreshTokenIsTold(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(401, `{"code":"token_reused","title":"x"}`, "Content-Type", "application/problem+json"))
	acme := s.client(t).Tenant("acme")
	_, err := acme.With(keyhall.WithTokenSource(acme.Refresher(keyhall.Tokens{RefreshToken: "rt0"}, nil))).Me.Get(t.Context())
	if !errors.Is(err, keyhall.ErrTokenReused) {
		t.Errorf("%v", err)
	}
}

// The server has spent the old token once it got it; an answer thrown away would sign the user out.
func TestARefreshIsNotCancelledWithItsCaller(t *testing.T) {
	t.Parallel()
	var refreshes atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		refreshes.Add(1)
		cancel()
		answer(200, `{"access_token":"at1","refresh_token":"rt1","token_type":"Bearer","expires_in":900}`)(w, r)
	})
	source := s.client(t).Tenant("acme").Refresher(keyhall.Tokens{RefreshToken: "rt0"}, nil)
	if token, err := source.Token(ctx); token != "at1" || err != nil {
		t.Errorf("%q, %v", token, err)
	}
	if token, err := source.Token(t.Context()); token != "at1" || err != nil || refreshes.Load() != 1 {
		t.Errorf("%q, %v after %d refreshes", token, err, refreshes.Load())
	}
}
