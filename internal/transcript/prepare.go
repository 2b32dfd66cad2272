package transcript

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// preparation is what a record needs that its transcript cannot say.
type preparation struct {
	tenant string   // plays the record in a tenant of its own with the settings of the recorded one
	steps  []step   // done just before the record
	accept []Answer // in place of the recorded answer
	social bool     // needs Server.Social
}

// step brings the tenant one step nearer to the state that the record expects.
type step func(ctx context.Context, p *player, r Record) error

// preparations, by contract and record. A skipped record without a row stays skipped.
var preparations = map[string]map[string]preparation{
	"restauth": {
		// The five records of the cookie session follow one another in a tenant that has them switched on.
		"session.get_user": {tenant: "cookies", steps: []step{
			settings(`{"contracts": {"restauth": {"session_cookies": true}}}`),
			post("/rest-auth/registration/", `{"username": "alice", "email": "Alice@Example.com",
				"password1": "Zq7#lantern", "password2": "Zq7#lantern"}`),
			post("/rest-auth/login/", `{"username": "alice", "password": "Zq7#lantern"}`),
		}},
		"session.patch_no_csrf":       {tenant: "cookies"},
		"session.patch_csrf":          {tenant: "cookies"},
		"session.login_again_no_csrf": {tenant: "cookies"},
		"session.logout_csrf":         {tenant: "cookies"},

		// The original answered 403 because it tried the session first; Keyhall always answers 401.
		"demo.user.inactive_token": {steps: []step{deactivate("noemail")}, accept: []Answer{{
			Status: http.StatusUnauthorized, WWWAuthenticate: "Token",
			Body: json.RawMessage(`{"detail": "User inactive or deleted."}`),
		}}},
		"pwreset.inactive_user": {steps: []step{
			post("/rest-auth/registration/", `{"username": "inact", "email": "inact@example.com",
				"password1": "Kx9!vortex", "password2": "Kx9!vortex"}`),
			deactivate("inact"),
		}},
		// An account that may not act stands for one that has no password; no link is mailed to either.
		"pwreset.unusable_password_user": {steps: []step{
			post("/rest-auth/registration/", `{"username": "unus", "email": "unus@example.com",
				"password1": "Kx9!vortex", "password2": "Kx9!vortex"}`),
			deactivate("unus"),
		}},
		// The original crashed; an address that is not there is not confirmed either.
		"mandatory.login.user_without_emailaddress_500": {steps: []step{
			settings(`{"contracts": {"restauth": {"email_required": false}}}`),
			post("/rest-auth/registration/", `{"username": "noaddr", "password1": "Kx9!vortex", "password2": "Kx9!vortex"}`),
			settings(`{"contracts": {"restauth": {"email_required": true}}}`),
		}, accept: []Answer{{
			Status: http.StatusBadRequest,
			Body:   json.RawMessage(`{"non_field_errors": ["E-mail is not verified."]}`),
		}}},

		// The secrets of the record itself are fetched, and then outlive their second.
		"verify.expired": {steps: []step{
			settings(`{"lifetimes": {"email_key_seconds": 1}}`),
			post("/rest-auth/registration/", `{"username": "eve", "email": "eve@example.com",
				"password1": "Kx9!vortex", "password2": "Kx9!vortex"}`),
			fetch,
			wait(1.2),
		}},
		"pwconfirm.expired": {steps: []step{
			settings(`{"lifetimes": {"reset_seconds": 1}}`),
			post("/rest-auth/registration/", `{"username": "tim", "email": "tim@example.com",
				"password1": "Kx9!vortex", "password2": "Kx9!vortex"}`),
			post("/rest-auth/password/reset/", `{"email": "tim@example.com"}`),
			fetch,
			wait(1.2),
		}},

		// The tenant has no providers until here.
		"fb.empty":           {social: true, steps: []step{withProviders}},
		"fb.token_new_user":  {social: true},
		"fb.token_existing":  {social: true},
		"fb.code_ok":         {social: true},
		"fb.both_token_wins": {social: true},
		// The original crashed.
		"fb.code_bad_500": {social: true, accept: []Answer{{
			Status: http.StatusBadRequest, Body: json.RawMessage(`{"non_field_errors": ["Failed to exchange code for access token"]}`),
		}}},
		"fb.no_email_user": {social: true},
		// The original gave an account without an address no name either.
		"fb.no_email_user_details": {social: true, accept: []Answer{{
			Status: http.StatusOK, Body: json.RawMessage(`{"pk": 3, "username": "no", "email": "", "first_name": "No", "last_name": "Mail"}`),
		}}},
		"google.token_new": {social: true},
		"google.code_ok":   {social: true},
		"tw.ok":            {social: true},
		"tw.again":         {social: true},
		"tw.user":          {social: true},
		"tw.bad":           {social: true},
		// The original crashed.
		"fb.provider_down_500": {social: true, steps: []step{withSilentProviders}, accept: []Answer{{
			Status: http.StatusServiceUnavailable, Body: json.RawMessage(`{"detail": "Service temporarily unavailable, try again later."}`),
		}}},
	},
	"simplejwt": {
		"obtain inactive user": {steps: []step{deactivate("x")}},
		"confirm expired token": {tenant: "expired", steps: []step{
			settings(`{"lifetimes": {"reset_seconds": 1}}`),
			post("/api/user/create/", `{"username": "tim", "email": "tim@example.com", "password": "Kx9!vortex"}`),
			post("/api/password/reset/", `{"email": "tim@example.com"}`),
			fetch,
			wait(1.2),
		}},
	},
	"drfuser": {
		"account.inactive_user": {steps: []step{deactivate("ann")}},
		// The original answered 403 because it tried the session first.
		"variant.login_inactive_403": {steps: []step{deactivate("var")}, accept: []Answer{{
			Status: http.StatusUnauthorized, WWWAuthenticate: `Bearer realm="api"`,
			Body: json.RawMessage(`{"detail": "username or password is invalid."}`),
		}}},
		// The original let a disabled user in, with tokens that were good for nothing. Here the code is sent while he may
		// still use one.
		"otp.login_inactive_user": {tenant: "blocked", steps: []step{
			settings(`{"contracts": {"drfuser": {"registration_requires_otp": false}}}`),
			post("/api/user/register/", `{"username": "ann", "name": "Ann", "email": "ann@example.com", "password": "Kx9!vortex"}`),
			post("/api/user/otp/", `{"destination": "ann@example.com", "is_login": true}`),
			deactivate("ann"),
		}, accept: []Answer{{
			Status: http.StatusForbidden, Body: json.RawMessage(`{"detail": "username or password is invalid."}`),
		}}},
		"account.expired": {steps: []step{
			settings(`{"lifetimes": {"access_seconds": 1, "refresh_seconds": 1}}`),
			post("/api/user/register/", `{"username": "nomob", "name": "No Mob", "email": "nomob@example.com", "password": "Kx9!vortex"}`),
			expire("/api/user/login/", `{"username": "nomob", "password": "Kx9!vortex"}`, "token"),
		}},
		"refresh.expired": {steps: []step{expire("/api/user/login/", `{"username": "nomob", "password": "Kx9!vortex"}`, "refresh_token")}},
	},
	"coach": {
		"user.approved_coach": {steps: []step{approve("carl")}},
	},
}

