//go:build linux

package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// api speaks to one server.
type api struct {
	url  string
	http *http.Client
	head map[string]string
}

func newAPI(address string) *api {
	return &api{url: "http://" + address, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: 15 * time.Second}}
}

// as gives a copy that sends one more header.
func (a *api) as(name, value string) *api {
	b := *a
	b.head = map[string]string{name: value}
	for k, v := range a.head {
		b.head[k] = v
	}
	return &b
}

// call sends body as JSON and reads the answer into dst; either may be nil. The error is about the transport.
func (a *api) call(method, path string, body, dst any) (status int, err error) {
	var raw []byte
	if body != nil {
		if raw, err = json.Marshal(body); err != nil {
			return 0, err
		}
	}
	request, err := http.NewRequest(method, a.url+path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for k, v := range a.head {
		request.Header.Set(k, v)
	}
	answer, err := a.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err == nil && dst != nil {
		err = json.Unmarshal(content, dst)
	}
	return answer.StatusCode, err
}

// must is call where nothing but the one status will do.
func (a *api) must(t *testing.T, want int, method, path string, body, dst any) {
	t.Helper()
	ok(t, a.wants(want, method, path, body, dst))
}

// wants complains about any other status.
func (a *api) wants(want int, method, path string, body, dst any) error {
	got, err := a.call(method, path, body, dst)
	if err == nil && got != want {
		err = fmt.Errorf("%s %s: %d instead of %d", method, path, got, want)
	}
	return err
}

// ready waits until /readyz says 200 and tells how long after the program's start that was.
func (a *api) ready(t *testing.T, p *program, limit time.Duration) time.Duration {
	t.Helper()
	eventually(t, limit, func() error {
		if !p.running() {
			t.Fatalf("%s ended: %s%s", p.name, p.out.String(), p.tail())
		}
		return a.wants(http.StatusOK, http.MethodGet, "/readyz", nil, nil)
	})
	return time.Since(p.began)
}

const (
	operator = "operator@faults.example"
	password = "tall-Cedar-47-river"
	tenant   = "faults"
)

// administer signs the operator in.
func (a *api) administer(t *testing.T) *api {
	t.Helper()
	var tokens struct {
		Access string `json:"access_token"`
	}
	a.must(t, http.StatusOK, http.MethodPost, "/admin/v1/auth/login", map[string]string{"email": operator, "password": password}, &tokens)
	return a.as("Authorization", "Bearer "+tokens.Access)
}

// delivery is an entry of the admin's list of what was sent.
type delivery struct {
	To, State string
	Attempts  []struct{ Outcome string }
}

// deliveries reads the whole list; state narrows it.
func (a *api) deliveries(t *testing.T, state string) []delivery {
	t.Helper()
	var all []delivery
	for cursor := ""; ; {
		var page struct {
			Data       []delivery
			NextCursor *string `json:"next_cursor"`
		}
		a.must(t, http.StatusOK, http.MethodGet, "/admin/v1/tenants/"+tenant+"/deliveries?limit=200&state="+state+"&cursor="+cursor, nil, &page)
		all = append(all, page.Data...)
		if page.NextCursor == nil {
			return all
		}
		cursor = *page.NextCursor
	}
}

// settle waits until nothing waits to be sent.
func (a *api) settle(t *testing.T) time.Duration {
	t.Helper()
	return eventually(t, patience, func() error {
		if left := a.deliveries(t, "pending"); len(left) > 0 {
			return fmt.Errorf("%d messages wait, the first for %s", len(left), left[0].To)
		}
		return nil
	})
}
