package social

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/tenants"
)

// line carries the calls of one sign-in to one provider. For goth it is the transport: whatever address goth has in mind,
// a POST goes to the token endpoint and a GET to the profile's. It remembers what went wrong in terms of faults.
type line struct {
	ctx      context.Context // goth's calls have none
	provider string
	issuer   string // of whoever signs in; from the ID token where a provider has several
	tenant   uuid.UUID
	client   *http.Client
	app      *tenants.SocialProvider
	secret   string
	to       tenants.SocialEndpoints
	proof    Proof
	callback string // redirect_uri
	now      func() time.Time
	trouble  error
	why      why // of the trouble, as far as an administrator is told
	books    *books
	basic    bool   // the client authenticates in the header, as OpenID Connect has it
	idToken  string // that came for the code
	kin      bool   // who asked for an ID token may be another app than the one it is for: the provider sees to it that both have one owner
}

// http is the client for goth.
func (l *line) http() *http.Client { return &http.Client{Transport: l} }

// RoundTrip sends what goth wants to send.
func (l *line) RoundTrip(q *http.Request) (*http.Response, error) {
	if l.trouble != nil { // goth's OAuth client tries a second way to authenticate; the code is spent by then
		return nil, l.trouble
	}
	if q.Method == http.MethodPost {
		return l.post(q)
	}
	at, err := url.Parse(l.to.UserInfo)
	if err != nil {
		return nil, err
	}
	at.RawQuery = q.URL.RawQuery
	body, err := l.get(at.String(), q.Header.Get("Authorization"))
	if err != nil {
		return nil, err
	}
	return answer(q, "application/json", body), nil
}

// post exchanges a code. The client's id and secret go into the form (RFC 6749 2.3.1), which all of the providers take.
func (l *line) post(q *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, err
	}
	own, err := l.redemption(form)
	if err != nil {
		return nil, err
	}
	body, kind, err := l.send(own, fault.SocialCodeRefused)
	if err != nil {
		return nil, err
	}
	if err := l.granted(kind, body); err != nil {
		return nil, err
	}
	return answer(q, kind, body), nil
}

// redemption is the request that exchanges a code, with who asks.
func (l *line) redemption(form url.Values) (*http.Request, error) {
	form.Set("client_id", l.app.ClientID)
	if !l.basic {
		form.Set("client_secret", l.secret)
	}
	if l.proof.Verifier != "" {
		form.Set("code_verifier", l.proof.Verifier)
	}
	q, err := http.NewRequestWithContext(l.ctx, http.MethodPost, l.to.Token, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Accept", "application/json")
	if l.basic {
		q.SetBasicAuth(url.QueryEscape(l.app.ClientID), url.QueryEscape(l.secret))
	}
	return q, nil
}

// granted looks into what came for a code: GitHub refuses with status 200, and goth's providers do not all keep ID tokens.
func (l *line) granted(kind string, body []byte) error {
	if !isJSON(kind) {
		return nil // a form, as Facebook's was
	}
	var told struct {
		Error   string `json:"error"`
		IDToken string `json:"id_token"`
	}
	if !isObject(body) || json.Unmarshal(body, &told) != nil {
		return l.fail(fault.DependencyDown)
	}
	if told.Error != "" {
		return l.fail(fault.SocialCodeRefused)
	}
	l.idToken = told.IDToken
	return nil
}

func isJSON(kind string) bool {
	return strings.Contains(kind, "json") || strings.Contains(kind, "javascript")
}

func answer(q *http.Request, kind string, body []byte) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {kind}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: q,
	}
}

// get reads a JSON object.
func (l *line) get(at, authorization string) ([]byte, error) {
	q, err := http.NewRequestWithContext(l.ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	if authorization != "" {
		q.Header.Set("Authorization", authorization)
	}
	return l.object(q, fault.SocialRefused)
}

// object sends a request whose answer is one JSON object.
func (l *line) object(q *http.Request, refusal *fault.Code) ([]byte, error) {
	q.Header.Set("Accept", "application/json")
	body, kind, err := l.send(q, refusal)
	if err == nil && (!isJSON(kind) || !isObject(body)) {
		err = l.failFor(badAnswer, "", fault.DependencyDown)
	}
	return body, err
}

// send makes one call. Any answer but 200 is a refusal.
func (l *line) send(q *http.Request, refusal *fault.Code) (body []byte, kind string, err error) {
	var heard ear
	client := *l.client
	heard.inner, client.Transport = client.Transport, &heard
	status, body, err := publicnet.Do(&client, q)
	switch {
	case err != nil:
		return nil, "", l.failFor(unreachable, publicnet.Reason(err), fault.DependencyDown)
	case status != http.StatusOK:
		return nil, "", l.failFor(badAnswer, strconv.Itoa(status), refusal)
	}
	kind, _, err = mime.ParseMediaType(heard.kind)
	if err != nil {
		return nil, "", l.failFor(badAnswer, "", fault.DependencyDown)
	}
	return body, kind, nil
}

// ear remembers of which type an answer is.
type ear struct {
	inner http.RoundTripper
	kind  string
}

func (e *ear) RoundTrip(q *http.Request) (*http.Response, error) {
	r, err := e.inner.RoundTrip(q)
	if err == nil {
		e.kind = r.Header.Get("Content-Type")
	}
	return r, err
}

func (l *line) fail(c *fault.Code) error {
	l.trouble = c.With("provider", l.provider)
	return l.trouble
}

func (l *line) failFor(reason Reason, detail string, c *fault.Code) error {
	l.why = why{reason, detail}
	return l.fail(c)
}

// verdict is the fault behind an error of goth's: what the line saw, else that the provider makes no sense.
func (l *line) verdict(err error) error {
	var known *fault.Error
	switch {
	case l.trouble != nil:
		return l.trouble
	case errors.As(err, &known):
		return err
	}
	return fault.DependencyDown.With("provider", l.provider)
}

// ask reads a JSON object into v.
func (l *line) ask(at string, query url.Values, v any) error {
	u, err := url.Parse(at)
	if err != nil {
		return err
	}
	u.RawQuery = query.Encode()
	body, err := l.get(u.String(), "")
	if err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// exchange makes a token of a code, and its secret where tokens have one.
func (l *line) exchange(f family, code string) (token, secret string, err error) {
	if f.redeem != nil {
		return f.redeem(l, code)
	}
	if f.open == nil {
		return "", "", fault.SocialInputMissing.With("provider", l.provider)
	}
	if l.callback == "" {
		return "", "", fault.SocialCallbackUnset.With("provider", l.provider)
	}
	p, session := f.open(l)
	token, err = session.Authorize(p, url.Values{"code": {code}})
	return token, "", err
}

// isObject reports whether a text is one JSON object in which no name comes twice: readers differ on which of the two
// they believe, and Go's takes id and ID for the same.
func isObject(body []byte) bool {
	if !json.Valid(body) {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		key, isText := name.(string)
		key = strings.ToLower(key)
		if err != nil || !isText || seen[key] {
			return false
		}
		seen[key] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return false
		}
	}
	return true
}
