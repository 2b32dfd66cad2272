package keyhall

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// maxAnswer bounds what is read of an answer, in bytes. The largest one, an export, is far smaller.
const maxAnswer = 32 << 20

// request is one call, before it has an address.
type request struct {
	id     string // operationId, for the log and errors
	method string
	path   string
	args   []any
	query  url.Values
	body   any
	form   bool    // the body is sent as a form
	upload *Upload // in place of body
	part   string  // its name in the form
	repeat bool    // may be sent again although it is a POST
	keyed  bool    // a POST that takes an idempotency key
	key    string  // the key; the same in all attempts

	timeout time.Duration // of all attempts; 0: the context's
	header  http.Header   // the caller's
}

// idempotent reports whether sending the request twice has the effect of sending it once.
func (r request) idempotent() bool { return r.repeat || r.keyed || r.method != http.MethodPost }

// fetch makes a call that is answered by a T.
func fetch[T any](ctx context.Context, s service, r request, options []CallOption) (T, error) {
	var answer T
	body, err := s.do(ctx, r, options)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return answer, fmt.Errorf("keyhall: %s: reading the answer: %w", r.id, err)
	}
	return answer, nil
}

// send makes a call whose answer has no body.
func send(ctx context.Context, s service, r request, options []CallOption) error {
	_, err := s.do(ctx, r, options)
	return err
}

// do makes the call, again where the retry rules say so, and gives the body of a good answer.
func (s service) do(ctx context.Context, r request, options []CallOption) ([]byte, error) {
	for _, option := range options {
		option(&r)
	}
	if r.timeout > 0 {
		within, cancel := context.WithTimeout(ctx, r.timeout)
		defer cancel()
		ctx = within
	}
	if r.keyed && r.key == "" && s.settings.retry.Attempts > 1 {
		r.key = rand.Text()
	}
	address, err := s.url(r.path, r.args, r.query)
	if err != nil {
		return nil, err
	}
	sent, mediaType, err := r.payload()
	if err != nil {
		return nil, fmt.Errorf("keyhall: %s: %w", r.id, err)
	}
	for attempt := 1; ; attempt++ {
		body, err := s.attempt(ctx, r, address, content{sent, mediaType}, attempt)
		pause, again := s.settings.retry.next(r, attempt, err)
		if !again || ctx.Err() != nil {
			return body, err
		}
		s.settings.log.WarnContext(ctx, "keyhall: asking again", "call", r.id, "attempt", attempt, "after", pause)
		if s.settings.wait(ctx, pause) != nil {
			return nil, err // the caller's patience ended; what went wrong is still the answer
		}
	}
}

// attempt sends the request once.
func (s service) attempt(ctx context.Context, r request, address string, sent content, number int) ([]byte, error) {
	req, err := s.prepare(ctx, r, address, sent)
	if err != nil {
		return nil, fmt.Errorf("keyhall: %s: %w", r.id, err)
	}
	start := time.Now()
	resp, err := s.settings.http.Do(req)
	if err != nil {
		return nil, &transportError{call: r.id, err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, &transportError{call: r.id, err: err}
	}
	s.settings.log.DebugContext(ctx, "keyhall: call", "call", r.id, "attempt", number, "status", resp.StatusCode,
		"took", time.Since(start), "request_id", resp.Header.Get("X-Request-Id"))
	if resp.StatusCode >= http.StatusMultipleChoices {
		return nil, readError(r.id, resp, body)
	}
	return body, nil
}

// content is the body of a request and its media type.
type content struct {
	bytes     []byte
	mediaType string
}

func (s service) prepare(ctx context.Context, r request, address string, sent content) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(sent.bytes))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json, application/problem+json")
	req.Header.Set("User-Agent", s.settings.userAgent)
	if sent.mediaType != "" {
		req.Header.Set("Content-Type", sent.mediaType)
	}
	if s.settings.key != "" && s.scoped {
		req.Header.Set("X-Keyhall-Key", s.settings.key)
	}
	if r.keyed && r.key != "" {
		req.Header.Set("Idempotency-Key", `"`+r.key+`"`)
	}
	maps.Copy(req.Header, r.header)
	if s.settings.tokens == nil || r.header["Authorization"] != nil {
		return req, nil
	}
	token, err := s.settings.tokens.Token(ctx)
	if err != nil {
		return nil, fmt.Errorf("getting a token: %w", err)
	}
	if token != "" {
		req.Header.Set("Authorization", s.settings.scheme+" "+token)
	}
	return req, nil
}

// transportError is a call that got no answer. It does not show the address, which may hold what somebody searched for.
type transportError struct {
	call string
	err  error
}

func (e *transportError) Error() string {
	cause := e.err
	if u := (*url.Error)(nil); errors.As(cause, &u) {
		cause = u.Err
	}
	return "keyhall: " + e.call + ": no answer: " + cause.Error()
}

func (e *transportError) Unwrap() error { return e.err }
