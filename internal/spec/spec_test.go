package spec

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestTheDescriptionOfTheRepositoryIsValid(t *testing.T) {
	t.Parallel()
	ops := Load().Operations()
	if len(ops) < 80 {
		t.Fatalf("only %d operations", len(ops))
	}
	seen := map[string]bool{}
	for _, op := range ops {
		if seen[op.ID] {
			t.Errorf("%s is there twice", op.ID)
		}
		seen[op.ID] = true
		if want := strings.ToLower(op.Tag[:1]) + op.Tag[1:] + "."; !strings.HasPrefix(op.ID, want) {
			t.Errorf("%s is not named after its tag %s: the SDK could not group it", op.ID, op.Tag)
		}
		if op.spec.Summary == "" {
			t.Errorf("%s has no summary", op.ID)
		}
	}
}

func TestPathsWithALastSlashHaveTheOtherFormAsAlias(t *testing.T) {
	t.Parallel()
	for _, op := range Load().Operations() {
		bare, slashed := strings.CutSuffix(op.Path, "/")
		if slashed && !slices.Contains(op.Aliases, bare) {
			t.Errorf("%s %s lacks the alias %s", op.Method, op.Path, bare)
		}
	}
}

// A test can only catch a member too many when the schema of an answer closes the door.
func TestAnswersAllowNoOtherMembers(t *testing.T) {
	t.Parallel()
	d := Load()
	open := []string{"AuditDetails", "DevMessageData", "HealthChecks", "DrfErrors"} // maps on purpose
	seen := map[string]bool{}
	for _, op := range d.Operations() {
		for _, response := range op.spec.Responses.Map() {
			for _, content := range response.Value.Content {
				collect(content.Schema, seen)
			}
		}
	}
	for name := range seen {
		schema := d.root.Components.Schemas[name].Value
		closed := schema.AdditionalProperties.Has != nil && !*schema.AdditionalProperties.Has
		if schema.Type.Includes("object") && !closed && !slices.Contains(open, name) {
			t.Errorf("%s is in an answer and allows other members", name)
		}
	}
}

func TestEveryBodyHasAnExample(t *testing.T) {
	t.Parallel()
	for _, op := range Load().Operations() {
		for status, response := range op.spec.Responses.Map() {
			for mediaType, content := range response.Value.Content {
				if content.Example == nil && len(content.Examples) == 0 && !holdsFile(content.Schema.Value) {
					t.Errorf("%s %s %s has no example", op.ID, status, mediaType)
				}
			}
		}
		if op.spec.RequestBody == nil {
			continue
		}
		for mediaType, content := range op.spec.RequestBody.Value.Content {
			if content.Example == nil && len(content.Examples) == 0 && !holdsFile(content.Schema.Value) {
				t.Errorf("%s request %s has no example", op.ID, mediaType)
			}
		}
	}
}

// holdsFile: an example of bytes shows nobody anything.
func holdsFile(s *openapi3.Schema) bool {
	if s.Format == "binary" {
		return true
	}
	for _, property := range s.Properties {
		if property.Value.Format == "binary" {
			return true
		}
	}
	return false
}

func TestFindMatchesPrefixAliasAndPlaceholder(t *testing.T) {
	t.Parallel()
	d := Load()
	for _, c := range []struct{ method, path, id, value string }{
		{"GET", "/admin/v1/tenants/acme/users/7?x=1", "users.get", "7"},
		{"POST", "/t/acme/rest-auth/login/", "restAuth.login", ""},
		{"POST", "/rest-auth/login", "restAuth.login", ""},
		{"GET", "/t/acme/.well-known/jwks.json", "auth.jwks", ""},
		{"PUT", "/admin/v1/tenants/acme/domains/id.acme%2eexample", "domains.put", ""},
	} {
		op, values, found := d.Find(c.method, c.path)
		if !found || op.ID != c.id || c.value != "" && values["id"] != c.value {
			t.Errorf("%s %s: got %s %v", c.method, c.path, op.ID, values)
		}
	}
	for _, path := range []string{"/rest-auth//login/", "/admin/v1/tenants//users", "/REST-AUTH/login/"} {
		if op, _, found := d.Find("POST", path); found {
			t.Errorf("%s is not described, found %s", path, op.ID)
		}
	}
}

func TestCompareTellsBothDirections(t *testing.T) {
	t.Parallel()
	ops := []Op{{Method: "GET", Path: "/users/{id}"}, {Method: "POST", Path: "/login/", Aliases: []string{"/login"}}}
	routes := []Route{{"GET", "/users/:user"}, {"POST", "/login/"}, {"POST", "/secret"}}
	undescribed, unserved := Compare(routes, ops)
	if !slices.Equal(undescribed, []string{"POST /secret"}) || !slices.Equal(unserved, []string{"POST /login"}) {
		t.Errorf("undescribed %v, unserved %v", undescribed, unserved)
	}
}

func TestCoverageWantsReasonsAndNoStaleWaivers(t *testing.T) {
	t.Parallel()
	var c Coverage
	d := Load()
	c.Note(d, Exchange{Method: http.MethodGet, Path: "/livez", Status: 200})
	ops := slices.DeleteFunc(d.Operations(), func(o Op) bool { return o.ID != "system.live" && o.ID != "system.ready" })
	got := c.Uncovered(ops, []Waiver{
		{Op: "system.ready", Status: 503, Why: "needs a broken database"},
		{Op: "system.*", Status: 429, Why: "not limited"},
		{Op: "system.ready", Status: 503},
	})
	want := []string{"system.ready 200", "waiver system.* 429: waives nothing", "waiver system.ready 503: gives no reason"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
