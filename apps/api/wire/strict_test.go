package wire_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
)

func TestAStrictDialectTakesNothingElse(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		`{"name":"a","nmae":1,"x":2}`: "nmae:unknown_field x:unknown_field",
		`{"name":"a","name":"b"}`:     "name:duplicate_field",
		`{"name":"a","Name":"b"}`:     "Name:unknown_field",
		`{"name":1}`:                  "name:not_a_string",
		`{"name":"a","email":1}`:      "email:not_a_string",
		`{"name":"a","flag":"true"}`:  "flag:not_a_boolean",
		`{"name":"a","flag":1}`:       "flag:not_a_boolean",
		`{"name":"a","count":"1"}`:    "count:not_an_integer",
		`{"name":"a","count":1.0}`:    "count:not_an_integer",
	} {
		if a := s.json("/strict/", body); a.status != 400 || a.complaints() != want {
			t.Errorf("%s\nwanted %s\n   got %d %s", body, want, a.status, a.complaints())
		}
	}
	s.wants(s.json("/strict/", `{"name":"a","flag":true,"count":1}`), 200, "")
	s.wants(s.call("POST", "/strict/", "name=a", "Content-Type", "application/x-www-form-urlencoded"), 415, "")
}

func TestAStrictDialectReadsDeepBodies(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, paper()...)
	for body, want := range map[string]string{
		`{"ids":[1,"2"]}`:             "ids:not_an_integer",
		`{"ids":[]}`:                  "ids:bad_format",
		`{"ids":1}`:                   "ids:bad_format",
		`{"names":["a",null]}`:        "names:null",
		`{"inner":{"b":1,"c":2}}`:     "inner.a:required inner.b:not_a_boolean inner.c:unknown_field",
		`{"inner":[]}`:                "inner:bad_format",
		`{"inner":{"a":"x","a":"y"}}`: "a:duplicate_field",
		`{"id":"nonsense"}`:           "id:bad_format",
		`{"id":7}`:                    "id:bad_format",
	} {
		if a := s.json("/strict/deep/", body); a.status != 400 || a.complaints() != want {
			t.Errorf("%s\nwanted %s\n   got %d %s", body, want, a.status, a.complaints())
		}
	}
	id := uuid.NewString()
	whole := fmt.Sprintf(`{"ids":[1,2],"names":["a"],"inner":{"a":"x","b":true},"id":%q,"raw":{"x":[1.50]}}`, id)
	s.wants(s.json("/strict/deep/", whole), http.StatusOK, whole)
	patch := `{"a":{"b":null},"c":1.0}`
	s.wants(s.call("PATCH", "/strict/raw/", patch, "Content-Type", "application/merge-patch+json"), http.StatusOK, patch)
	s.wants(s.call("PATCH", "/strict/raw/", "[]", "Content-Type", jsonType), http.StatusBadRequest, "")
}
