package social

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/markbates/goth"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/tenants"
)

// Timeout is how long a provider has for everything that one sign-in asks of it.
const Timeout = 5 * time.Second

// Service asks providers. Safe for parallel use.
type Service struct {
	registry *tenants.Registry
	client   *http.Client
	now      func() time.Time
	books    *books
}

// New makes a Service. Private lets it call addresses that are not public, and without https: for development and tests.
func New(registry *tenants.Registry, private bool, now func() time.Time) *Service {
	return &Service{registry, publicnet.Client(private, Timeout), now, newBooks()}
}

// Proof is what somebody brings from a provider: a token, or a code to be exchanged for one.
type Proof struct {
	AccessToken string
	TokenSecret string // Twitter
	IDToken     string // of OpenID Connect, alone
	Code        string
	Verifier    string // of PKCE (RFC 7636), with Code
	CallbackURL string // the redirect_uri with which the code was got; empty: the app's callback_url
	Nonce       string // that the ID token has to have; empty: any
	Session     string // as Begin gave it, with Code
	User        string // what Apple's form has beside the first code: JSON with a name
}

// Person is who somebody is at a provider. Provider, Issuer and Subject identify; all else is hearsay.
type Person struct {
	Provider, Issuer, Subject string

	Email         string
	EmailVerified bool // the provider says so
	TrustEmail    bool // and the tenant takes its word for it

	Username, FirstName, LastName, Name string
}

// family is what is particular about a provider.
type family struct {
	issuer string
	usual  tenants.SocialEndpoints
	scope  string     // separated by spaces
	pkce   bool       // the provider holds codes to code_challenge
	nonce  bool       // the provider puts the nonce into its ID tokens
	extra  url.Values // further parameters of the authorization request
	// prepare readies the line where a provider needs more than its usual endpoints and the tenant's secret; nil: it does not.
	prepare func(l *line) error
	// begin is for providers whose authorization request is another one.
	begin func(l *line, b Beginning) (Begun, error)
	// fetch gives the profile behind a token; bare tells a token that the client brought from one that the provider just gave
	// for a code.
	fetch func(ctx context.Context, l *line, token string, bare bool, secret string) (goth.User, error)
	open  func(l *line) (goth.Provider, goth.Session) // nil: codes are not taken
	// redeem makes a token and its secret of a code, where open does not.
	redeem func(l *line, code string) (token, secret string, err error)
	// believe reads the profile in an ID token that the client brought; nil: ID tokens are not taken.
	believe   func(ctx context.Context, l *line, idToken string) (goth.User, error)
	described bool // the provider describes itself, and prepare reads it
	// client asks whether the provider knows the tenant's app, where the token endpoint does not say so; nil: it does.
	client func(l *line) why
	// verified reads whether the provider vouches for the address. Nothing but a true counts.
	verified func(goth.User) bool
}

var families = map[string]family{
	"facebook":  facebookFamily,
	"google":    googleFamily,
	"twitter":   twitterFamily,
	"oidc":      oidcFamily,
	"microsoft": microsoftFamily,
	"apple":     appleFamily,
	"github":    githubFamily,
	"discord":   discordFamily,
	"linkedin":  linkedinFamily,
}

// Identify asks the tenant's provider who brings a proof. A token goes before a code. Faults: ProviderUnconfigured,
// SocialInputMissing, SocialRefused, SocialCodeRefused, SocialCallbackUnset; DependencyDown when the provider does not
// answer in time, or makes no sense.
func (s *Service) Identify(ctx context.Context, in *tenants.Scope, provider string, proof Proof) (Person, error) {
	f, l, err := s.line(in, provider, proof)
	if err != nil {
		return Person{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	if err := l.ready(ctx, f); err != nil {
		return Person{}, err
	}
	u, err := l.profile(f)
	if err != nil {
		return Person{}, l.verdict(err)
	}
	if !fits(u.UserID) {
		return Person{}, fault.DependencyDown.With("provider", provider)
	}
	return Person{
		Provider: provider, Issuer: l.issuer, Subject: u.UserID,
		Email: line1(u.Email, 254), EmailVerified: f.verified(u), TrustEmail: l.app.TrustEmail,
		Username: line1(u.NickName, 150), FirstName: line1(u.FirstName, 150), LastName: line1(u.LastName, 150), Name: line1(u.Name, 300),
	}, nil
}

// line opens one to the tenant's provider.
func (s *Service) line(in *tenants.Scope, provider string, proof Proof) (family, *line, error) {
	f, known := families[provider]
	app := in.Settings().Social.Providers.Named(provider)
	if !known || app == nil {
		return family{}, nil, fault.ProviderUnconfigured.With("provider", provider)
	}
	secret, err := s.registry.SocialSecret(in, provider)
	if err != nil {
		return family{}, nil, err
	}
	l := &line{
		provider: provider, issuer: f.issuer, tenant: in.ID(), client: s.client, app: app, secret: secret, to: app.Endpoints.Or(f.usual),
		proof: proof, now: s.now, callback: proof.CallbackURL, books: s.books,
	}
	if l.callback == "" {
		l.callback = app.CallbackURL
	}
	if !f.pkce { // LinkedIn refuses what it has not been told of before
		l.proof.Verifier = ""
	}
	return f, l, nil
}

// ready prepares the line for calls.
func (l *line) ready(ctx context.Context, f family) error {
	l.ctx = ctx
	if f.prepare == nil {
		return nil
	}
	if err := f.prepare(l); err != nil {
		return l.verdict(err)
	}
	return nil
}

// profile reads who somebody is from the first of what he brought: a token, an ID token, a code.
func (l *line) profile(f family) (goth.User, error) {
	switch p := l.proof; {
	case p.AccessToken != "":
		return f.fetch(l.ctx, l, p.AccessToken, true, p.TokenSecret)
	case p.IDToken != "" && f.believe != nil:
		return f.believe(l.ctx, l, p.IDToken)
	case p.Code == "":
		return goth.User{}, fault.SocialInputMissing.With("provider", l.provider)
	}
	token, secret, err := l.exchange(f, l.proof.Code)
	if err != nil {
		return goth.User{}, err
	}
	return f.fetch(l.ctx, l, token, false, secret)
}

// fits: a subject is kept and compared as it is, so nothing that looks like another one may be one.
func fits(subject string) bool {
	odd := func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) || c == utf8.RuneError }
	return subject != "" && len(subject) <= 255 && !strings.ContainsFunc(subject, odd)
}

// line1 makes one line of at most n characters of what a provider says.
func line1(text string, n int) string {
	text = strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == utf8.RuneError {
			return -1
		}
		return c
	}, text))
	if all := []rune(text); len(all) > n {
		return string(all[:n])
	}
	return text
}

// isOurs reports whether a client id is one of the tenant's.
func (l *line) isOurs(id string) bool {
	return id != "" && (id == l.app.ClientID || slices.Contains(l.app.AlsoFor, id))
}
