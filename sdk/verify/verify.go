package verify

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Verifier checks access tokens of one or many issuers. It is safe for concurrent use.
type Verifier struct {
	fixed         map[string]*keySet // by issuer; not changed after New
	installations []string           // "https://id.example.com/t/"
	found         discovered         // tenants of installations
	audiences     []string           // none: the issuer
	skew          time.Duration
	floor         time.Duration
	life          time.Duration
	maxAge        time.Duration
	legacy        bool
	introspect    map[string]string // secret keys by issuer
	now           func() time.Time
	http          *http.Client
	heads         headers
	cache         *cache // or nil
}

// New makes a Verifier. It needs WithIssuers, WithTenantsOf or WithKeys, and fetches nothing yet.
func New(options ...Option) (*Verifier, error) {
	v := &Verifier{
		fixed: map[string]*keySet{}, introspect: map[string]string{}, skew: DefaultSkew, floor: DefaultFloor, life: DefaultLife, maxAge: DefaultMaxAge, now: time.Now,
		http: &http.Client{Timeout: DefaultTimeout, CheckRedirect: noRedirect},
	}
	var errs []error
	for _, option := range options {
		errs = append(errs, option(v))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(v.fixed)+len(v.installations) == 0 {
		return nil, errors.New("verify: whose tokens? Use WithIssuers, WithTenantsOf or WithKeys")
	}
	return v, nil
}

// noRedirect keeps keys at the issuer's own address.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 8 << 10

// Verify checks an access token: the text after "Bearer ". The errors are those of this package; ErrUnavailable is about the
// keys, and all others are ErrInvalid. The context bounds the wait for keys, if there has to be one.
func (v *Verifier) Verify(ctx context.Context, raw string) (*Token, error) {
	now := v.now()
	if v.cache != nil {
		if t, set := v.cache.get(raw); t != nil && set.usable(now) {
			set.tend(ctx, now)
			return v.timely(t, now)
		}
	}
	if len(raw) > maxToken {
		return nil, ErrMalformed
	}
	head, rest, dotted := strings.Cut(raw, ".")
	body, tail, dottedAgain := strings.Cut(rest, ".")
	if !dotted || !dottedAgain || strings.Contains(tail, ".") {
		return nil, ErrMalformed
	}
	h, err := v.heads.read(head)
	if err != nil {
		return nil, err
	}
	p, claims, err := readPayload(body)
	if err != nil {
		return nil, err
	}
	signature, err := decode(tail)
	if err != nil {
		return nil, ErrMalformed
	}
	set, from, err := v.signedBy(ctx, h, p.Issuer, raw[:len(head)+1+len(body)], signature, now)
	if err != nil {
		return nil, err
	}
	v.heads.keep(head, h)
	if err := v.check(h, &p); err != nil {
		return nil, err
	}
	t := p.token(h.KeyID, claims)
	if v.cache != nil {
		v.cache.put(raw, t, set, from)
	}
	return v.timely(t, now)
}

// signedBy checks the signature by the key that the header names, among those of the issuer. It gives the set and the
// snapshot the key is from.
func (v *Verifier) signedBy(ctx context.Context, h header, issuer, message string, signature []byte, now time.Time) (*keySet, *snapshot, error) {
	set, err := v.setOf(ctx, issuer, now)
	if err != nil {
		return nil, nil, err
	}
	k, from, err := set.key(ctx, h.KeyID, now)
	switch {
	case err != nil:
		return nil, nil, err
	case h.Algorithm != k.algorithm:
		return nil, nil, ErrAlgorithm
	case !k.verifies([]byte(message), signature):
		return nil, nil, ErrSignature
	}
	return set, from, nil
}

// The types of access tokens (RFC 9068 2.1), and of those that old clients know.
const (
	accessType = "at+jwt"
	legacyType = "JWT"
	useAccess  = "access"
)

// check looks at what is signed, but for the times.
func (v *Verifier) check(h header, p *payload) error {
	typ := strings.TrimPrefix(strings.ToLower(h.Type), "application/") // RFC 7515 4.1.9
	modern := typ == accessType
	old := v.legacy && h.Type == legacyType && p.Use == useAccess
	slug := slugOf(p.Issuer)
	switch {
	case !modern && !old:
		return ErrType
	case p.Subject.text == "" || p.Subject.number && !old || p.Expires == nil || p.IssuedAt == nil:
		return ErrMalformed
	case !v.meant(p):
		return ErrAudience
	case slug != "" && p.Tenant != slug:
		return ErrTenant
	default:
		return nil
	}
}

func (v *Verifier) meant(p *payload) bool {
	if len(v.audiences) == 0 {
		return slices.Contains(p.Audience, p.Issuer)
	}
	return slices.ContainsFunc(v.audiences, func(a string) bool { return slices.Contains(p.Audience, a) })
}

// timely gives the token if it is valid now (RFC 7519 4.1.4 and 4.1.5). A token from the future is refused, too.
func (v *Verifier) timely(t *Token, now time.Time) (*Token, error) {
	late := now.Add(v.skew)
	switch {
	case !now.Add(-v.skew).Before(t.Expires):
		return nil, ErrExpired
	case late.Before(t.NotBefore) || late.Before(t.IssuedAt):
		return nil, ErrNotYet
	default:
		return t, nil
	}
}
