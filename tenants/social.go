package tenants

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/link"
)

// Social is how people sign in with accounts that they have elsewhere.
type Social struct {
	Providers SocialProviders `json:"providers"`
	ReturnTo  []string        `json:"return_to"` // front ends that browsers come back to, exact; the first unless they say another
}

// SocialProviders are the tenant's own registrations with each provider; nil: not set up, and nobody signs in with it. A new
// provider is a line here.
type SocialProviders struct {
	Facebook  *SocialProvider `json:"facebook"`
	Google    *SocialProvider `json:"google"`
	Twitter   *SocialProvider `json:"twitter"`
	GitHub    *SocialProvider `json:"github"`
	Microsoft *SocialProvider `json:"microsoft"`
	Apple     *SocialProvider `json:"apple"`
	LinkedIn  *SocialProvider `json:"linkedin"`
	Discord   *SocialProvider `json:"discord"`
	OIDC      *SocialProvider `json:"oidc"` // any other that speaks OpenID Connect
}

// SocialProviderNames are the names there are, in the order in which they are shown.
var SocialProviderNames = jsonNames(reflect.TypeFor[SocialProviders]())

func jsonNames(t reflect.Type) (all []string) {
	for i := range t.NumField() {
		all = append(all, t.Field(i).Tag.Get("json"))
	}
	return all
}

// SocialProvider is a tenant's app at a provider.
type SocialProvider struct {
	ClientID     string          `json:"client_id"`
	AlsoFor      []string        `json:"also_for"`     // client ids of the tenant's other apps (Android, iOS) whose tokens are taken too
	CallbackURL  string          `json:"callback_url"` // where codes were sent to; "postmessage" for Google's pop-up
	TrustEmail   bool            `json:"trust_email"`  // an address that it calls verified is whose account it says (K39)
	Issuer       string          `json:"issuer"`       // who signs ID tokens: any for oidc; for microsoft the one directory that is let in
	TeamID       string          `json:"team_id"`      // apple: whose the key is
	KeyID        string          `json:"key_id"`       // apple: the name of the key that is the secret
	Endpoints    SocialEndpoints `json:"endpoints"`
	SecretSealed []byte          `json:"client_secret_sealed,omitempty"`
}

// SocialEndpoints replace the provider's usual addresses; empty: the usual one. In production they have to be https on the
// public internet, which is judged when they are dialled.
type SocialEndpoints struct {
	Authorize string `json:"authorize"`
	Token     string `json:"token"`
	UserInfo  string `json:"userinfo"`
	Inspect   string `json:"inspect"` // who a token was issued to: Google's tokeninfo, Facebook's debug_token
	JWKS      string `json:"jwks"`    // the keys that ID tokens are signed with
}

// Or fills what is empty.
func (e SocialEndpoints) Or(usual SocialEndpoints) SocialEndpoints {
	return SocialEndpoints{
		Authorize: cmp.Or(e.Authorize, usual.Authorize), Token: cmp.Or(e.Token, usual.Token), UserInfo: cmp.Or(e.UserInfo, usual.UserInfo),
		Inspect: cmp.Or(e.Inspect, usual.Inspect), JWKS: cmp.Or(e.JWKS, usual.JWKS),
	}
}

// Named gives the tenant's app at a provider; nil when it has none.
func (p SocialProviders) Named(name string) *SocialProvider {
	field, known := fieldByJSON(reflect.TypeFor[SocialProviders](), name)
	if !known {
		return nil
	}
	app, _ := reflect.ValueOf(p).FieldByIndex(field.Index).Interface().(*SocialProvider)
	return app
}

// maxReturns bounds the front ends of one tenant.
const maxReturns = 20

func (s Social) check(p *fault.Problems) {
	if len(s.ReturnTo) > maxReturns {
		p.Add("social.return_to", fault.OutOfRange, "min", 0, "max", maxReturns)
	}
	for _, to := range s.ReturnTo {
		if link.Address(to) != nil || strings.ContainsAny(to, "{}#\\") || utf8.RuneCountInString(to) > maxProviderText {
			p.Add("social.return_to", fault.BadFormat)
		}
	}
	for _, name := range SocialProviderNames {
		if one := s.Providers.Named(name); one != nil {
			at := "social.providers." + name
			one.check(p, at)
			one.checkOwn(p, at, name)
		}
	}
}

// maxClients bounds the apps of one tenant at one provider.
const maxClients = 20

