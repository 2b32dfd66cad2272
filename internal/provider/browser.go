package provider

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// grant is what somebody agreed to at the provider: a code that waits to be redeemed.
type grant struct{ token, redirect, challenge, nonce string }

// Agree goes where the browser was sent, signs in there as whoever the token is of, agrees, and gives the address that the
// browser is sent back to. An empty token: he does not agree.
func (p *Provider) Agree(t testing.TB, at, token string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("login", token)
	u.RawQuery = query.Encode()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusFound {
		t.Fatalf("the provider does not like %s: %d", at, r.StatusCode)
	}
	return r.Header.Get("Location")
}

// authorize is the page on which one agrees (RFC 6749 4.1.1).
func (p *Provider) authorize(w http.ResponseWriter, q *http.Request) {
	ask := q.URL.Query()
	if ask.Get("client_id") != ClientID || ask.Get("response_type") != "code" || ask.Get("redirect_uri") == "" || ask.Get("state") == "" || ask.Get("scope") == "" ||
		ask.Get("code_challenge") != "" && ask.Get("code_challenge_method") != "S256" {
		say(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	back, err := url.Parse(ask.Get("redirect_uri"))
	if err != nil {
		say(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	answer := url.Values{"state": {ask.Get("state")}, "error": {"access_denied"}}
	if token := ask.Get("login"); token != "" {
		code := p.grant(grant{token, ask.Get("redirect_uri"), ask.Get("code_challenge"), ask.Get("nonce")})
		answer = url.Values{"state": {ask.Get("state")}, "code": {code}}
	}
	back.RawQuery = answer.Encode()
	http.Redirect(w, q, back.String(), http.StatusFound)
}

func (p *Provider) grant(g grant) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	code := "granted-" + strconv.Itoa(len(p.grants)) + "-" + g.token
	p.grants[code] = g
	return code
}

// redeems gives the token of a code and the address it has to be redeemed with; false when its verifier is missing or wrong.
func (p *Provider) redeems(code, verifier string) (token, redirect string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, known := p.grants[code]
	if !known {
		return "", "", false
	}
	sum := sha256.Sum256([]byte(verifier))
	right := g.challenge == "" && verifier == "" || g.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
	return g.token, g.redirect, right
}

// requestToken begins the way of OAuth 1.0a (RFC 5849 2.1).
func (p *Provider) requestToken(w http.ResponseWriter, q *http.Request) {
	given, ok := signed(q, "")
	if !ok || given["oauth_callback"] == "" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	token := p.grant(grant{redirect: given["oauth_callback"]})
	sayForm(w, url.Values{"oauth_token": {token}, "oauth_token_secret": {"secret-of-" + token}, "oauth_callback_confirmed": {"true"}})
}

// authenticate is the page on which one agrees in OAuth 1.0a (RFC 5849 2.2).
func (p *Provider) authenticate(w http.ResponseWriter, q *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	request, login := q.FormValue("oauth_token"), q.FormValue("login")
	g, known := p.grants[request]
	back, err := url.Parse(g.redirect)
	if !known || err != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	query := back.Query()
	if login == "" {
		query.Set("denied", request)
	} else {
		query.Set("oauth_token", request)
		query.Set("oauth_verifier", "verifier-of-"+request)
		g.token = login
		p.grants[request] = g
	}
	back.RawQuery = query.Encode()
	http.Redirect(w, q, back.String(), http.StatusFound)
}

// accessToken ends it (RFC 5849 2.3).
func (p *Provider) accessToken(w http.ResponseWriter, q *http.Request) {
	request := oauthOf(q)["oauth_token"]
	given, ok := signed(q, "secret-of-"+request)
	p.mu.Lock()
	defer p.mu.Unlock()
	g, known := p.grants[request]
	if !ok || !known || g.token == "" || p.spent[request] || given["oauth_verifier"] != "verifier-of-"+request {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	p.spent[request] = true
	sayForm(w, url.Values{"oauth_token": {g.token}, "oauth_token_secret": {TokenSecret}})
}

func sayForm(w http.ResponseWriter, v url.Values) {
	w.Header().Set("Content-Type", "text/html;charset=utf-8") // as Twitter has it
	_, _ = w.Write([]byte(v.Encode()))
}
