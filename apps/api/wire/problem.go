package wire

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
)

// Problem is the dialect of the native API and of paths that belong to no contract: RFC 9457 with the fault's code, its
// fields and the request id.
var Problem = Dialect{Render: renderProblem, Strict: true}

type problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      string         `json:"code"`
	Errors    []problemField `json:"errors"`
	RequestID string         `json:"request_id"`
}

type problemField struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func renderProblem(c *Call, f *fault.Error) Response {
	status := StatusOf(f.Code.Kind)
	p := problem{
		Type: "/docs/errors#" + f.Code.Name, Title: Title(f.Code), Status: status,
		Detail: Text(f.Code, f.Args), Code: f.Code.Name, Errors: []problemField{}, RequestID: c.RequestID,
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, problemField{field.Name, field.Code.Name, Text(field.Code, field.Args)})
	}
	h := map[string]string{"Content-Type": "application/problem+json"}
	if status == http.StatusUnauthorized {
		h["WWW-Authenticate"] = "Bearer"
	}
	AddRetryAfter(h, f)
	return Response{Status: status, Body: p, Header: h}
}

// as gives the same answer under another status.
func (r Response) as(status int) Response {
	if p, ok := r.Body.(problem); ok {
		p.Status = status
		r.Body = p
	}
	r.Status = status
	return r
}

// argument is a place in a text that an occurrence fills in.
var argument = regexp.MustCompile(`\{[a-z_]+\}`)

// Title is a code's text without what differs from case to case (RFC 9457, section 3.1.3).
func Title(c *fault.Code) string { return argument.ReplaceAllString(c.Text, "…") }

// StatusOf is the plain HTTP status of a kind of failure; dialects deviate where their documents do.
func StatusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType
	case fault.Unprocessable:
		return http.StatusUnprocessableEntity
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// Text is a code's own English with its {arguments} filled in.
func Text(c *fault.Code, args map[string]any) string { return Fill(c.Text, args) }

// Fill replaces each {name} of a text by the argument of that name, in one pass: arguments are not looked into.
func Fill(text string, args map[string]any) string {
	var pairs []string
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// RetrySeconds is when to come back: whole seconds, rounded up, at least 1.
func RetrySeconds(f *fault.Error) int {
	return max(1, int((f.RetryAfter+time.Second-1)/time.Second))
}

// AddRetryAfter adds Retry-After (RFC 9110 10.2.3) to the answers that call for it: 429, 503, and where a call of the same key goes on.
func AddRetryAfter(h map[string]string, f *fault.Error) {
	if f.Code.Kind == fault.TooMany || f.Code.Kind == fault.Unavailable || f.Code == fault.IdempotencyBusy {
		h["Retry-After"] = strconv.Itoa(RetrySeconds(f))
	}
}