func settings(patch string) step {
	return func(ctx context.Context, p *player, _ Record) error {
		return p.server.Admin.PatchSettings(ctx, p.slug, json.RawMessage(patch))
	}
}

func withProviders(ctx context.Context, p *player, _ Record) error {
	return p.server.Admin.PatchSettings(ctx, p.slug, p.server.Social)
}

func withSilentProviders(ctx context.Context, p *player, _ Record) error {
	return p.server.Admin.PatchSettings(ctx, p.slug, p.server.Silent)
}

func deactivate(username string) step {
	return func(ctx context.Context, p *player, _ Record) error {
		return p.server.Admin.Deactivate(ctx, p.slug, username)
	}
}

func approve(username string) step {
	return func(ctx context.Context, p *player, _ Record) error {
		return p.server.Admin.Approve(ctx, p.slug, username)
	}
}

func post(path, body string) step {
	request := Request{
		Method: http.MethodPost, Path: path, Body: json.RawMessage(body),
		Headers: map[string]string{"Content-Type": jsonType},
	}
	return func(ctx context.Context, p *player, _ Record) error {
		return p.setUp(ctx, Record{Kind: Setup, Request: request})
	}
}

var jwtShape = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`)

// expire signs in and lets a second pass; the member of the answer then stands for the JWT that the original had let expire.
func expire(path, body, member string) step {
	return func(ctx context.Context, p *player, r Record) error {
		_, got, err := p.send(ctx, Record{Request: Request{
			Method: http.MethodPost, Path: path, Body: json.RawMessage(body),
			Headers: map[string]string{"Content-Type": jsonType},
		}})
		if err != nil {
			return err
		}
		var live map[string]string
		if err := json.Unmarshal(got.body, &live); err != nil || live[member] == "" {
			return fmt.Errorf("no %s in %d %s", member, got.status, got.body)
		}
		p.secrets.bind(jwtShape.FindString(r.Request.Headers["Authorization"]+string(r.Request.Body)), live[member])
		return pass(ctx, 1.2)
	}
}

func fetch(ctx context.Context, p *player, r Record) error {
	l, ok := r.Request.letter()
	if !ok {
		return fmt.Errorf("the request carries no secret of a message")
	}
	return p.take(ctx, l)
}

func wait(seconds float64) step {
	return func(ctx context.Context, _ *player, _ Record) error { return pass(ctx, seconds) }
}

// pass lets time pass: lifetimes are counted by the server's clock, so there is nothing to poll.
func pass(ctx context.Context, seconds float64) error {
	timer := time.NewTimer(time.Duration(seconds * float64(time.Second)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
