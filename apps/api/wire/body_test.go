package wire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/wire"
)

type formIn struct {
	Name  string  `json:"name" validate:"required,max=5"`
	Email string  `json:"email" validate:"max=20,django_email"`
	Note  *string `json:"note" validate:"max=5" wire:"blank"`
	Pass1 string  `json:"pass1" alias:"new1" core:"password" wire:"secret"`
	Pass2 string  `json:"pass2" alias:"new2" core:"password_again" wire:"secret"`
	Count int64   `json:"count" validate:"oneof=0 1" wire:"nullable"`
	Flag  bool    `json:"flag"`
}

// paper is a contract that shows what a body became, in both kinds of dialect.
func paper() []wire.Contract {
	show := wire.Body(func(_ *wire.Call, in formIn) (wire.Response, error) { return wire.OK(in), nil })
	complain := wire.Collect(func(_ *wire.Call, in formIn, p fault.Problems) (wire.Response, error) {
		p.Add("password_again", fault.PasswordsDiffer)
		p.Add("password", fault.PasswordCommon)
		return wire.Response{}, p.Err()
	})
	lenient := wire.Contract{Name: "paper", Owns: []string{"/paper/"}, Dialect: wire.Dialect{Render: wire.Problem.Render}, Routes: []wire.Route{
		{Method: "POST", Path: "/paper/", Handle: show},
		{Method: "POST", Path: "/paper/complain/", Handle: complain},
		{Method: "POST", Path: "/paper/large/", Handle: show, MaxBody: 200 << 10},
	}}
	strict := wire.Contract{Name: "strict", Owns: []string{"/strict/"}, Dialect: wire.Problem, Routes: []wire.Route{
		{Method: "POST", Path: "/strict/", Handle: show},
		{Method: "PATCH", Path: "/strict/raw/", Handle: wire.Body(func(_ *wire.Call, in json.RawMessage) (wire.Response, error) { return wire.OK(in), nil })},
		{Method: "POST", Path: "/strict/deep/", Handle: wire.Body(func(_ *wire.Call, in deepIn) (wire.Response, error) { return wire.OK(in), nil })},
	}}
	return []wire.Contract{lenient, strict}
}

type deepIn struct {
	IDs   []int64         `json:"ids" validate:"min=1"`
	Names []string        `json:"names"`
	Inner *innerIn        `json:"inner"`
	ID    *uuid.UUID      `json:"id"`
	Raw   json.RawMessage `json:"raw"`
}

type innerIn struct {
	A string `json:"a" validate:"required"`
	B *bool  `json:"b"`
}

// complaints gives "field:code field:code" of a problem, or its code alone.
func (a answer) complaints() string {
	var p struct {
		Code   string
		Errors []struct{ Field, Code string }
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		return a.body
	}
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Field+":"+e.Code)
	}
	if len(all) == 0 {
		return p.Code
	}
	return strings.Join(all, " ")
}

const jsonType = "application/json"

func (s server) json(path, body string) answer {
	s.t.Helper()
	return s.call("POST", path, body, "Content-Type", jsonType)
}

