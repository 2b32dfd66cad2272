package social

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// How long what a provider publishes of itself is kept, how old it is at least before it is read again for a key that it
// does not have, and how much is kept at all. Whoever makes up names of keys makes Keyhall ask no more often.
const (
	keptFor  = 10 * time.Minute
	rereadAt = 30 * time.Second
	maxPages = 256
)

// books keep the keys and descriptions that providers publish. Each tenant has its own, so that none is told of another's
// by how fast an answer comes.
type books struct {
	mu    sync.Mutex
	pages map[page]printed
}

type page struct {
	tenant uuid.UUID
	at     string
}

type printed struct {
	body []byte
	read time.Time
}

func newBooks() *books { return &books{pages: map[page]printed{}} }

func (b *books) get(p page) printed {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages[p]
}

func (b *books) put(p page, body []byte, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.pages[p]; !known && len(b.pages) >= maxPages {
		oldest, age := p, now
		for q, one := range b.pages {
			if !one.read.After(age) {
				oldest, age = q, one.read
			}
		}
		delete(b.pages, oldest)
	}
	b.pages[p] = printed{body, now}
}

// look reads a JSON object that the provider publishes, or what is kept of it when that is younger than a time.
func (l *line) look(at string, younger time.Duration) ([]byte, error) {
	p := page{l.tenant, at}
	if kept := l.books.get(p); kept.body != nil && l.now().Sub(kept.read) < younger {
		return kept.body, nil
	}
	q, err := http.NewRequestWithContext(l.ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	body, err := l.object(q, fault.DependencyDown)
	if err == nil {
		l.books.put(p, body, l.now())
	}
	return body, err
}

// discover fills the endpoints that the tenant has not set from the issuer's description of itself (OpenID Connect
// Discovery 4). It has to be of the very issuer that the tenant named.
func (l *line) discover() error {
	at, err := url.JoinPath(l.app.Issuer, ".well-known", "openid-configuration")
	if err != nil {
		return err
	}
	body, err := l.look(at, keptFor)
	if err != nil {
		return err
	}
	var d struct {
		Issuer    string   `json:"issuer"`
		Authorize string   `json:"authorization_endpoint"`
		Token     string   `json:"token_endpoint"`
		UserInfo  string   `json:"userinfo_endpoint"`
		JWKS      string   `json:"jwks_uri"`
		Methods   []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return err
	}
	if d.Issuer != l.app.Issuer {
		return l.failFor(issuerDiffers, line1(d.Issuer, 300), fault.DependencyDown)
	}
	l.to = l.app.Endpoints.Or(tenants.SocialEndpoints{Authorize: d.Authorize, Token: d.Token, UserInfo: d.UserInfo, JWKS: d.JWKS})
	l.basic = !slices.Contains(d.Methods, "client_secret_post") // the other is what is meant by silence
	if !l.isSafe(l.to.Authorize) || l.to.Token == "" || l.to.JWKS == "" {
		return l.failFor(endpointsMissing, "", fault.DependencyDown)
	}
	return nil
}

// isSafe: a browser is sent there, so the address has to be https unless the issuer's is not, as in development.
func (l *line) isSafe(address string) bool {
	u, err := url.Parse(address)
	own, broken := url.Parse(l.app.Issuer)
	return err == nil && broken == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && own.Scheme == "http")
}