func (s *SocialProvider) check(p *fault.Problems, at string) {
	if s.ClientID == "" {
		p.Add(at+".client_id", fault.Required)
	}
	if len(s.SecretSealed) == 0 {
		p.Add(at+".client_secret", fault.Required)
	}
	if len(s.AlsoFor) > maxClients {
		p.Add(at+".also_for", fault.OutOfRange, "min", 0, "max", maxClients)
	}
	for _, id := range s.AlsoFor {
		if id == "" || utf8.RuneCountInString(id) > maxProviderText {
			p.Add(at+".also_for", fault.BadFormat)
		}
	}
	if utf8.RuneCountInString(s.ClientID) > maxProviderText {
		p.Add(at+".client_id", fault.TooLong, "limit", maxProviderText)
	}
	if s.CallbackURL != "" && s.CallbackURL != "postmessage" && !isEndpoint(s.CallbackURL) {
		p.Add(at+".callback_url", fault.BadFormat)
	}
	for _, one := range []struct{ name, url string }{
		{"authorize", s.Endpoints.Authorize},
		{"token", s.Endpoints.Token},
		{"userinfo", s.Endpoints.UserInfo},
		{"inspect", s.Endpoints.Inspect},
		{"jwks", s.Endpoints.JWKS},
	} {
		if one.url != "" && !isEndpoint(one.url) {
			p.Add(at+".endpoints."+one.name, fault.BadFormat)
		}
	}
}

var (
	microsoftIssuer = regexp.MustCompile(`^https://login\.microsoftonline\.com/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/v2\.0$`)
	appleID         = regexp.MustCompile(`^[0-9A-Z]{10}$`)
)

// checkOwn is about what some providers need and the others have no use for.
func (s *SocialProvider) checkOwn(p *fault.Problems, at, name string) {
	own := func(field, value string, has, needs bool, fits func(string) bool) {
		switch {
		case value != "" && !has:
			p.Add(at+"."+field, fault.UnknownSetting)
		case value == "" && needs:
			p.Add(at+"."+field, fault.Required)
		case value != "" && !fits(value):
			p.Add(at+"."+field, fault.BadFormat)
		}
	}
	isApple := name == "apple"
	own("team_id", s.TeamID, isApple, isApple, appleID.MatchString)
	own("key_id", s.KeyID, isApple, isApple, appleID.MatchString)
	if name == "microsoft" {
		own("issuer", s.Issuer, true, false, microsoftIssuer.MatchString)
	} else {
		own("issuer", s.Issuer, name == "oidc", name == "oidc", isIssuer)
	}
}

// isIssuer: to the issuer the address of its description is added (OpenID Connect Discovery 4.1).
func isIssuer(text string) bool {
	return isEndpoint(text) && !strings.ContainsAny(text, "?#")
}

func isEndpoint(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http") &&
		utf8.RuneCountInString(text) <= maxProviderText
}

// socialSecret is bound to whom it is shown: an administrator must not learn it by naming a server of his own.
func socialSecret(name string) secret {
	one := secret{path: []string{"social", "providers", name}, name: "client_secret", place: "social/" + name, bound: []string{"client_id", "endpoints", "issuer"}}
	if name == "apple" {
		one.fits = func(_ document, text string) bool { _, err := AppleKey(text); return err == nil }
	}
	return one
}

// AppleKey reads the key that an app at Apple signs its secrets with: P-256, PKCS #8, PEM, as Apple gives it out.
func AppleKey(text string) (*ecdsa.PrivateKey, error) {
	block, rest := pem.Decode([]byte(strings.TrimSpace(text)))
	if block == nil || len(rest) > 0 {
		return nil, errNotAppleKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errNotAppleKey // x509's words may tell of the key
	}
	own, isEC := key.(*ecdsa.PrivateKey)
	if !isEC || own.Curve != elliptic.P256() {
		return nil, errNotAppleKey
	}
	return own, nil
}

var errNotAppleKey = errors.New("not a private key of P-256 in PKCS #8 and PEM")

func socialSecrets() (all []secret) {
	for _, name := range SocialProviderNames {
		all = append(all, socialSecret(name))
	}
	return all
}

// SocialSecret opens the client secret of the tenant's app at a provider; empty when there is none.
func (r *Registry) SocialSecret(s *Scope, name string) (string, error) {
	app := s.tenant.Settings.Social.Providers.Named(name)
	if app == nil {
		return "", nil
	}
	return socialSecret(name).open(r.Sealer, s.tenant.ID, app.SecretSealed)
}
