package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Kind says what a line is for.
type Kind string

// The kinds of lines. An Exchange is compared; the others only bring the tenant into the state the next one needs.
const (
	Exchange Kind = ""
	Setup    Kind = "setup"    // a request that must succeed; its recorded response shows which secrets it renews
	Settings Kind = "settings" // a merge patch for the tenant
	Wait     Kind = "wait"     // Seconds pass
	Fetch    Kind = "fetch"    // the secrets of Request are taken from the newest message now
)

// Class says how the answer to an exchange is judged.
type Class string

// The classes of exchanges.
const (
	Exact    Class = "exact"    // as the original server answered
	Override Class = "override" // as one of Verdict.Accepted says
	Skip     Class = "skip"     // only after a preparation (see preparations), else not at all
)

// Record is one line of a transcript.
type Record struct {
	Name     string          `json:"name"`
	Tenant   string          `json:"tenant"` // the group it belongs to, a key of the settings file
	Config   string          `json:"config"` // how the original server was set up, in words
	Note     string          `json:"note"`
	Kind     Kind            `json:"kind"`
	Request  Request         `json:"request"`
	Response Response        `json:"response"`
	Settings json.RawMessage `json:"settings"`
	Seconds  float64         `json:"seconds"`
	Keyhall  Verdict         `json:"keyhall"`
}

// Request is what the client sent. Body is null (none), a string (sent as it is), {"base64": ...} (those bytes),
// {"multipart": [...]}, or any other JSON value (sent as JSON).
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"` // with the query, without the tenant's prefix
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// Response is what the original server answered. Body is a string or {"base64": ...} when the Content-Type is not JSON.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// Verdict is what Keyhall owes.
type Verdict struct {
	Class    Class                      `json:"class"`
	Why      string                     `json:"why"`
	Section  string                     `json:"section"`
	Needs    string                     `json:"needs"`    // what a skipped record waits for
	Accepted []Answer                   `json:"accepted"` // the first is the recommended one
	Send     map[string]json.RawMessage `json:"send"`     // fields of the request's JSON body to change
}

// Answer is one acceptable answer. Strings of the form <...> in Body describe free values.
type Answer struct {
	Status          int             `json:"status"`
	Body            json.RawMessage `json:"body"` // absent: not looked at
	Allow           []string        `json:"allow"`
	WWWAuthenticate string          `json:"www_authenticate"`
	RetryAfter      bool            `json:"retry_after"` // the header must be there
}

// Load reads a transcript. The error names file and line; unknown fields and unreadable descriptions are errors, so
// that a slip in the file cannot pass for a rule.
func Load(path string) ([]Record, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load transcript: %w", err)
	}
	var records []Record
	for i, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		record, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		records = append(records, record)
	}
	return records, nil
}

// LoadSettings reads the settings of a transcript's tenants: an object of merge patches by the tenant's name.
func LoadSettings(path string) (map[string]json.RawMessage, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load settings: %w", err)
	}
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(text, &settings); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return settings, nil
}

func parse(line []byte) (Record, error) {
	var r Record
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if err := r.check(); err != nil {
		return r, fmt.Errorf("record %q: %w", r.Name, err)
	}
	return r, nil
}

func (r Record) check() error {
	switch r.Kind {
	case Exchange:
		return errors.Join(r.Request.check(), r.Keyhall.check())
	case Setup, Fetch:
		return r.Request.check()
	case Settings:
		return need(len(r.Settings) > 0, "settings")
	case Wait:
		return need(r.Seconds > 0, "seconds")
	}
	return fmt.Errorf("unknown kind %q", r.Kind)
}

func (q Request) check() error {
	return errors.Join(need(q.Method != "", "request.method"), need(strings.HasPrefix(q.Path, "/"), "request.path"))
}

func (v Verdict) check() error {
	switch v.Class {
	case Exact, Skip:
		return nil
	case Override:
		return errors.Join(need(len(v.Accepted) > 0, "keyhall.accepted"), v.checkPatterns())
	}
	return fmt.Errorf("unknown class %q", v.Class)
}

func (v Verdict) checkPatterns() error {
	for _, a := range v.Accepted {
		if len(a.Body) == 0 {
			continue
		}
		body, err := decode(a.Body)
		if err != nil {
			return err
		}
		if err := checkPatterns(body); err != nil {
			return err
		}
	}
	return nil
}

func need(ok bool, field string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%s is missing", field)
}
