// Package fault holds the errors of the identity core as values.
//
// A Code is declared once, in codes.go, with its Kind. The core returns codes (or an *Error made from one) and
// never an HTTP status; each contract has one place that turns a code into a response. Whatever is not a fault is
// Internal at the edge: logged once with the request id, never shown to a client.
package fault

import (
	"errors"
	"strings"
	"time"
)

// Kind is the coarse class of a failure. Contracts switch over it, exhaustively.
type Kind uint8

// The kinds, from "the client's fault" to "ours".
const (
	Invalid          Kind = iota // the input breaks a rule
	Unauthenticated              // no credentials, or bad ones
	Forbidden                    // known, but may not
	NotFound                     // does not exist, or belongs to somebody else
	MethodNotAllowed             // the path exists, the method does not
	Conflict                     // clashes with what is stored
	TooLarge                     // body or file over its limit
	Unsupported                  // media type or encoding not spoken here
	Unprocessable                // well formed, but unfit for what it is for
	TooMany                      // over a limit; carries RetryAfter
	Unavailable                  // a dependency is down or we are full; carries RetryAfter
	Internal                     // our fault
)

// Code is one way to fail. It is an error itself, so `return fault.BadCredentials` needs no ceremony, and
// errors.Is(err, fault.EmailTaken) holds for every Error that carries it, also in one of its fields.
type Code struct {
	Name string // stable, snake_case; part of the native API
	Kind Kind
	Text string // plain English for people; contracts may have their own
}

// Error implements error with the code's name.
func (c *Code) Error() string { return c.Name }

// Field is a complaint about one input, in the core's words for it.
type Field struct {
	Name string         // "email", "password", ...; empty: the input as a whole
	Code *Code          //
	Args map[string]any // what the text needs: "limit", "value", "attribute", ...
}

// Error is a Code with what is known about this occurrence.
type Error struct {
	Code       *Code
	Fields     []Field
	Args       map[string]any
	RetryAfter time.Duration // for TooMany and Unavailable
	cause      error
}

// Error implements error. The text is for logs; contracts render their own.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code.Name)
	for _, f := range e.Fields {
		b.WriteString(" " + f.Name + ":" + f.Code.Name)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause, for logs only.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is this error's code or the code of one of its fields.
func (e *Error) Is(target error) bool {
	c, ok := target.(*Code)
	if !ok {
		return false
	}
	if e.Code == c {
		return true
	}
	for _, f := range e.Fields {
		if f.Code == c {
			return true
		}
	}
	return false
}

// On makes an error of this code about one field. Args come in pairs: "limit", 150.
func (c *Code) On(field string, args ...any) *Error {
	var p Problems
	p.Add(field, c, args...)
	return From(p.Err())
}

// With makes an error of this code with arguments for its text, in pairs.
func (c *Code) With(args ...any) *Error { return &Error{Code: c, Args: pairs(args)} }

// Because makes an error of this code with the cause kept for the log.
func (c *Code) Because(cause error) *Error { return &Error{Code: c, cause: cause} }

// After makes an error of this code that says when to come back.
func (c *Code) After(d time.Duration) *Error { return &Error{Code: c, RetryAfter: d} }

// Later says when to come back and returns the error itself.
func (e *Error) Later(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// Problems collects the complaints about one input, so that all are told and not just the first.
type Problems []Field

// Add notes one complaint. Args come in pairs: "limit", 150.
func (p *Problems) Add(field string, c *Code, args ...any) {
	*p = append(*p, Field{Name: field, Code: c, Args: pairs(args)})
}

// AddErr notes the field complaints of err, if it has any, and reports whether it did.
func (p *Problems) AddErr(err error) bool {
	var e *Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return false
	}
	*p = append(*p, e.Fields...)
	return true
}

// Has reports whether there is a complaint about the field.
func (p Problems) Has(field string) bool {
	for _, f := range p {
		if f.Name == field {
			return true
		}
	}
	return false
}

// Err is nil without complaints. One lone complaint that is not Invalid (a taken e-mail is a Conflict) gives the
// error its own code; everything else is ValidationFailed.
func (p Problems) Err() error {
	switch {
	case len(p) == 0:
		return nil
	case len(p) == 1 && p[0].Code.Kind != Invalid:
		return &Error{Code: p[0].Code, Fields: p, Args: p[0].Args}
	default:
		return &Error{Code: ValidationFailed, Fields: p}
	}
}

// From turns any error into an *Error; what is no fault becomes Unexpected with the cause kept.
func From(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var c *Code
	if errors.As(err, &c) {
		return &Error{Code: c}
	}
	return Unexpected.Because(err)
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return m
}
