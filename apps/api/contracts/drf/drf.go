// Package drf is the error grammar of Django REST framework, which four of the old interfaces share: complaints as
// {"field": ["text", ...]}, {"non_field_errors": [...]} and {"detail": "text"}, in the framework's very words, since
// clients compare them. Beside it stand the operations of django-rest-auth that its descendants share word for word.
//
// It knows faults, statuses and texts. What a contract says differently is a Style; the package knows no contract.
package drf

import (
	"net/http"
	"strconv"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// Style is what one contract has of its own.
type Style struct {
	Scheme  string                 // of Authorization, and of WWW-Authenticate on a 401
	Answers map[*fault.Code]Answer // instead of those below
	Fields  map[*fault.Code]string // texts about one field, instead of those below
}

// Answer is a whole answer: a status and one text under one key.
type Answer struct {
	Status int
	Key    string // Detail or NonField: a single text, or a list with one
	Text   string // with {arguments} of the fault
}

// The two keys of answers that are about no field.
const (
	Detail   = "detail"
	NonField = "non_field_errors"
)

// Render turns a fault into an answer. With complaints about fields it is a 400 that lists them.
func (s Style) Render(_ *wire.Call, f *fault.Error) wire.Response {
	if len(f.Fields) > 0 {
		return wire.Response{Status: http.StatusBadRequest, Body: s.complaints(f.Fields)}
	}
	a := s.answer(f)
	body := complaints{}
	if a.Key == NonField {
		body.add(NonField, a.Text)
	} else {
		body = complaints{{Detail, a.Text}}
	}
	h := map[string]string{}
	if a.Status == http.StatusUnauthorized {
		h["WWW-Authenticate"] = s.Scheme
	}
	wire.AddRetryAfter(h, f)
	return wire.Response{Status: a.Status, Body: body, Header: h}
}

func (s Style) answer(f *fault.Error) Answer {
	a, ok := s.Answers[f.Code]
	if !ok {
		a, ok = answers[f.Code]
	}
	if !ok {
		a = Answer{plainStatus(f.Code.Kind), Detail, fieldText(f.Code, "")}
	}
	if vary := variants[f.Code]; vary != nil {
		a.Text = vary(f)
	}
	a.Text = wire.Fill(a.Text, f.Args)
	return a
}

// plainStatus: what clashes with stored data is bad input like any other in this grammar.
func plainStatus(k fault.Kind) int {
	if k == fault.Conflict {
		return http.StatusBadRequest
	}
	return wire.StatusOf(k)
}

func (s Style) complaints(fields []fault.Field) complaints {
	var all complaints
	for _, f := range fields {
		name := f.Name
		if name == "" {
			name = NonField
		}
		text, ok := s.Fields[f.Code]
		if !ok {
			text = fieldText(f.Code, f.Name)
		}
		if f.Args["limit"] == 1 && f.Code == fault.PasswordShort {
			text = "This password is too short. It must contain at least 1 character."
		}
		all.add(name, wire.Fill(text, f.Args))
	}
	return all
}

// Admit is the guard of a contract in this grammar, which knows one reason why a good token does not let in.
func Admit(core *identity.Service, scheme string, shape identity.Shape) func(*wire.Call, wire.Access) error {
	g := wire.Guard{Scheme: scheme, Shape: shape, Authenticate: core.Authenticate}
	return func(c *wire.Call, need wire.Access) error {
		err := g.Admit(c, need)
		if err == nil {
			return nil
		}
		switch fault.From(err).Code {
		case fault.Rejected, fault.PendingApproval, fault.EmailUnverified:
			return fault.AccountInactive
		}
		return err
	}
}

func throttled(f *fault.Error) string {
	n := wire.RetrySeconds(f)
	unit := " seconds."
	if n == 1 {
		unit = " second."
	}
	return "Request was throttled. Expected available in " + strconv.Itoa(n) + unit
}
