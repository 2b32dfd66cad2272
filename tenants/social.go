package tenants

import (
	"net/url"
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

// SocialProviders are the tenant's own registrations with each provider; nil: not set up, and nobody signs in with it.
type SocialProviders struct {
	Facebook *SocialProvider `json:"facebook"`
	Google   *SocialProvider `json:"google"`
	Twitter  *SocialProvider `json:"twitter"`
}

// SocialProviderNames are the names there are, in the order in which they are shown.
var SocialProviderNames = []string{"facebook", "google", "twitter"}

// SocialProvider is a tenant's app at a provider.
type SocialProvider struct {
	ClientID     string          `json:"client_id"`
	AlsoFor      []string        `json:"also_for"`     // client ids of the tenant's other apps (Android, iOS) whose tokens are taken too
	CallbackURL  string          `json:"callback_url"` // where codes were sent to; "postmessage" for Google's pop-up
	TrustEmail   bool            `json:"trust_email"`  // an address that it calls verified is whose account it says (K39)
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
}

// Or fills what is empty.
func (e SocialEndpoints) Or(usual SocialEndpoints) SocialEndpoints {
	or := func(own, usual string) string {
		if own != "" {
			return own
		}
		return usual
	}
	return SocialEndpoints{or(e.Authorize, usual.Authorize), or(e.Token, usual.Token), or(e.UserInfo, usual.UserInfo), or(e.Inspect, usual.Inspect)}
}

// Named gives the tenant's app at a provider; nil when it has none.
func (p SocialProviders) Named(name string) *SocialProvider { return p.byName()[name] }

func (p SocialProviders) byName() map[string]*SocialProvider {
	return map[string]*SocialProvider{"facebook": p.Facebook, "google": p.Google, "twitter": p.Twitter}
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
			one.check(p, "social.providers."+name)
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
	} {
		if one.url != "" && !isEndpoint(one.url) {
			p.Add(at+".endpoints."+one.name, fault.BadFormat)
		}
	}
}

func isEndpoint(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http") &&
		utf8.RuneCountInString(text) <= maxProviderText
}

// socialSecret is bound to whom it is shown: an administrator must not learn it by naming a server of his own.
func socialSecret(name string) secret {
	return secret{path: []string{"social", "providers", name}, name: "client_secret", place: "social/" + name, bound: []string{"client_id", "endpoints"}}
}

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
