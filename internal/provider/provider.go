// Package provider is a stand-in for the providers of social sign-in in tests: it speaks their protocols over HTTP on a loopback
// address, as far as a sign-in needs them, and checks what they check. It knows nothing of Keyhall but the settings.
package provider

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// What the tenant's app is registered with.
const (
	ClientID    = "app-of-the-tenant"
	Secret      = "secret-of-the-app"
	TokenSecret = "secret-of-the-token"
	Callback    = "https://app.example/callback"
)

// User is somebody at the provider.
type User struct {
	ID, Email, First, Last, Screen string

	Verified  any    // google: as it is said, true or "true"
	App       string // whom the token was issued to; empty: the tenant's app
	Inspected string // whom the token is said to be of, when that differs

	Secret string         // twitter: of the token; empty: TokenSecret
	Nonce  string         // in the ID token
	Claims map[string]any // of the ID token, instead of the usual ones; nil: without that one
	Key    string         // that the ID token is signed with, by its name in sign; empty: "rsa"
}

// Provider is a running stand-in. Safe for parallel use.
type Provider struct {
	URL string

	mu     sync.Mutex
	users  map[string]User // by token; "code-" before it is a code for it
	grants map[string]grant
	codes  map[string]string // tokens by codes that may be used again
	spent  map[string]bool
	calls  int

	issuer string // that the description names, when that differs
}

// Start runs one until the test ends.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{users: map[string]User{}, grants: map[string]grant{}, codes: map[string]string{}, spent: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("POST /twitter/request_token", p.requestToken)
	mux.HandleFunc("GET /twitter/authenticate", p.authenticate)
	mux.HandleFunc("POST /twitter/access_token", p.accessToken)
	mux.HandleFunc("GET /google/me", p.google)
	mux.HandleFunc("GET /google/inspect", p.inspectGoogle)
	mux.HandleFunc("GET /facebook/me", p.facebook)
	mux.HandleFunc("GET /facebook/inspect", p.inspectFacebook)
	mux.HandleFunc("GET /twitter/me", p.twitter)
	p.others(mux)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		p.mu.Lock()
		p.calls++
		p.mu.Unlock()
		mux.ServeHTTP(w, q)
	}))
	t.Cleanup(s.Close)
	p.URL = s.URL
	return p
}

// Know makes a token somebody's.
func (p *Provider) Know(token string, u User) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[token] = u
}

// KnowCode makes a code stand for a token, again and again: recorded conversations bring the same one to several tenants.
func (p *Provider) KnowCode(code, token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[code] = token
}

// Calls counts what was asked.
func (p *Provider) Calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}

// Settings are those of a tenant with an app at each provider, as JSON.
func (p *Provider) Settings() string { return p.SettingsWith("", "", "") }

