package social

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"github.com/go-jose/go-jose/v4"

	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/tenants"
)

// Check is one thing about a provider that was looked at without anybody signing in.
type Check struct {
	Name    string
	Outcome string
	Reason  Reason // empty when it passed
	Detail  string // what was seen: a code, a status, a name; never a secret
}

// What is looked at, and what comes of it.
const (
	Description   = "description"   // of an issuer by itself
	Keys          = "keys"          // that ID tokens are signed with
	Authorization = "authorization" // the page that browsers are sent to
	Credentials   = "credentials"   // client id and secret

	Passed  = "passed"
	Failed  = "failed"
	Unknown = "unknown"
)

// Reason is why something did not pass.
type Reason string

const (
	unreachable      Reason = "unreachable"
	badAnswer        Reason = "bad_answer"
	issuerDiffers    Reason = "issuer_differs"
	endpointsMissing Reason = "endpoints_missing"
	noKeys           Reason = "no_keys"
	clientRefused    Reason = "client_refused"
	callbackRefused  Reason = "callback_refused"
	unclear          Reason = "unclear"
)

type why struct {
	reason Reason
	detail string
}

func (w why) of(name string) Check {
	outcome := Failed
	if w.reason == "" {
		outcome = Passed
	} else if w.reason == unclear {
		outcome = Unknown
	}
	return Check{name, outcome, w.reason, w.detail}
}

// madeUp stands for codes, tokens and states that nobody was given.
const madeUp = "keyhall-trial"

// Try looks whether the tenant's provider can be signed in with, as far as that shows without a person. Callback is where browsers
// come back to. Faults: ProviderUnconfigured.
func (s *Service) Try(ctx context.Context, in *tenants.Scope, provider, callback string) ([]Check, error) {
	f, l, err := s.line(in, provider, Proof{CallbackURL: callback, Verifier: rand.Text() + rand.Text()})
	if err != nil {
		return nil, err
	}
	l.books = newBooks() // what is kept may be why it is looked at
	ctx, cancel := context.WithTimeout(ctx, 2*Timeout)
	defer cancel()
	err = l.ready(ctx, f)
	var all []Check
	switch {
	case f.described && err != nil:
		return []Check{l.blame().of(Description)}, nil
	case err != nil:
		return nil, err
	case f.described:
		all = append(all, why{}.of(Description))
	}
	if l.to.JWKS != "" {
		all = append(all, l.tryKeys().of(Keys))
	}
	return append(all, l.tryPage(f).of(Authorization), l.tryClient(f).of(Credentials)), nil
}

// blame is what went wrong, for trouble that has no name of its own too.
func (l *line) blame() why {
	if l.why.reason == "" {
		return why{badAnswer, ""}
	}
	return l.why
}

func (l *line) tryKeys() why {
	keys, err := l.keys(0)
	if err != nil {
		return l.blame()
	}
	for _, k := range keys {
		if signs(k, string(jose.RS256)) || signs(k, string(jose.ES256)) {
			return why{}
		}
	}
	return why{noKeys, ""}
}

// tryPage asks for the page on which one agrees. It is for people, so there is nothing in it to read: it is there, or it is not.
func (l *line) tryPage(f family) why {
	at, err := l.authorization(f, Beginning{State: madeUp, Nonce: madeUp, Verifier: l.proof.Verifier})
	if err != nil {
		return why{badAnswer, ""}
	}
	q, err := http.NewRequestWithContext(l.ctx, http.MethodGet, at, nil)
	if err != nil {
		return why{badAnswer, ""}
	}
	status, _, gone := l.probe(q)
	switch {
	case gone != why{}:
		return gone
	case status == http.StatusNotFound || status == http.StatusGone || status >= 500:
		return why{badAnswer, strconv.Itoa(status)}
	}
	return why{}
}

// tryClient shows the provider who the tenant's app is, with a code that it never gave. Whoever finds fault with the code alone has found
// none with the app.
func (l *line) tryClient(f family) why {
	if f.client != nil {
		return f.client(l)
	}
	q, err := l.redemption(url.Values{"grant_type": {"authorization_code"}, "code": {madeUp}, "redirect_uri": {l.callback}})
	if err != nil {
		return why{badAnswer, ""}
	}
	status, body, gone := l.probe(q)
	if gone != (why{}) {
		return gone
	}
	return saidOfClient(status, body)
}

var codeOfError = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_. -]{0,59}$`)

// saidOfClient reads an answer to a made-up code (RFC 6749 5.2, and the words that GitHub and Google have of their own).
func saidOfClient(status int, body []byte) why {
	var told struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &told) != nil || !codeOfError.MatchString(told.Error) {
		told.Error = ""
	}
	switch told.Error {
	case "invalid_grant", "bad_verification_code":
		return why{}
	case "invalid_client", "unauthorized_client", "incorrect_client_credentials":
		return why{clientRefused, told.Error}
	case "redirect_uri_mismatch", "invalid_redirect_uri":
		return why{callbackRefused, told.Error}
	case "":
		if status == http.StatusUnauthorized {
			return why{clientRefused, strconv.Itoa(status)}
		}
		return why{badAnswer, strconv.Itoa(status)}
	}
	return why{unclear, told.Error}
}

// probe makes a call and takes whatever is answered. That a page leads elsewhere, or is long, is an answer, too.
func (l *line) probe(q *http.Request) (status int, body []byte, gone why) {
	status, body, err := publicnet.Do(l.client, q)
	if err != nil && !errors.Is(err, publicnet.ErrRedirected) && !errors.Is(err, publicnet.ErrTooLong) {
		return 0, nil, why{unreachable, publicnet.Reason(err)}
	}
	return status, body, why{}
}
