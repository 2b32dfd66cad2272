package webhooks

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/publicnet"
)

// Endpoint is a server of the tenant that wants to hear of events; its secret is not in here.
type Endpoint struct {
	ID          uuid.UUID
	URL         string
	Description string
	Events      []Type     // sorted as in Types
	Active      bool       // else it is told of nothing
	OldUntil    *time.Time // until when the secret before signs too; nil: there is none
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Draft is what can be said of an endpoint. Nil leaves as it is what is there, or takes the default.
type Draft struct {
	URL         *string
	Description *string
	Events      []Type
	Active      *bool
}

// MaxEndpoints is how many a tenant may have.
const MaxEndpoints = 20

const (
	maxURL         = 2000 // bytes
	maxDescription = 200  // characters
)

func (d Draft) apply(e *Endpoint) {
	if d.URL != nil {
		e.URL = strings.TrimSpace(*d.URL)
	}
	if d.Description != nil {
		e.Description = strings.TrimSpace(*d.Description)
	}
	if d.Events != nil {
		e.Events = d.Events
	}
	if d.Active != nil {
		e.Active = *d.Active
	}
}

// check judges an endpoint and sorts its events. What a name resolves to is judged again, when it is dialled.
func (s *Service) check(e *Endpoint) error {
	var p fault.Problems
	s.checkURL(&p, e.URL)
	if utf8.RuneCountInString(e.Description) > maxDescription {
		p.Add("description", fault.TooLong, "limit", maxDescription)
	}
	if len(e.Events) == 0 {
		p.Add("events", fault.Required)
	}
	for _, t := range e.Events {
		if !Known(t) {
			p.Add("events", fault.NotChoice, "value", string(t))
			return p.Err()
		}
	}
	e.Events = slices.DeleteFunc(slices.Clone(Types), func(t Type) bool { return !slices.Contains(e.Events, t) })
	return p.Err()
}

func (s *Service) checkURL(p *fault.Problems, text string) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		p.Add("url", fault.Required)
	case len(text) > maxURL:
		p.Add("url", fault.TooLong, "limit", maxURL)
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		p.Add("url", fault.BadFormat)
	case !s.Private && (u.Scheme != "https" || !publicnet.Host(u.Hostname()) || !fitPort(u.Port())):
		p.Add("url", fault.NotPublic)
	}
}

// fitPort leaves out what belongs to other services: a receiver listens on 443 or above.
func fitPort(port string) bool {
	return port == "" || port == "443" || len(port) >= 4 && port != "5432" && port != "6379"
}
