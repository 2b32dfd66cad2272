package provider

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// others serves the providers that came after the first three. At the token endpoint each has its own.
func (p *Provider) others(mux *http.ServeMux) {
	mux.HandleFunc("GET /jwks", p.keys)
	mux.HandleFunc("POST /{name}/token", p.token)
	mux.HandleFunc("GET /oidc/authorize", p.authorize)
	mux.HandleFunc("GET /github/me", p.github)
	mux.HandleFunc("GET /github/me/emails", p.githubEmails)
	mux.HandleFunc("POST /github/inspect", p.inspectGitHub)
	mux.HandleFunc("GET /discord/me", p.discord)
	mux.HandleFunc("GET /discord/inspect", p.inspectDiscord)
	mux.HandleFunc("GET /linkedin/me", p.userInfo)
	mux.HandleFunc("GET /oidc/me", p.userInfo)
	mux.HandleFunc("GET /oidc/.well-known/openid-configuration", p.describe)
}

// app is what a tenant is registered with at a provider.
func (p *Provider) app(name string) map[string]any {
	at := map[string]any{"authorize": p.URL + "/authorize", "token": p.URL + "/token", "userinfo": p.URL + "/" + name + "/me", "inspect": p.URL + "/" + name + "/inspect"}
	app := map[string]any{"client_id": ClientID, "client_secret": Secret, "callback_url": Callback, "endpoints": at}
	switch name {
	case "twitter":
		at["authorize"], at["token"] = p.URL+"/twitter/authenticate", p.URL+"/twitter/access_token"
	case "github", "discord", "linkedin":
		at["token"] = p.URL + "/" + name + "/token"
	case "google":
		at["jwks"] = p.URL + "/jwks"
	case "microsoft":
		at["token"], at["jwks"] = p.URL+"/microsoft/token", p.URL+"/jwks"
	case "apple":
		at["token"], at["jwks"] = p.URL+"/apple/token", p.URL+"/jwks"
		app["client_secret"], app["team_id"], app["key_id"] = AppleKey, AppleTeam, AppleKeyID
	case "oidc":
		app["issuer"] = p.Issuer(name)
		clear(at) // it says itself where they are
	}
	return app
}

// describe is OpenID Connect's discovery. This provider wants clients to show their secret in the header.
func (p *Provider) describe(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	as := p.issuer
	p.mu.Unlock()
	if as == "" {
		as = p.Issuer("oidc")
	}
	say(w, http.StatusOK, map[string]any{
		"issuer": as, "authorization_endpoint": p.URL + "/oidc/authorize", "token_endpoint": p.URL + "/oidc/token", "userinfo_endpoint": p.URL + "/oidc/me",
		"jwks_uri": p.URL + "/jwks", "token_endpoint_auth_methods_supported": []string{"client_secret_basic"}, "response_types_supported": []string{"code"},
	})
}

// CallItself makes the description name another issuer.
func (p *Provider) CallItself(issuer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.issuer = issuer
}

// isClient checks how the tenant's app shows who it is.
func isClient(name string, q *http.Request) bool {
	id, secret := q.PostFormValue("client_id"), q.PostFormValue("client_secret")
	switch name {
	case "apple":
		return id == ClientID && isSecretOfApple(secret)
	case "oidc":
		user, password, given := q.BasicAuth()
		return given && user == ClientID && password == Secret && secret == ""
	}
	return id == ClientID && secret == Secret
}

func (p *Provider) bearer(q *http.Request) (User, bool) {
	return p.find(strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer "))
}

func (p *Provider) github(w http.ResponseWriter, q *http.Request) {
	u, ok := p.bearer(q)
	if !ok {
		say(w, http.StatusUnauthorized, map[string]any{"message": "Bad credentials"})
		return
	}
	say(w, http.StatusOK, map[string]any{"id": json.Number(u.ID), "login": u.Screen, "name": strings.TrimSpace(u.First + " " + u.Last), "email": "shown@profile.example"})
}

func (p *Provider) githubEmails(w http.ResponseWriter, q *http.Request) {
	u, _ := p.bearer(q)
	if u.Email == "" {
		say(w, http.StatusNotFound, map[string]any{"message": "Not Found"})
		return
	}
	say(w, http.StatusOK, []map[string]any{
		{"email": "old@other.example", "primary": false, "verified": true},
		{"email": u.Email, "primary": true, "verified": u.Verified == true},
	})
}

func (p *Provider) inspectGitHub(w http.ResponseWriter, q *http.Request) {
	var in struct {
		Token string `json:"access_token"`
	}
	if json.NewDecoder(q.Body).Decode(&in) != nil {
		say(w, http.StatusBadRequest, map[string]any{"message": "Problems parsing JSON"})
		return
	}
	u, ok := p.find(in.Token)
	id, secret, _ := q.BasicAuth()
	if !ok || id != ClientID || secret != Secret || u.App != ClientID {
		say(w, http.StatusNotFound, map[string]any{"message": "Not Found"})
		return
	}
	say(w, http.StatusOK, map[string]any{"app": map[string]any{"client_id": u.App}, "user": map[string]any{"id": json.Number(u.Inspected)}})
}

func (p *Provider) discord(w http.ResponseWriter, q *http.Request) {
	u, ok := p.bearer(q)
	if !ok {
		say(w, http.StatusUnauthorized, map[string]any{"message": "401: Unauthorized"})
		return
	}
	me := map[string]any{"id": u.ID, "username": u.Screen, "global_name": u.First + " " + u.Last, "email": nil}
	if u.Email != "" {
		me["email"], me["verified"] = u.Email, u.Verified
	}
	say(w, http.StatusOK, me)
}

func (p *Provider) inspectDiscord(w http.ResponseWriter, q *http.Request) {
	u, ok := p.bearer(q)
	if !ok {
		say(w, http.StatusUnauthorized, map[string]any{"message": "401: Unauthorized"})
		return
	}
	say(w, http.StatusOK, map[string]any{"application": map[string]any{"id": u.App}, "user": map[string]any{"id": u.Inspected}, "scopes": []string{"identify", "email"}})
}

func (p *Provider) userInfo(w http.ResponseWriter, q *http.Request) {
	u, ok := p.bearer(q)
	if !ok {
		say(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return
	}
	me := map[string]any{"sub": u.Inspected, "given_name": u.First, "family_name": u.Last, "name": u.First + " " + u.Last}
	if u.Email != "" {
		me["email"], me["email_verified"] = u.Email, u.Verified
	}
	say(w, http.StatusOK, me)
}

// refuseClient says no to an app in the provider's way.
func refuseClient(w http.ResponseWriter, name string) {
	if name == "github" {
		say(w, http.StatusOK, map[string]any{"error": "incorrect_client_credentials"})
		return
	}
	say(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
}

// refuse says no to a code in the provider's way.
func refuse(w http.ResponseWriter, name string) {
	status, code := http.StatusBadRequest, "invalid_grant"
	if name == "github" {
		status, code = http.StatusOK, "bad_verification_code"
	}
	say(w, status, map[string]any{"error": code, "error_description": "code " + strconv.Quote("x") + " is unknown"})
}