func TestFieldsAreReadAsTheFrameworkReadsThem(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		`{}`:                           "name:required",
		``:                             "name:required",
		`{"name":null}`:                "name:null",
		`{"name":""}`:                  "name:blank",
		`{"name":" \t"}`:               "name:blank",
		`{"name":"\u001f"}`:            "name:blank",
		`{"name":true}`:                "name:not_a_string",
		`{"name":[1]}`:                 "name:not_a_string",
		`{"name":{}}`:                  "name:not_a_string",
		`{"name":"123456"}`:            "name:too_long",
		`{"name":"žžžžžž"}`:            "name:too_long",
		`{"name":"a\u0000"}`:           "name:null_character",
		`{"name":"12345\u0000"}`:       "name:too_long name:null_character",
		`{"name":"a","email":{"a":1}}`: "email:invalid_email",
		`{"name":"a","email":"b"}`:     "email:invalid_email",
		`{"name":"a","email":""}`:      "email:blank",
		`{"name":"a","email":"aaaaaaaaaaaaaaaaaaaaaa"}`: "email:too_long email:invalid_email",
		`{"name":"a","note":null}`:                      "note:null",
		`{"name":"a","note":"123456"}`:                  "note:too_long",
		`{"name":"a","count":2}`:                        "count:not_a_choice",
		`{"name":"a","count":"x"}`:                      "count:not_an_integer",
		`{"name":"a","count":0.5}`:                      "count:not_an_integer",
		`{"name":"a","count":true}`:                     "count:not_an_integer",
		`{"name":"a","count":"١"}`:                      "count:not_an_integer",
		`{"name":"a","count":9223372036854775808}`:      "count:not_an_integer",
		`{"name":"a","flag":"maybe"}`:                   "flag:not_a_boolean",
		`{"name":"a","flag":2}`:                         "flag:not_a_boolean",
		`{"name":"a","flag":[]}`:                        "flag:not_a_boolean",
		`{"email":"b","count":9,"name":7,"flag":"x"}`:   "email:invalid_email count:not_a_choice flag:not_a_boolean",
	} {
		if a := s.json("/paper/", body); a.status != 400 || a.complaints() != want {
			t.Errorf("%s\nwanted %s\n   got %d %s", body, want, a.status, a.complaints())
		}
	}
}

func TestLeniencesOfTheFramework(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		`{"name":" ab\u00a0","unknown":1,"_comment":[]}`: `"name":"ab"`,
		`{"name":12}`:                      `"name":"12"`,
		`{"name":1.50}`:                    `"name":"1.5"`,
		`{"name":1e2}`:                     `"name":"100.0"`,
		`{"name":1e16}`:                    `"name":"1e+16"`,
		`{"name":1e-5}`:                    `"name":"1e-05"`,
		`{"name":-0}`:                      `"name":"0"`,
		`{"name":"x","name":"y"}`:          `"name":"y"`,
		`{"name":"a","note":" "}`:          `"note":""`,
		`{"name":"a"}`:                     `"note":null`,
		`{"name":"a","pass1":" p "}`:       `"pass1":" p "`,
		`{"name":"a","count":null}`:        `"count":0`,
		`{"name":"a","count":""}`:          `"count":0`,
		`{"name":"a","count":"1"}`:         `"count":1`,
		`{"name":"a","count":" 1.00 "}`:    `"count":1`,
		`{"name":"a","count":1.0}`:         `"count":1`,
		`{"name":"a","flag":"yes"}`:        `"flag":true`,
		`{"name":"a","flag":"On"}`:         `"flag":true`,
		`{"name":"a","flag":1}`:            `"flag":true`,
		`{"name":"a","flag":"F"}`:          `"flag":false`,
		`{"name":"<&\u2028>"}`:             `"name":"<&\u2028>"`,
		`{"name":"\ud83d\ude00"}`:          `"name":"😀"`,
		"\n {\"name\" : \"a\"} \n":         `"name":"a"`,
		`{"name":"a","NAME":"b","Name":1}`: `"name":"a"`,
	} {
		if a := s.json("/paper/", body); a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s\nwanted %s\n   got %d %s", body, want, a.status, a.body)
		}
	}
}

func TestComplaintsUseTheClientsWordsInTheOrderOfDeclaration(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		`{"name":"a"}`:                        "pass1:password_too_common pass2:passwords_differ",
		`{"name":"a","new1":"x"}`:             "new1:password_too_common new2:passwords_differ",
		`{"name":"a","new2":"x"}`:             "new1:password_too_common new2:passwords_differ",
		`{"name":"a","pass1":"x","new1":"x"}`: "pass1:password_too_common pass2:passwords_differ",
	} {
		if a := s.json("/paper/complain/", body); a.complaints() != want {
			t.Errorf("%s\nwanted %s\n   got %s", body, want, a.complaints())
		}
	}
}

// A handler that collects gets the decoder's complaints in the core's words, and all come out in the client's.
func TestTheDecodersComplaintsAndTheCoresAreToldTogether(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	a := s.json("/paper/complain/", `{"flag":"x","new1":[],"name":"123456"}`)
	if a.complaints() != "name:too_long new1:not_a_string new1:password_too_common new2:passwords_differ flag:not_a_boolean" {
		t.Error(a.complaints())
	}
}
