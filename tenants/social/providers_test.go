package social_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/tenants/social"
)

var vera = provider.User{ID: "42", Email: "vera@example.com", Verified: true, First: "Vera", Last: "Vogel", Screen: "vera_v"}

func TestTheOtherProvidersTellWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		token, idToken bool // taken, beside codes
		first          string
	}{
		"github": {token: true, first: "Vera"}, "discord": {token: true}, "linkedin": {first: "Vera"}, "microsoft": {idToken: true, first: "Vera"},
		"apple": {idToken: true}, "oidc": {idToken: true, first: "Vera"},
	} {
		p := provider.Start(t)
		p.Know("good", vera)
		proofs := []social.Proof{{Code: "code-good", Verifier: "v"}}
		if x.token {
			proofs = append(proofs, social.Proof{AccessToken: "good"})
		} else if _, err := identify(t, p.Settings(), name, social.Proof{AccessToken: "good"}); !errors.Is(err, fault.SocialInputMissing) {
			t.Errorf("%s takes a token that anybody may have been given: %v", name, err)
		}
		if x.idToken {
			proofs = append(proofs, social.Proof{IDToken: p.IDToken(name, "good")})
		} else if _, err := identify(t, p.Settings(), name, social.Proof{IDToken: p.IDToken(name, "good")}); !errors.Is(err, fault.SocialInputMissing) {
			t.Errorf("%s takes ID tokens: %v", name, err)
		}
		for _, proof := range proofs {
			who, err := identify(t, p.Settings(), name, proof)
			if err != nil || who.Provider != name || who.Subject != "42" || who.Email != "vera@example.com" || !who.EmailVerified || who.FirstName != x.first {
				t.Errorf("%s: %+v %v", name, who, err)
			}
			if want := p.Issuer(name); x.idToken && who.Issuer != want || who.Issuer == "" {
				t.Errorf("%s is of %q", name, who.Issuer)
			}
		}
		if _, err := identify(t, p.Settings(), name, social.Proof{Code: "code-good", Verifier: "v"}); !errors.Is(err, fault.SocialCodeRefused) {
			t.Errorf("%s took a code twice: %v", name, err)
		}
		if _, err := identify(t, p.Settings(), name, social.Proof{Code: "unknown"}); !errors.Is(err, fault.SocialCodeRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSOC01TokensOfOtherAppsAreRefusedByTheOthersToo(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	p.Know("foreign", provider.User{ID: "42", App: "another-app"})
	p.Know("swapped", provider.User{ID: "42", Inspected: "43"})
	for _, name := range []string{"github", "discord"} {
		for _, token := range []string{"foreign", "swapped", "unknown"} {
			if _, err := identify(t, p.Settings(), name, social.Proof{AccessToken: token}); !errors.Is(err, fault.SocialRefused) {
				t.Errorf("%s: %s: %v", name, token, err)
			}
		}
	}
}

// What an address is worth is the provider's to say, and not every provider's.
func TestSOC02WhatIsNotVouchedForIsNotProven(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name  string
		said  any
		email string
		want  bool
	}{
		{"github", false, "", false},
		{"github", nil, "", false},
		{"discord", false, "vera@example.com", false},
		{"discord", nil, "vera@example.com", false},
		{"discord", true, "vera@example.com", true},
		{"linkedin", nil, "vera@example.com", false},
		{"linkedin", "true", "vera@example.com", false},
		{"microsoft", nil, "vera@example.com", false},
		{"microsoft", false, "vera@example.com", false},
		{"microsoft", "1", "vera@example.com", true},
		{"apple", "true", "vera@example.com", true},
		{"apple", "false", "vera@example.com", false},
		{"apple", nil, "vera@example.com", false},
		{"oidc", "true", "vera@example.com", false},
		{"oidc", nil, "vera@example.com", false},
		{"oidc", false, "vera@example.com", false},
	} {
		p := provider.Start(t)
		u := vera
		u.Verified = x.said
		p.Know("good", u)
		who, err := identify(t, p.Settings(), x.name, social.Proof{Code: "code-good"})
		if err != nil || who.Email != x.email || who.EmailVerified != x.want {
			t.Errorf("%s, %v: %+v %v", x.name, x.said, who, err)
		}
	}
}

// nOAuth: an administrator of any directory writes what he likes into email and even email_verified.
func TestSOC02MicrosoftsAddressesAreNotProvenByAnyClaimButItsOwn(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	for i, said := range []any{nil, false, "true", 0, "0"} {
		u := provider.User{ID: "66", Email: "vera@example.com", Claims: map[string]any{"email_verified": true, "verified_primary_email": []string{"vera@example.com"}, "xms_edov": said}}
		token := "t" + string(rune('a'+i))
		p.Know(token, u)
		if who, err := identify(t, p.Settings(), "microsoft", social.Proof{IDToken: p.IDToken("microsoft", token)}); err != nil || who.EmailVerified {
			t.Errorf("%v: %+v %v", said, who, err)
		}
	}
}

func TestPeopleWithoutAnAddressAreSomebody(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"github", "discord", "linkedin", "microsoft", "apple", "oidc"} {
		p := provider.Start(t)
		p.Know("good", provider.User{ID: "42"})
		if who, err := identify(t, p.Settings(), name, social.Proof{Code: "code-good"}); err != nil || who.Subject != "42" || who.Email != "" {
			t.Errorf("%s: %+v %v", name, who, err)
		}
	}
}

