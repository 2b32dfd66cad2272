package social

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Beginning is what the caller has made up for one sign-in and will want to see again.
type Beginning struct {
	State       string // given back by the provider
	Verifier    string // of PKCE: the provider gets its hash
	Nonce       string // comes back in the ID token
	CallbackURL string // where the provider sends the browser; empty: the app's callback_url
}

// Begun is a sign-in that waits at the provider.
type Begun struct {
	URL     string // to send the browser to
	Session string // what Identify has to be given back with the code; a secret, empty for most providers
}

// Begin makes the address at which somebody signs in to the tenant's provider. Faults: ProviderUnconfigured,
// SocialCallbackUnset; DependencyDown or SocialRefused from providers that want to be told first (Twitter).
func (s *Service) Begin(ctx context.Context, in *tenants.Scope, provider string, b Beginning) (Begun, error) {
	f, l, err := s.line(in, provider, Proof{CallbackURL: b.CallbackURL})
	if err != nil {
		return Begun{}, err
	}
	if l.callback == "" {
		return Begun{}, fault.SocialCallbackUnset.With("provider", provider)
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	if err := l.ready(ctx, f); err != nil {
		return Begun{}, err
	}
	if f.begin != nil {
		begun, err := f.begin(l, b)
		if err != nil {
			return Begun{}, l.verdict(err)
		}
		return begun, nil
	}
	at, err := l.authorization(f, b)
	return Begun{URL: at}, err
}

// authorization is the address of the page on which one agrees (RFC 6749 4.1.1).
func (l *line) authorization(f family, b Beginning) (string, error) {
	at, err := url.Parse(l.to.Authorize)
	if err != nil {
		return "", err
	}
	query := at.Query()
	for name, values := range f.extra {
		query[name] = values
	}
	query.Set("client_id", l.app.ClientID)
	query.Set("redirect_uri", l.callback)
	query.Set("response_type", "code")
	query.Set("state", b.State)
	if f.scope != "" {
		query.Set("scope", f.scope)
	}
	if f.pkce && b.Verifier != "" {
		sum := sha256.Sum256([]byte(b.Verifier))
		query.Set("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
		query.Set("code_challenge_method", "S256")
	}
	if f.nonce && b.Nonce != "" {
		query.Set("nonce", b.Nonce)
	}
	at.RawQuery = query.Encode()
	return at.String(), nil
}

// PostsBack reports whether the provider answers by a form that the browser posts from its site, which brings no cookie
// but those of SameSite=None.
func PostsBack(provider string) bool {
	return families[provider].extra.Get("response_mode") == "form_post"
}

// Seal encrypts what a sign-in needs later, for one place in one tenant.
func (s *Service) Seal(in *tenants.Scope, place string, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return s.registry.Sealer.Seal(plain, "social/"+in.ID().String()+"/"+place), nil
}

// Unseal reads what Seal made for the same place into v.
func (s *Service) Unseal(in *tenants.Scope, place string, sealed []byte, v any) error {
	plain, err := s.registry.Sealer.Open(sealed, "social/"+in.ID().String()+"/"+place)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}
