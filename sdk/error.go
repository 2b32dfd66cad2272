package keyhall

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is what the server answered instead of what was asked for, whichever interface it spoke.
type Error struct {
	Call       string        // the operation, "users.list"
	Status     int           // HTTP
	Code       string        // stable, as in "email_taken"; guessed for the older interfaces, empty when unknown
	Message    string        // plain English
	Fields     []FieldError  // what is wrong with which member of the request
	RequestID  string        // names the request in the server's log
	RetryAfter time.Duration // when to ask again, for 429 and 503
}

// Error tells the call, the status, the message and the fields.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "keyhall: %s: %d %s", e.Call, e.Status, e.Message)
	for _, f := range e.Fields {
		if f.Field != "" {
			fmt.Fprintf(&b, " [%s: %s]", f.Field, f.Message)
		}
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", e.RequestID)
	}
	return b.String()
}

// Has reports whether the error carries the code, for itself or for one of its fields.
func (e *Error) Has(code string) bool {
	return e.Code == code || slices.ContainsFunc(e.Fields, func(f FieldError) bool { return f.Code == code })
}

// Is makes errors.Is(err, ErrNotFound) and its like hold.
func (e *Error) Is(target error) bool {
	s, ok := target.(*sentinel)
	return ok && s.matches(e)
}

// Kinds of errors, to be used with errors.Is.
var (
	ErrInvalidCredentials error = &sentinel{text: "invalid credentials", codes: []string{"bad_credentials"}}
	ErrUnauthenticated    error = &sentinel{text: "not signed in", status: http.StatusUnauthorized}
	ErrPendingApproval    error = &sentinel{text: "waiting for approval", codes: []string{"pending_approval"}}
	ErrRejected           error = &sentinel{text: "not approved", codes: []string{"rejected"}}
	ErrEmailUnverified    error = &sentinel{text: "e-mail address not confirmed", codes: []string{"email_unverified"}}
	ErrTokenReused        error = &sentinel{text: "refresh token used before", codes: []string{"token_reused"}}
	ErrForbidden          error = &sentinel{text: "not allowed", status: http.StatusForbidden}
	ErrNotFound           error = &sentinel{text: "not found", status: http.StatusNotFound}
	ErrTenantSuspended    error = &sentinel{text: "tenant suspended", codes: []string{"tenant_suspended"}}
	ErrConflict           error = &sentinel{text: "conflict", status: http.StatusConflict, codes: []string{"username_taken", "email_taken", "mobile_taken"}}
	ErrRateLimited        error = &sentinel{text: "too many requests", status: http.StatusTooManyRequests}
	ErrUnavailable        error = &sentinel{text: "unavailable", status: http.StatusServiceUnavailable}
)

// sentinel is a kind of error: a status, codes, or both.
type sentinel struct {
	text   string
	status int
	codes  []string
}

func (s *sentinel) Error() string { return "keyhall: " + s.text }

func (s *sentinel) matches(e *Error) bool {
	return s.status != 0 && e.Status == s.status || slices.ContainsFunc(s.codes, e.Has)
}

// readError makes an Error of a bad answer. A body of neither kind leaves the status to speak.
func readError(call string, resp *http.Response, body []byte) *Error {
	e := &Error{
		Call:       call,
		Status:     resp.StatusCode,
		Message:    http.StatusText(resp.StatusCode),
		RequestID:  resp.Header.Get("X-Request-Id"),
		RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now()),
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") {
		e.readProblem(body)
	} else {
		e.readLegacy(body)
	}
	return e
}

// readProblem understands the native interface (RFC 9457).
func (e *Error) readProblem(body []byte) {
	var p struct {
		Title, Detail, Code string
		Errors              []FieldError
		RequestID           string `json:"request_id"`
	}
	if json.Unmarshal(body, &p) != nil {
		return
	}
	e.Code, e.Fields = p.Code, p.Errors
	if p.Title != "" {
		e.Message = p.Title
	}
	if p.Detail != "" { // the title again, with what it is about
		e.Message = p.Detail
	}
	if p.RequestID != "" {
		e.RequestID = p.RequestID
	}
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3); 0 when there is none.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
