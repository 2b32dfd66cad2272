package verify

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Option says whose tokens are accepted, and how.
type Option func(*Verifier) error

// What holds unless an option says otherwise.
const (
	DefaultSkew    = 30 * time.Second // as the server
	DefaultFloor   = time.Second
	DefaultLife    = 10 * time.Minute
	DefaultMaxAge  = 24 * time.Hour
	DefaultTimeout = 5 * time.Second
)

// WithIssuers accepts tokens of these issuers: the addresses of tenants, as "https://id.example.com/t/acme".
func WithIssuers(issuers ...string) Option {
	return func(v *Verifier) error {
		for _, issuer := range issuers {
			issuer = strings.TrimRight(issuer, "/")
			if err := isAddress(issuer); err != nil {
				return err
			}
			v.fixed[issuer] = v.newSet(issuer)
		}
		return nil
	}
}

// WithTenantsOf accepts tokens of all tenants of the Keyhall with this public URL, "https://id.example.com". Say with
// a guard, or by Token.Tenant, which of them may do what.
func WithTenantsOf(publicURL string) Option {
	return func(v *Verifier) error {
		v.installations = append(v.installations, strings.TrimRight(publicURL, "/")+"/t/")
		return isAddress(publicURL)
	}
}

// WithKeys accepts tokens of an issuer whose keys are given as a JSON Web Key Set (RFC 7517), and fetches nothing for it.
func WithKeys(issuer string, jwks []byte) Option {
	return func(v *Verifier) error {
		keys, err := readKeys(jwks)
		if err != nil {
			return err
		}
		set := v.newSet(issuer)
		set.now.Store(&snapshot{keys: keys, forever: true})
		v.fixed[issuer] = set
		return nil
	}
}

// WithAudience accepts tokens that are meant for any of these, instead of those meant for their issuer's own services.
func WithAudience(audiences ...string) Option {
	return func(v *Verifier) error {
		v.audiences = audiences
		if len(audiences) == 0 {
			return errors.New("verify: no audience")
		}
		return nil
	}
}

// WithSkew says how far the clocks may differ; by default that is DefaultSkew. It is given on both ends of a token's life.
func WithSkew(skew time.Duration) Option {
	return func(v *Verifier) error { v.skew = skew; return nil }
}

// WithClock tells the time by another clock, for tests.
func WithClock(now func() time.Time) Option {
	return func(v *Verifier) error { v.now = now; return nil }
}

// WithLegacyTokens accepts the tokens of the interfaces FitTrackee and SimpleJWT, too. Their type is "JWT", and a claim says
// whether they are for access.
func WithLegacyTokens() Option {
	return func(v *Verifier) error { v.legacy = true; return nil }
}

// WithCache remembers up to about size verified tokens, which saves the work on the signature; times are checked each time, and
// a token is forgotten when its issuer drops any key. A size of a few times the number of users at once is good; each takes
// about 2 KB.
func WithCache(size int) Option {
	return func(v *Verifier) error {
		if size < 1 {
			return errors.New("verify: a cache holds at least one token")
		}
		v.cache = newCache(size)
		return nil
	}
}

// WithIntrospection has Live ask this issuer by token introspection (RFC 7662) with a secret key of its tenant (sk_...), instead of calling it with
// the user's token. Asking so is no use of the user's session, and works for as long as the key does.
func WithIntrospection(issuer, secretKey string) Option {
	return func(v *Verifier) error {
		if secretKey == "" {
			return errors.New("verify: introspection needs a secret key")
		}
		issuer = strings.TrimRight(issuer, "/")
		v.introspect[issuer] = secretKey
		return isAddress(issuer)
	}
}

// WithHTTPClient fetches keys by this client instead of one that follows no redirects.
func WithHTTPClient(c *http.Client) Option {
	return func(v *Verifier) error { v.http = c; return nil }
}

// WithFloor says how long after keys were fetched they are fetched again because of a key that is not known. Tokens that name one
// wait that long. By default that is DefaultFloor.
func WithFloor(floor time.Duration) Option {
	return func(v *Verifier) error { v.floor = floor; return nil }
}

// WithLife says how old keys get before they are fetched again, unless the server's Cache-Control says, and after which age
// they are not used even while the server is away. By default that is DefaultLife and DefaultMaxAge.
func WithLife(life, maxAge time.Duration) Option {
	return func(v *Verifier) error {
		v.life, v.maxAge = life, maxAge
		if life <= 0 || maxAge < life {
			return errors.New("verify: keys need a life, and a maximal age that is no shorter")
		}
		return nil
	}
}

func isAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("verify: %q is no http or https address", address)
	}
	return nil
}

var slugForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// slugOf gives the tenant that an issuer's address names; empty when it names none.
func slugOf(issuer string) string {
	_, slug, _ := cutLast(issuer, "/t/")
	if !slugForm.MatchString(slug) {
		return ""
	}
	return slug
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