// SettingsWith replaces one member of a provider's endpoints.
func (p *Provider) SettingsWith(name, endpoint, address string) string {
	text, err := json.Marshal(map[string]any{"social": map[string]any{"providers": p.Apps(name, endpoint, address)}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Apps are the tenant's apps by provider, as settings have them.
func (p *Provider) Apps(name, endpoint, address string) map[string]any {
	apps := map[string]any{}
	for _, one := range []string{"facebook", "google", "twitter", "github", "microsoft", "apple", "linkedin", "discord", "oidc"} {
		apps[one] = p.app(one)
		if one == name {
			apps[one].(map[string]any)["endpoints"].(map[string]any)[endpoint] = address
		}
	}
	return apps
}

func (p *Provider) find(token string) (User, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users[token]
	if u.App == "" {
		u.App = ClientID
	}
	if u.Secret == "" {
		u.Secret = TokenSecret
	}
	if u.Inspected == "" {
		u.Inspected = u.ID
	}
	return u, ok
}

// token takes each code once, from the app it was given to.
func (p *Provider) token(w http.ResponseWriter, q *http.Request) {
	code := q.FormValue("code")
	token, isCode := strings.CutPrefix(code, "code-")
	redirect := Callback
	p.mu.Lock()
	standing, lasts := p.codes[code]
	p.mu.Unlock()
	switch {
	case lasts:
		token, isCode = standing, true
	case !isCode:
		token, redirect, isCode = p.redeems(code, q.PostFormValue("code_verifier"))
	}
	u, known := p.find(token)
	name := q.PathValue("name")
	if !isClient(name, q) {
		refuseClient(w, name)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !isCode || !known || p.spent[code] || u.App != ClientID ||
		q.PostFormValue("grant_type") != "authorization_code" || q.PostFormValue("redirect_uri") != redirect {
		refuse(w, name)
		return
	}
	p.spent[code] = !lasts
	granted := map[string]any{"access_token": token, "token_type": "bearer", "expires_in": 3600}
	if name == "microsoft" || name == "apple" || name == "oidc" {
		if g := p.grants[code]; g.nonce != "" {
			u.Nonce = g.nonce
		}
		granted["id_token"] = p.about(name, u)
	}
	say(w, http.StatusOK, granted)
}

func (p *Provider) google(w http.ResponseWriter, q *http.Request) {
	u, ok := p.find(q.FormValue("access_token"))
	if !ok {
		say(w, http.StatusUnauthorized, map[string]any{"error": map[string]any{"code": 401}})
		return
	}
	me := map[string]any{"id": u.ID, "given_name": u.First, "family_name": u.Last, "name": u.First + " " + u.Last}
	if u.Email != "" {
		me["email"] = u.Email
	}
	if u.Verified != nil {
		me["verified_email"] = u.Verified
	}
	say(w, http.StatusOK, me)
}

func (p *Provider) inspectGoogle(w http.ResponseWriter, q *http.Request) {
	u, ok := p.find(q.FormValue("access_token"))
	if !ok {
		say(w, http.StatusBadRequest, map[string]any{"error_description": "Invalid Value"})
		return
	}
	say(w, http.StatusOK, map[string]any{"aud": u.App, "azp": u.App, "sub": u.Inspected, "expires_in": "3000"})
}

func (p *Provider) facebook(w http.ResponseWriter, q *http.Request) {
	token := q.FormValue("access_token")
	u, ok := p.find(token)
	mac := hmac.New(sha256.New, []byte(Secret))
	_, _ = mac.Write([]byte(token))
	if !ok || q.FormValue("appsecret_proof") != hex.EncodeToString(mac.Sum(nil)) {
		say(w, http.StatusBadRequest, map[string]any{"error": map[string]any{"type": "OAuthException", "code": 190}})
		return
	}
	me := map[string]any{"id": u.ID, "first_name": u.First, "last_name": u.Last, "name": u.First + " " + u.Last}
	if u.Email != "" {
		me["email"] = u.Email
	}
	say(w, http.StatusOK, me)
}

func (p *Provider) inspectFacebook(w http.ResponseWriter, q *http.Request) {
	u, ok := p.find(q.FormValue("input_token"))
	if q.FormValue("access_token") != ClientID+"|"+Secret {
		say(w, http.StatusBadRequest, map[string]any{"error": map[string]any{"code": 190}})
		return
	}
	say(w, http.StatusOK, map[string]any{"data": map[string]any{"app_id": u.App, "is_valid": ok, "user_id": u.Inspected}})
}

func (p *Provider) twitter(w http.ResponseWriter, q *http.Request) {
	u, ok := p.find(oauthOf(q)["oauth_token"])
	_, signed := signed(q, u.Secret)
	if !ok || !signed {
		say(w, http.StatusUnauthorized, map[string]any{"errors": []any{map[string]any{"code": 89}}})
		return
	}
	me := map[string]any{"id_str": u.ID, "screen_name": u.Screen, "name": strings.TrimSpace(u.First + " " + u.Last)}
	if u.Email != "" {
		me["email"] = u.Email
	}
	say(w, http.StatusOK, me)
}

// oauthOf reads the header of OAuth 1.0a.
func oauthOf(q *http.Request) map[string]string {
	given := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(q.Header.Get("Authorization"), "OAuth "), ", ") {
		name, value, _ := strings.Cut(part, "=")
		given[name], _ = url.QueryUnescape(strings.Trim(value, `"`))
	}
	return given
}

// signed checks the signature of OAuth 1.0a (RFC 5849 3.4) of the tenant's app.
func signed(q *http.Request, secret string) (given map[string]string, ok bool) {
	given = oauthOf(q)
	var all []string
	for name, value := range given {
		if name != "oauth_signature" {
			all = append(all, escape(name)+"="+escape(value))
		}
	}
	for name, values := range q.URL.Query() {
		all = append(all, escape(name)+"="+escape(values[0]))
	}
	slices.Sort(all)
	mac := hmac.New(sha1.New, []byte(escape(Secret)+"&"+escape(secret)))
	_, _ = mac.Write([]byte(q.Method + "&" + escape("http://"+q.Host+q.URL.Path) + "&" + escape(strings.Join(all, "&"))))
	return given, given["oauth_consumer_key"] == ClientID && given["oauth_signature"] == base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
