package native_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/spec"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/password"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// caller calls every operation of the contract as somebody who may, about things that need not exist.
type caller struct {
	tenant *tenants.Scope
	person apitest.Person
	chief  apitest.Admin
	key    string // a secret one of the tenant
}

func newCaller(t *testing.T, s *apitest.Server) caller {
	in := s.Tenant(t, "")
	_, key := s.APIKey(t, in, "secret")
	return caller{in, s.SignUp(t, in, "mia"), s.Operator(t), key}
}

// call sends an operation's own example, as changed by the arguments.
func (c caller) call(t *testing.T, s *apitest.Server, op spec.Op, change func(apitest.Client) apitest.Client, body any) apitest.Answer {
	t.Helper()
	path := strings.NewReplacer("{slug}", c.tenant.Slug(), "{session_id}", uuid.NewString(), "{host}", "x.example", "{provider}", "google", "{id}", idOf(op)).Replace(op.Path)
	client := s.In(t, c.tenant).Bearer(c.person.Access)
	if strings.HasPrefix(op.Path, "/admin/") {
		client = client.Bearer(c.chief.Access)
	}
	if op.ID == introspection {
		client = client.Bearer(c.key)
	}
	if op.Anonymous {
		client = client.Bearer("")
	}
	return change(client).Call(op.Method, path, body)
}

// idOf gives an id of the form that an operation's {id} has.
func idOf(op spec.Op) string {
	if strings.Contains(op.Path, "/users/") || strings.Contains(op.Path, "/groups/") {
		return "1"
	}
	return uuid.NewString()
}

// uploading take a form with a file in place of JSON; picture_test.go and users_test.go have their refusals.
var uploading = []string{"me.setPicture", "users.import"}

// introspection takes a form in place of JSON, of services.
const introspection = "auth.introspect"

var aboutBodies = []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}

func operations(status int) []spec.Op {
	var all []spec.Op
	for _, op := range spec.Load().Tagged(tags...) {
		if op.Documents(status) && !(slices.Contains(uploading, op.ID) && slices.Contains(aboutBodies, status)) {
			all = append(all, op)
		}
	}
	return all
}

func asItIs(c apitest.Client) apitest.Client { return c }

func TestBodiesOfOtherTypesAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c := newCaller(t, s)
	for _, op := range operations(http.StatusUnsupportedMediaType) {
		for _, kind := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/json; charset=utf-16"} {
			if op.ID == introspection && strings.HasSuffix(kind, "urlencoded") {
				kind = "application/json"
			}
			c.call(t, s, op, func(c apitest.Client) apitest.Client { return c.Sending(kind) }, `{"a":1}`).Refused(415, "unsupported_media_type")
		}
		for _, coding := range []string{"gzip", "br", "deflate", "zstd", "gzip, gzip", "x"} {
			c.call(t, s, op, func(c apitest.Client) apitest.Client { return c.With("Content-Encoding", coding) }, "\x1f\x8b").Refused(415, "unsupported_media_type")
		}
	}
}

func TestBodiesOverTheLimitAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c := newCaller(t, s)
	large := strings.Repeat(" ", 64<<10) + "{"
	for _, op := range operations(http.StatusRequestEntityTooLarge) {
		c.call(t, s, op, asItIs, large).Refused(413, "body_too_large")
	}
}

func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c := newCaller(t, s)
	for _, op := range operations(http.StatusUnauthorized) {
		if op.Anonymous {
			continue // there the 401 is about what the body says
		}
		nobody := func(c apitest.Client) apitest.Client { return c.Bearer("") }
		c.call(t, s, op, nobody, op.Example()).Refused(401, "no_credentials")
		stale := func(c apitest.Client) apitest.Client { return c.Bearer("stale") }
		c.call(t, s, op, stale, op.Example()).Refused(401, "token_invalid")
	}
}

func TestOfAnUnknownTenantThereIsNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c := newCaller(t, s)
	for _, op := range operations(http.StatusNotFound) {
		if !strings.HasPrefix(op.Path, "/admin/") {
			c.call(t, s, op, func(c apitest.Client) apitest.Client { return c.In("nobody-of-that-name") }, op.Example()).Refused(404, "tenant_unknown")
			c.call(t, s, op, func(c apitest.Client) apitest.Client { return c.In("No%00") }, op.Example()).Refused(404, "tenant_unknown")
			continue
		}
		if !strings.Contains(op.Path, "{slug}") {
			continue // of no tenant at all
		}
		client := s.Client(t).Bearer(c.chief.Access)
		for _, slug := range []string{"nobody-of-that-name", "NOBODY", "..%2facme"} {
			path := strings.NewReplacer("{slug}", slug, "{session_id}", uuid.NewString(), "{host}", "x.example", "{provider}", "google", "{id}", idOf(op)).Replace(op.Path)
			client.Call(op.Method, path, op.Example()).Refused(404, "tenant_unknown")
		}
	}
}

func TestTwoNamesForTheTenantAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c, other := newCaller(t, s), s.Tenant(t, "")
	for _, op := range spec.Load().Tagged("Auth", "Me") {
		c.call(t, s, op, func(c apitest.Client) apitest.Client { return c.With("X-Keyhall-Tenant", other.Slug()) }, op.Example()).Refused(400, "tenant_conflict")
	}
}

// While the database is away every operation says so, and when to come back.
func TestWithoutADatabaseEveryOperationSaysSo(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c, down := newCaller(t, s), apitest.Start(t, apitest.Options{Down: true, HTTPS: true})
	for _, op := range operations(http.StatusServiceUnavailable) {
		body := op.Example()
		switch op.ID {
		case "adminAuth.refresh":
			body = obj{"refresh_token": c.chief.Refresh}
		case "adminAuth.askForPasskey": // with neither, nothing is looked up
			body = obj{"email": c.chief.Email, "password": apitest.Password}
		case "adminAuth.openSessionByPasskey": // what is no answer to an attempt is refused without a look
			k := newAuthenticator(t, down, c.chief)
			body = k.answer(k.ask(false))
		}
		a := c.call(t, down, op, asItIs, body)
		a.Refused(503, "unavailable")
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come back", op.ID)
		}
	}
}

// When too many passwords wait to be hashed, whoever comes next is told to come back, and who needs no hash is served.
func TestABusyHousePassesTheSignedIn(t *testing.T) {
	t.Parallel()
	pool := password.NewPool(password.PoolOptions{Params: password.Cheap, Hashers: 1, Queue: 1, QueuePerTenant: 1, MaxWait: time.Nanosecond})
	s := apitest.Start(t, apitest.Options{Hashes: pool})
	c := newCaller(t, apitest.Shared(t))
	in := s.In(t, c.tenant)
	busy := func() bool {
		return in.Post("/v1/sign-in", obj{"identifier": "mia", "password": apitest.Password}).Status == 503
	}
	eventually(t, busy)
	in.Bearer(c.person.Access).Get("/v1/me").Is(200)
}

// A token of somebody who may not act any more, or not yet, opens nothing.
func TestWhoHasToWaitDoesNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	c := caller{tenant: in, person: s.SignUpCoach(t, in, "carl"), chief: s.Operator(t)}
	s.Settings(t, in, `{"approval": {"pending_may_sign_in": false}}`)
	for _, op := range operations(http.StatusForbidden) {
		if strings.HasPrefix(op.Path, "/v1/me") {
			c.call(t, s, op, asItIs, op.Example()).Refused(403, "pending_approval")
		}
	}
	s.In(t, in).Post("/v1/token/refresh", obj{"refresh_token": c.person.Refresh}).Refused(403, "pending_approval")
	s.Settings(t, in, `{"approval": {"pending_may_sign_in": true}, "email": {"verification": "mandatory"}}`)
	c.person.Get("/v1/me").Refused(403, "email_unverified")
}