// An ID token is believed when the provider signed it, for one of the tenant's apps, lately, and for this very sign-in.
func TestSOC01OnlyFitIDTokensAreBelieved(t *testing.T) {
	t.Parallel()
	now := time.Now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	all := map[string]struct {
		claims map[string]any
		key    string
		proof  social.Proof
		want   *fault.Code
	}{
		"as it is":            {},
		"ES256":               {key: "ec"},
		"one of our apps":     {claims: map[string]any{"aud": "app-of-the-phone"}},
		"for several":         {claims: map[string]any{"aud": []string{provider.ClientID, "other"}, "azp": provider.ClientID}},
		"nonce":               {claims: map[string]any{"nonce": "n"}, proof: social.Proof{Nonce: "n"}},
		"a nonce unasked":     {claims: map[string]any{"nonce": "n"}},
		"clock a bit off":     {claims: map[string]any{"iat": at(30 * time.Second)}},
		"wrong nonce":         {claims: map[string]any{"nonce": "m"}, proof: social.Proof{Nonce: "n"}, want: fault.SocialRefused},
		"no nonce":            {proof: social.Proof{Nonce: "n"}, want: fault.SocialRefused},
		"wrong audience":      {claims: map[string]any{"aud": "another-app"}, want: fault.SocialRefused},
		"no audience":         {claims: map[string]any{"aud": nil}, want: fault.SocialRefused},
		"several, unasked":    {claims: map[string]any{"aud": []string{provider.ClientID, "other"}}, want: fault.SocialRefused},
		"another asked":       {claims: map[string]any{"azp": "other"}, want: fault.SocialRefused},
		"wrong issuer":        {claims: map[string]any{"iss": "https://evil.example"}, want: fault.SocialRefused},
		"issuer with a slash": {claims: map[string]any{"iss": "slash"}, want: fault.SocialRefused},
		"no issuer":           {claims: map[string]any{"iss": nil}, want: fault.SocialRefused},
		"expired":             {claims: map[string]any{"exp": at(-2 * time.Minute)}, want: fault.SocialRefused},
		"no end":              {claims: map[string]any{"exp": nil}, want: fault.SocialRefused},
		"no beginning":        {claims: map[string]any{"iat": nil}, want: fault.SocialRefused},
		"of tomorrow":         {claims: map[string]any{"iat": at(time.Hour)}, want: fault.SocialRefused},
		"not yet":             {claims: map[string]any{"nbf": at(time.Hour)}, want: fault.SocialRefused},
		"no subject":          {claims: map[string]any{"sub": nil}, want: fault.DependencyDown},
		"subject as a number": {claims: map[string]any{"sub": 42}, want: fault.SocialRefused},
		"alg none":            {key: "none", want: fault.SocialRefused},
		"alg HS256":           {key: "hs256", want: fault.SocialRefused},
		"alg PS256":           {key: "ps256", want: fault.SocialRefused},
		"another's key":       {key: "evil", want: fault.SocialRefused},
		"a key of nobody":     {key: "unknown", want: fault.SocialRefused},
		"a weak key":          {key: "weak", want: fault.SocialRefused},
	}
	for _, name := range []string{"microsoft", "apple", "oidc"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, h := provider.Start(t), pgtest.Get(t)
			in := h.Tenant(t, strings.ReplaceAll(p.Settings(), `"client_id":`, `"also_for":["app-of-the-phone"],"client_id":`))
			service := social.New(h.Registry, true, time.Now)
			for what, x := range all {
				u := vera
				u.Claims, u.Key = x.claims, x.key
				if x.claims["iss"] == "slash" {
					u.Claims = map[string]any{"iss": p.Issuer(name) + "/"}
				}
				p.Know(what, u)
				direct, byCode := x.proof, x.proof
				direct.IDToken, byCode.Code = p.IDToken(name, what), "code-"+what
				for _, proof := range []social.Proof{direct, byCode} {
					who, err := service.Identify(t.Context(), in, name, proof)
					if x.want != nil && !errors.Is(err, x.want) || x.want == nil && (err != nil || who.Subject != "42") {
						t.Errorf("%s: %+v %v", what, who, err)
					}
				}
			}
		})
	}
	p := provider.Start(t)
	for _, text := range []string{"x", "a.b.c", "e30.e30.", strings.Repeat("x", 100_000), p.IDToken("oidc", "nobody") + "x"} {
		if _, err := identify(t, p.Settings(), "oidc", social.Proof{IDToken: text}); !errors.Is(err, fault.SocialRefused) {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}

// Google's are checked like the others', but for who asked: on phones that is another app of the same project.
func TestSOC01GooglesIDTokensAreCheckedByItsKeys(t *testing.T) {
	t.Parallel()
	p, h := provider.Start(t), pgtest.Get(t)
	in := h.Tenant(t, p.SettingsWith("google", "inspect", "http://127.0.0.1:1")) // nobody else is asked
	service := social.New(h.Registry, true, time.Now)
	for what, x := range map[string]struct {
		claims map[string]any
		key    string
		nonce  string
		fits   bool
	}{
		"as it is":         {fits: true},
		"ES256":            {key: "ec", fits: true},
		"its other issuer": {claims: map[string]any{"iss": "accounts.google.com"}, fits: true},
		"asked by a phone": {claims: map[string]any{"azp": "app-of-the-phone"}, fits: true},
		"nonce":            {claims: map[string]any{"nonce": "n"}, nonce: "n", fits: true},
		"wrong nonce":      {claims: map[string]any{"nonce": "m"}, nonce: "n"},
		"no nonce":         {nonce: "n"},
		"another app":      {claims: map[string]any{"aud": "another-app"}},
		"for several":      {claims: map[string]any{"aud": []string{provider.ClientID, "another-app"}}},
		"another issuer":   {claims: map[string]any{"iss": "https://accounts.google.com.evil.example"}},
		"without https":    {claims: map[string]any{"iss": "http://accounts.google.com"}},
		"expired":          {claims: map[string]any{"exp": time.Now().Add(-2 * time.Minute).Unix()}},
		"another's key":    {key: "evil"},
		"a key of nobody":  {key: "unknown"},
		"alg none":         {key: "none"},
		"alg HS256":        {key: "hs256"},
	} {
		u := vera
		u.Claims, u.Key = x.claims, x.key
		p.Know(what, u)
		who, err := service.Identify(t.Context(), in, "google", social.Proof{IDToken: p.IDToken("google", what), Nonce: x.nonce})
		if x.fits && (err != nil || who.Subject != "42" || who.Issuer != p.Issuer("google") || !who.EmailVerified || who.FirstName != "Vera") || !x.fits && !errors.Is(err, fault.SocialRefused) {
			t.Errorf("%s: %+v %v", what, who, err)
		}
	}
	u := vera
	u.Verified = "true" // as tokeninfo had it
	p.Know("said in words", u)
	if who, err := service.Identify(t.Context(), in, "google", social.Proof{IDToken: p.IDToken("google", "said in words")}); err != nil || who.EmailVerified {
		t.Errorf("%+v %v", who, err)
	}
}

func TestMicrosoftsDirectoriesAreKeptApart(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	const other = "11111111-2222-3333-4444-555555555555"
	one := strings.Replace(p.Settings(), `"microsoft":{`, `"microsoft":{"issuer":"https://login.microsoftonline.com/`+provider.Directory+`/v2.0",`, 1)
	if !strings.Contains(one, provider.Directory) {
		t.Fatal(one)
	}
	for what, x := range map[string]struct {
		tid, issuer   string
		common, alone bool
	}{
		"its own":           {provider.Directory, p.Issuer("microsoft"), true, true},
		"another":           {other, "https://login.microsoftonline.com/" + other + "/v2.0", true, false},
		"one says another":  {other, p.Issuer("microsoft"), false, false},
		"no directory":      {"", "https://login.microsoftonline.com//v2.0", false, false},
		"elsewhere":         {other, "https://evil.example/" + other + "/v2.0", false, false},
		"not a directory":   {"common", "https://login.microsoftonline.com/common/v2.0", false, false},
		"more than its own": {provider.Directory + "/x", "https://login.microsoftonline.com/" + provider.Directory + "/x/v2.0", false, false},
	} {
		p.Know("good", provider.User{ID: "42", Claims: map[string]any{"tid": x.tid, "iss": x.issuer}})
		for settings, want := range map[string]bool{p.Settings(): x.common, one: x.alone} {
			who, err := identify(t, settings, "microsoft", social.Proof{IDToken: p.IDToken("microsoft", "good")})
			if want != (err == nil) || err == nil && who.Issuer != x.issuer || err != nil && !errors.Is(err, fault.SocialRefused) {
				t.Errorf("%s: %+v %v", what, who, err)
			}
		}
	}
}

func TestApplesNameComesInItsForm(t *testing.T) {
	t.Parallel()
	for form, first := range map[string]string{`{"name":{"firstName":"Véra","lastName":"Vogel"},"email":"evil@example.com"}`: "Véra", `{"name":5}`: "", `<`: "", "": ""} {
		p := provider.Start(t)
		u := vera
		u.Email = "x7@privaterelay.appleid.com"
		p.Know("good", u)
		who, err := identify(t, p.Settings(), "apple", social.Proof{Code: "code-good", User: form})
		if err != nil || who.FirstName != first || who.Email != u.Email {
			t.Errorf("%s: %+v %v", form, who, err)
		}
	}
}

func TestAnIssuerDescribesItselfAndNobodyElse(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	p.Know("good", vera)
	h := pgtest.Get(t)
	service := social.New(h.Registry, true, time.Now)
	in := h.Tenant(t, p.Settings())
	begun, err := service.Begin(t.Context(), in, "oidc", social.Beginning{State: "s", Nonce: "n", Verifier: "v"})
	if err != nil || !strings.HasPrefix(begun.URL, p.URL+"/oidc/authorize?") || !strings.Contains(begun.URL, "nonce=n") {
		t.Errorf("%+v %v", begun, err)
	}
	before := p.Calls()
	for range 3 {
		if _, err := service.Identify(t.Context(), in, "oidc", social.Proof{IDToken: p.IDToken("oidc", "good")}); err != nil {
			t.Error(err)
		}
	}
	if got := p.Calls() - before; got != 1 {
		t.Errorf("%d calls for three sign-ins: keys and descriptions are not kept", got)
	}
	bent := vera
	bent.Key = "unknown"
	p.Know("bent", bent)
	before = p.Calls()
	for range 5 { // nobody makes Keyhall call by naming keys that there are not
		if _, err := service.Identify(t.Context(), in, "oidc", social.Proof{IDToken: p.IDToken("oidc", "bent")}); !errors.Is(err, fault.SocialRefused) {
			t.Error(err)
		}
	}
	if got := p.Calls() - before; got != 0 {
		t.Errorf("%d calls for made-up keys", got)
	}
	p.CallItself(p.Issuer("oidc") + "/")
	if _, err := identify(t, p.Settings(), "oidc", social.Proof{IDToken: p.IDToken("oidc", "good")}); !errors.Is(err, fault.DependencyDown) {
		t.Errorf("an issuer that calls itself otherwise: %v", err)
	}
}

// What the userinfo endpoint adds to an ID token has to be about the same person.
func TestUserInfoFillsWhatTheIDTokenLacks(t *testing.T) {
	t.Parallel()
	p := provider.Start(t)
	for token, subject := range map[string]string{"same": "42", "other": "43"} {
		u := vera
		u.Inspected, u.Claims = subject, map[string]any{"email": nil, "email_verified": nil}
		p.Know(token, u)
		who, err := identify(t, p.Settings(), "oidc", social.Proof{Code: "code-" + token})
		if token == "same" && (err != nil || who.Email != "vera@example.com" || !who.EmailVerified) || token == "other" && !errors.Is(err, fault.SocialRefused) {
			t.Errorf("%s: %+v %v", token, who, err)
		}
	}
}

func TestSOC07NonsenseOfTheOthersIsNobody(t *testing.T) {
	t.Parallel()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		select {
		case <-q.Context().Done():
		case <-time.After(10 * time.Second):
		}
	}))
	t.Cleanup(silent.Close)
	list := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`[]`))
	}))
	t.Cleanup(list.Close)
	for name, endpoint := range map[string]string{"github": "userinfo", "discord": "userinfo", "linkedin": "userinfo", "microsoft": "jwks", "apple": "jwks", "oidc": "jwks"} {
		for what, address := range map[string]string{"silent": silent.URL, "list": list.URL, "nobody there": "http://127.0.0.1:1"} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				p := provider.Start(t)
				p.Know("good", vera)
				began := time.Now()
				_, err := identify(t, p.SettingsWith(name, endpoint, address), name, social.Proof{Code: "code-good"})
				if !errors.Is(err, fault.DependencyDown) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took > 7*time.Second {
					t.Errorf("took %v", took)
				}
			})
		}
	}
}
