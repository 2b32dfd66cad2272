package transcript

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// Admin is the operator's side of a Keyhall: it makes and changes tenants and users over the native API, and reads
// the messages a development server shows.
type Admin struct {
	url             string
	client          *http.Client
	email, password string

	mu    sync.Mutex
	token string
}

// Message is one message of the development sink.
type Message struct {
	To   string                     `json:"to"`
	Kind string                     `json:"kind"`
	Data map[string]json.RawMessage `json:"data"` // what the template got: key, uid, token, otp, link
}

// errNoMessages is what a server without a message sink gives.
var errNoMessages = errors.New("the server shows no messages (GET /dev/messages is 404)")

// CreateTenant makes a tenant with the given settings (a merge patch over the defaults).
func (a *Admin) CreateTenant(ctx context.Context, slug, name string, settings json.RawMessage) error {
	return a.call(ctx, http.MethodPost, "/admin/v1/tenants", map[string]any{"slug": slug, "name": name, "settings": settings}, nil)
}

// PatchSettings merges a patch into a tenant's settings.
func (a *Admin) PatchSettings(ctx context.Context, slug string, patch json.RawMessage) error {
	return a.call(ctx, http.MethodPatch, "/admin/v1/tenants/"+slug+"/settings", patch, nil)
}

// Deactivate disables the user with this username.
func (a *Admin) Deactivate(ctx context.Context, slug, username string) error {
	id, err := a.findUser(ctx, slug, username)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/admin/v1/tenants/%s/users/%d", slug, id)
	return a.call(ctx, http.MethodPatch, path, map[string]any{"active": false}, nil)
}

// Approve approves the user with this username.
func (a *Admin) Approve(ctx context.Context, slug, username string) error {
	id, err := a.findUser(ctx, slug, username)
	if err != nil {
		return err
	}
	decision := map[string]any{"user_ids": []int64{id}, "decision": "approve"}
	return a.call(ctx, http.MethodPost, "/admin/v1/tenants/"+slug+"/approvals", decision, nil)
}

// Messages lists what the tenant has sent, newest first.
func (a *Admin) Messages(ctx context.Context, slug string) ([]Message, error) {
	var messages []Message
	err := a.call(ctx, http.MethodGet, "/dev/messages?tenant="+slug, nil, &messages)
	var refused *refusal
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return nil, errNoMessages
	}
	return messages, err
}

func (a *Admin) findUser(ctx context.Context, slug, username string) (int64, error) {
	var page struct {
		Data []struct {
			ID       int64  `json:"id"`
			Username string `json:"username"`
		} `json:"data"`
	}
	path := fmt.Sprintf("/admin/v1/tenants/%s/users?q=%s", slug, url.QueryEscape(username))
	if err := a.call(ctx, http.MethodGet, path, nil, &page); err != nil {
		return 0, err
	}
	for _, u := range page.Data {
		if u.Username == username {
			return u.ID, nil
		}
	}
	return 0, fmt.Errorf("tenant %s has no user %q", slug, username)
}

// refusal is an answer of the native API that is no 2xx.
type refusal struct {
	call   string
	status int
	body   []byte
}

func (r *refusal) Error() string { return fmt.Sprintf("%s: %d %s", r.call, r.status, r.body) }

// call sends with the operator's token and signs in again once when the token has run out.
func (a *Admin) call(ctx context.Context, method, path string, in, out any) error {
	token, err := a.signedIn(ctx, "")
	if err != nil {
		return err
	}
	err = a.do(ctx, method, path, token, in, out)
	var refused *refusal
	if !errors.As(err, &refused) || refused.status != http.StatusUnauthorized {
		return err
	}
	if token, err = a.signedIn(ctx, token); err != nil {
		return err
	}
	return a.do(ctx, method, path, token, in, out)
}

// signedIn gives a token other than the stale one.
func (a *Admin) signedIn(ctx context.Context, stale string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.token != stale {
		return a.token, nil
	}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	credentials := map[string]any{"email": a.email, "password": a.password}
	if err := a.do(ctx, http.MethodPost, "/admin/v1/auth/login", "", credentials, &session); err != nil {
		return "", fmt.Errorf("sign the operator in: %w", err)
	}
	a.token = session.AccessToken
	return a.token, nil
}

func (a *Admin) do(ctx context.Context, method, path, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if in == nil {
		body = nil
	}
	q, err := http.NewRequestWithContext(ctx, method, a.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if in != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		q.Header.Set("Authorization", "Bearer "+token)
	}
	return a.read(q, out)
}

func (a *Admin) read(q *http.Request, out any) error {
	response, err := a.client.Do(q)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if !isSuccess(response.StatusCode) {
		return &refusal{q.Method + " " + q.URL.Path, response.StatusCode, body}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}
