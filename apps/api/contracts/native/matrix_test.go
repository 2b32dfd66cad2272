package native_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/apps/api/contracts/native"
)

// matrix is who may do what: the status of each answer. "other" is the owner of another tenant, "person" a user of the
// tenant. 403 is "known, but may not"; for "other" the tenant is 404, as if it did not exist.
const matrix = `
                                                                   operator owner admin approver viewer key  other person nobody
GET    /admin/v1/me                                                200      200   200   200      200    403  200   401    401
POST   /admin/v1/me/password                                       204      204   204   204      204    403  204   401    401
GET    /admin/v1/me/sessions                                       200      200   200   200      200    403  200   401    401
DELETE /admin/v1/me/sessions                                       204      204   204   204      204    403  204   401    401
DELETE /admin/v1/me/sessions/{session_id}                          404      404   404   404      404    403  404   401    401
GET    /admin/v1/me/second-factor                                  200      200   200   200      200    403  200   401    401
POST   /admin/v1/me/second-factor                                  201      201   201   201      201    403  201   401    401
DELETE /admin/v1/me/second-factor                                  404      404   404   404      404    403  404   401    401
POST   /admin/v1/me/second-factor/confirm                          404      404   404   404      404    403  404   401    401
POST   /admin/v1/me/second-factor/recovery-codes                   404      404   404   404      404    403  404   401    401
GET    /admin/v1/me/passkeys                                       200      200   200   200      200    403  200   401    401
POST   /admin/v1/me/second-factor/passkey                          201      201   201   201      201    403  201   401    401
POST   /admin/v1/me/passkeys                                       400      400   400   400      400    403  400   401    401
POST   /admin/v1/me/second-factor/challenge                        404      404   404   404      404    403  404   401    401
PATCH  /admin/v1/me/passkeys/{id}                                  404      404   404   404      404    403  404   401    401
DELETE /admin/v1/me/passkeys/{id}                                  404      404   404   404      404    403  404   401    401
POST   /admin/v1/auth/logout                                       204      204   204   204      204    403  204   401    401
GET    /admin/v1/auth/session                                      401      401   401   401      401    403  401   401    401
DELETE /admin/v1/auth/session                                      401      401   401   401      401    403  401   401    401
GET    /admin/v1/audit                                             200      403   403   403      403    403  403   401    401
GET    /admin/v1/overview                                          200      403   403   403      403    403  403   401    401
GET    /admin/v1/queues                                            200      403   403   403      403    403  403   401    401
GET    /admin/v1/queues/{queue}/tasks                              200      403   403   403      403    403  403   401    401
POST   /admin/v1/queues/{queue}/retry                              404      403   403   403      403    403  403   401    401
POST   /admin/v1/queues/{queue}/clear                              404      403   403   403      403    403  403   401    401
POST   /admin/v1/queues/{queue}/pause                              404      403   403   403      403    403  403   401    401
POST   /admin/v1/queues/{queue}/resume                             404      403   403   403      403    403  403   401    401
GET    /admin/v1/settings                                          200      403   403   403      403    403  403   401    401
PUT    /admin/v1/settings                                          200      403   403   403      403    403  403   401    401
GET    /admin/v1/operators                                        200      403   403   403      403    403  403   401    401
POST   /admin/v1/operators                                        201      403   403   403      403    403  403   401    401
PATCH  /admin/v1/operators/{id}                                   200      403   403   403      403    403  403   401    401
DELETE /admin/v1/operators/{id}                                   204      403   403   403      403    403  403   401    401
POST   /admin/v1/operators/{id}/invitation                        202      403   403   403      403    403  403   401    401
DELETE /admin/v1/operators/{id}/invitation                        204      403   403   403      403    403  403   401    401
DELETE /admin/v1/operators/{id}/second-factor                     204      403   403   403      403    403  403   401    401
GET    /admin/v1/tenants                                           200      200   200   200      200    403  200   401    401
POST   /admin/v1/tenants                                           201      403   403   403      403    403  403   401    401
GET    /admin/v1/tenants/{slug}                                    200      200   200   200      200    200  404   401    401
PATCH  /admin/v1/tenants/{slug}                                    200      200   200   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}                                    400      403   403   403      403    403  404   401    401
GET    /admin/v1/erasures                                          200      403   403   403      403    403  403   401    401
GET    /admin/v1/erasures/{id}                                     404      403   403   403      403    403  403   401    401
POST   /admin/v1/tenants/{slug}/suspend                            200      403   403   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/resume                             200      403   403   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/usage                              200      200   200   200      200    200  404   401    401
PUT    /admin/v1/tenants/{slug}/limits                             200      403   403   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/settings                           200      200   200   403      403    403  404   401    401
PATCH  /admin/v1/tenants/{slug}/settings                           200      200   200   403      403    403  404   401    401
PUT    /admin/v1/tenants/{slug}/social/{provider}                  200      200   200   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}/social/{provider}                  204      204   204   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/social/{provider}/test             200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/settings/smtp/test                 202      202   202   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/templates                          200      200   200   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}           200 200 200 403 403 403 404 401 401
PUT    /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}           200 200 200 403 403 403 404 401 401
DELETE /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}           204 204 204 403 403 403 404 401 401
GET    /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/versions  200 200 200 403 403 403 404 401 401
POST   /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/restore   200 200 200 403 403 403 404 401 401
POST   /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/preview   200 200 200 403 403 403 404 401 401
POST   /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/test      202 202 202 403 403 403 404 401 401
GET    /admin/v1/tenants/{slug}/overview                           200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/activity                           200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/users                              200      200   200   200      200    200  404   401    401
POST   /admin/v1/tenants/{slug}/users                              201      201   201   403      403    201  404   401    401
POST   /admin/v1/tenants/{slug}/imports                        400      400   400   403      403    400  404   401    401
GET    /admin/v1/tenants/{slug}/users/{id}                         200      200   200   200      200    200  404   401    401
PATCH  /admin/v1/tenants/{slug}/users/{id}                         200      200   200   403      403    200  404   401    401
DELETE /admin/v1/tenants/{slug}/users/{id}                         204      204   204   403      403    204  404   401    401
PUT    /admin/v1/tenants/{slug}/users/{id}/counters                200      200   200   403      403    200  404   401    401
GET    /admin/v1/tenants/{slug}/users/{id}/sessions                200      200   200   200      200    200  404   401    401
DELETE /admin/v1/tenants/{slug}/users/{id}/sessions                204      204   204   403      403    204  404   401    401
DELETE /admin/v1/tenants/{slug}/users/{id}/sessions/{session_id}   204      204   204   403      403    204  404   401    401
DELETE /admin/v1/tenants/{slug}/users/{id}/picture                 204      204   204   403      403    204  404   401    401
GET    /admin/v1/tenants/{slug}/users/{id}/social                  200      200   200   200      200    200  404   401    401
DELETE /admin/v1/tenants/{slug}/users/{id}/social/{identity_id}    204      204   204   403      403    204  404   401    401
POST   /admin/v1/tenants/{slug}/users/{id}/password-reset          202      202   202   403      403    202  404   401    401
POST   /admin/v1/tenants/{slug}/users/{id}/invitation              409      409   409   403      403    409  404   401    401
DELETE /admin/v1/tenants/{slug}/users/{id}/invitation              409      409   409   403      403    409  404   401    401
POST   /admin/v1/tenants/{slug}/users/{id}/verification            202      202   202   403      403    202  404   401    401
POST   /admin/v1/tenants/{slug}/approvals                          200      200   200   200      403    200  404   401    401
GET    /admin/v1/tenants/{slug}/approvals/candidates               200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/approvals/runs                     200      200   200   200      200    200  404   401    401
POST   /admin/v1/tenants/{slug}/approvals/runs                     202      202   202   202      403    202  404   401    401
GET    /admin/v1/tenants/{slug}/approvals/runs/{id}                200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/candidates                         200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/runs                               200      200   200   200      200    200  404   401    401
POST   /admin/v1/tenants/{slug}/runs                               202      202   202   403      403    202  404   401    401
GET    /admin/v1/tenants/{slug}/runs/{id}                          200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/groups                             200      200   200   200      200    200  404   401    401
POST   /admin/v1/tenants/{slug}/groups                             201      201   201   403      403    201  404   401    401
GET    /admin/v1/tenants/{slug}/groups/{id}                        200      200   200   200      200    200  404   401    401
PATCH  /admin/v1/tenants/{slug}/groups/{id}                        200      200   200   403      403    200  404   401    401
DELETE /admin/v1/tenants/{slug}/groups/{id}                        204      204   204   403      403    204  404   401    401
GET    /admin/v1/tenants/{slug}/groups/{id}/managers               200      200   200   200      200    200  404   401    401
PUT    /admin/v1/tenants/{slug}/groups/{id}/managers/{user_id}     200      200   200   403      403    200  404   401    401
DELETE /admin/v1/tenants/{slug}/groups/{id}/managers/{user_id}     204      204   204   403      403    204  404   401    401
GET    /admin/v1/tenants/{slug}/admins                             200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/admins                             201      201   403   403      403    403  404   401    401
PATCH  /admin/v1/tenants/{slug}/admins/{id}                        200      200   403   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}/admins/{id}                        204      204   403   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}/admins/{id}/second-factor          204      204   403   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/keys                               200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/keys                               201      201   201   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}/keys/{id}                          204      204   204   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/domains                            200      200   200   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/domains/{host}                     200      200   200   403      403    403  404   401    401
PUT    /admin/v1/tenants/{slug}/domains/{host}                     200      200   200   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}/domains/{host}                     204      204   204   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/deliveries                         200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/deliveries/{id}/preview            200      200   200   200      200    200  404   401    401
POST   /admin/v1/tenants/{slug}/deliveries/{id}/resend             202      202   202   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/deliveries/{id}/cancel             204      204   204   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/webhooks                           200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/webhooks                           201      201   201   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/webhooks/{id}                      200      200   200   403      403    403  404   401    401
PATCH  /admin/v1/tenants/{slug}/webhooks/{id}                      200      200   200   403      403    403  404   401    401
DELETE /admin/v1/tenants/{slug}/webhooks/{id}                      204      204   204   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/webhooks/{id}/rotate               200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/webhooks/{id}/test                 202      202   202   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/webhooks/{id}/deliveries           200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/webhooks/{id}/deliveries/{delivery_id}/resend 202 202 202 403 403 403 404 401 401
POST   /admin/v1/tenants/{slug}/webhooks/{id}/resend               202      202   202   403      403    403  404   401    401
GET    /admin/v1/tenants/{slug}/audit                              200      200   200   200      200    200  404   401    401
GET    /admin/v1/tenants/{slug}/signing-keys                       200      200   200   403      403    403  404   401    401
POST   /admin/v1/tenants/{slug}/signing-keys/rotate                200      200   200   403      403    403  404   401    401
`

// needed are the bodies of operations that take one, fresh for each call.
var needed = map[string]func(n int) any{
	"POST /admin/v1/me/password":                     func(int) any { return obj{"current_password": apitest.Password, "new_password": newPassword} },
	"POST /admin/v1/me/second-factor":                func(int) any { return obj{"password": apitest.Password} },
	"DELETE /admin/v1/me/second-factor":              func(int) any { return obj{"password": apitest.Password, "code": "123456"} },
	"POST /admin/v1/me/second-factor/confirm":        func(int) any { return obj{"code": "123456"} },
	"POST /admin/v1/me/second-factor/recovery-codes": func(int) any { return obj{"password": apitest.Password, "code": "123456"} },
	"POST /admin/v1/me/second-factor/passkey":        func(int) any { return obj{"password": apitest.Password} },
	"POST /admin/v1/me/passkeys":                     func(int) any { return obj{"name": "Key", "attempt": "x", "credential": obj{}} },
	"PATCH /admin/v1/me/passkeys/{id}":               func(int) any { return obj{"name": "Key"} },
	"DELETE /admin/v1/me/passkeys/{id}":              func(int) any { return obj{"password": apitest.Password, "code": "123456"} },
	"POST /admin/v1/operators": func(int) any {
		return obj{"email": "new-" + uuid.NewString() + "@operators.example", "role": "operator"}
	},
	"PATCH /admin/v1/operators/{id}":            func(int) any { return obj{"role": "owner"} },
	"PUT /admin/v1/settings":                    func(int) any { return obj{"operators_second_factor": false} },
	"DELETE /admin/v1/tenants/{slug}":           func(int) any { return obj{"confirm": "another"} },
	"POST /admin/v1/queues/{queue}/retry":       func(int) any { return obj{"state": "archived"} },
	"POST /admin/v1/queues/{queue}/clear":       func(int) any { return obj{} },
	"POST /admin/v1/tenants":                    func(int) any { return obj{"slug": slug(), "name": "New"} },
	"PATCH /admin/v1/tenants/{slug}":            func(int) any { return obj{"name": "Other"} },
	"PUT /admin/v1/tenants/{slug}/limits":       func(int) any { return obj{"max_users": 100_000} },
	"PATCH /admin/v1/tenants/{slug}/settings":   func(int) any { return obj{"password": obj{"min_length": 9}} },
	"POST /admin/v1/tenants/{slug}/users":       func(n int) any { return obj{"email": fmt.Sprintf("new%d@example.com", n)} },
	"PATCH /admin/v1/tenants/{slug}/users/{id}": func(int) any { return obj{"first_name": "New"} },
	"PUT /admin/v1/tenants/{slug}/users/{id}/counters": func(int) any {
		return obj{"activities": 6, "sports": 3, "distance_meters": 67895, "duration_seconds": 24627}
	},
	"POST /admin/v1/tenants/{slug}/approvals":                                   func(int) any { return obj{"user_ids": []int{1}, "decision": "approve"} },
	"POST /admin/v1/tenants/{slug}/approvals/runs":                              func(int) any { return obj{"decision": "approve"} },
	"POST /admin/v1/tenants/{slug}/runs":                                        func(int) any { return obj{"act": "enable"} },
	"POST /admin/v1/tenants/{slug}/groups":                                      func(n int) any { return obj{"name": fmt.Sprintf("new%d", n)} },
	"PATCH /admin/v1/tenants/{slug}/groups/{id}":                                func(int) any { return obj{"permissions": []string{"a.b"}} },
	"POST /admin/v1/tenants/{slug}/admins":                                      func(n int) any { return obj{"email": "new-" + uuid.NewString() + "@staff.example", "role": "viewer"} },
	"PATCH /admin/v1/tenants/{slug}/admins/{id}":                                func(int) any { return obj{"role": "approver"} },
	"PUT /admin/v1/tenants/{slug}/social/{provider}":                            func(int) any { return obj{"client_id": "app", "client_secret": "x"} },
	"POST /admin/v1/tenants/{slug}/settings/smtp/test":                          func(int) any { return obj{} },
	"PUT /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}":          func(int) any { return greeting },
	"POST /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/restore": func(int) any { return obj{"version": 1} },
	"POST /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/preview": func(int) any { return obj{} },
	"POST /admin/v1/tenants/{slug}/templates/{channel}/{kind}/{locale}/test":    func(int) any { return obj{} },
	"POST /admin/v1/tenants/{slug}/webhooks":                                    func(int) any { return receiver },
	"PATCH /admin/v1/tenants/{slug}/webhooks/{id}":                              func(int) any { return obj{"active": false} },
	"POST /admin/v1/tenants/{slug}/webhooks/{id}/resend":                        func(int) any { return obj{"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"} },
	"POST /admin/v1/tenants/{slug}/keys":                                        func(int) any { return obj{"kind": "secret", "name": "New"} },
}

// receiver is an endpoint.
var receiver = obj{"url": "https://hooks.example.com/keyhall", "events": []string{"user.created", "user.signed_in"}}

// greeting is a wording of the message "approved".
var greeting = obj{"subject": "Welcome to {site}", "text": "Hello {name?},\n\nYou are in."}

// ofOneself are the operations after which the caller's token or the whole tenant is of no use any more.
// What depends on whether a factor was begun needs somebody of its own too.
var ofOneself = []string{
	"POST /admin/v1/me/password", "POST /admin/v1/auth/logout", "POST /admin/v1/tenants/{slug}/suspend", "DELETE /admin/v1/me/second-factor",
	"POST /admin/v1/me/second-factor/confirm", "POST /admin/v1/me/second-factor/recovery-codes",
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	actors, rows := readMatrix(t)
	for route := range native.Duties() {
		if rows[route] == nil {
			t.Errorf("%s is not in the matrix", route)
		}
	}
	s := apitest.Shared(t)
	common := raise(t, s)
	for route, want := range rows {
		if _, found := native.Duties()[route]; !found {
			t.Errorf("%s is in the matrix, but does not exist", route)
			continue
		}
		t.Run(strings.ReplaceAll(route, "/", "."), func(t *testing.T) {
			t.Parallel()
			cast := common.in(t)
			if slices.Contains(ofOneself, route) || strings.Contains(route, "/webhooks") { // of which a tenant has only so many
				cast = raise(t, s)
			}
			for i, actor := range slices.Backward(actors) { // the operator comes last: he can close the tenant
				cast.tries(route, i, actor, want[i])
			}
		})
	}
}

func readMatrix(t *testing.T) (actors []string, rows map[string][]int) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	actors, rows = strings.Fields(lines[0]), map[string][]int{}
	for _, line := range lines[1:] {
		words := strings.Fields(line)
		var statuses []int
		for _, word := range words[2:] {
			status, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			statuses = append(statuses, status)
		}
		if len(statuses) != len(actors) {
			t.Fatalf("%s: %d statuses for %d actors", line, len(statuses), len(actors))
		}
		rows[words[0]+" "+words[1]] = statuses
	}
	return actors, rows
}

// cast is a tenant and everybody who comes to its administration.
type cast struct {
	t      *testing.T
	s      *apitest.Server
	tenant *tenants.Scope
	tokens map[string]string
}

func raise(t *testing.T, s *apitest.Server) cast {
	t.Helper()
	c := cast{t, s, s.Tenant(t, ""), map[string]string{"nobody": ""}}
	for _, role := range []string{"owner", "admin", "approver", "viewer"} {
		c.tokens[role] = s.Staff(t, c.tenant, role).Access
	}
	c.tokens["operator"] = s.NewOperator(t).Access
	c.tokens["other"] = s.Staff(t, s.Tenant(t, ""), "owner").Access
	c.tokens["person"] = s.SignUp(t, c.tenant, "mia").Access
	_, c.tokens["key"] = s.APIKey(t, c.tenant, "secret")
	return c
}

func (c cast) in(t *testing.T) cast {
	c.t = t
	return c
}

// tries makes one call as an actor, about things made for it.
func (c cast) tries(route string, n int, actor string, want int) {
	c.t.Helper()
	method, path, _ := strings.Cut(route, " ")
	var body any
	if make := needed[route]; make != nil {
		body = make(n)
	}
	a := c.s.Client(c.t).Bearer(c.tokens[actor]).Call(method, c.fill(path), body)
	if a.Status != want {
		c.t.Errorf("%s as %s: wanted %d, got %d %s", route, actor, want, a.Status, a.Body)
	}
	code := map[int]string{401: "", 403: "not_allowed", 404: "tenant_unknown"}[a.Status]
	if strings.Contains(route, "{slug}") && code != "" && a.Text("code") != code {
		c.t.Errorf("%s as %s: %s instead of %s", route, actor, a.Text("code"), code)
	}
}

// fill puts fresh things of the tenant into a path.
func (c cast) fill(path string) string {
	c.t.Helper()
	base := apitest.Tenant(c.tenant)
	path = strings.Replace(path, "/admin/v1/tenants/{slug}", base, 1)
	path = strings.Replace(path, "{queue}", "keyhall", 1)
	if strings.Contains(path, "{host}") {
		host := uuid.NewString()[:13] + ".example"
		c.s.Operator(c.t).Put(base+"/domains/"+host, nil).Is(200)
		path = strings.Replace(path, "{host}", host, 1)
	}
	if strings.Contains(path, "{locale}") {
		_, call, _ := strings.Cut(path, "{locale}/")
		wording := base + "/templates/email/approved/de-x-" + cmp.Or(call, "itself") // of each only so many versions are kept
		c.s.Operator(c.t).Put(wording, greeting).Is(200)
		path = strings.Replace(path, base+"/templates/{channel}/{kind}/{locale}", wording, 1)
	}
	if above, call, found := strings.Cut(path, "{provider}"); found {
		name, away := "google", "http://127.0.0.1:1"
		if call != "" { // one of its own, at which nobody answers
			name = "discord"
		}
		c.s.Operator(c.t).Put(above+name, obj{"client_id": "app", "client_secret": "x", "endpoints": obj{"authorize": away, "token": away}}).Is(200)
		path = above + name + call
	}
	if !strings.Contains(path, "{id}") {
		return strings.Replace(path, "{session_id}", uuid.NewString(), 1) // nobody's
	}
	switch noun := strings.Split(strings.TrimPrefix(path, base+"/"), "/")[0]; noun {
	case "users":
		p := c.s.SignUp(c.t, c.tenant, "u"+uuid.NewString()[:13])
		if above, rest, found := strings.Cut(path, "{identity_id}"); found {
			path = above + strconv.FormatInt(connected(c.t, c.s, c.tenant, p.ID, "google"), 10) + rest
		}
		return strings.NewReplacer("{id}", strconv.FormatInt(p.ID, 10), "{session_id}", sessionOf(p)).Replace(path)
	case "groups":
		made := c.s.Operator(c.t).Post(base+"/groups", obj{"name": uuid.NewString()}).Is(201)
		path = strings.Replace(path, "{id}", strconv.FormatInt(made.Int("id"), 10), 1)
		if strings.Contains(path, "{user_id}") {
			path = strings.Replace(path, "{user_id}", strconv.FormatInt(c.s.SignUp(c.t, c.tenant, "u"+uuid.NewString()[:13]).ID, 10), 1)
			c.s.Operator(c.t).Put(path, nil).Is(200)
		}
		return path
	case "admins":
		made, _ := c.s.Invite(c.t, c.tenant, "viewer")
		return strings.Replace(path, "{id}", made.ID.String(), 1)
	case "keys":
		id, _ := c.s.APIKey(c.t, c.tenant, "publishable")
		return strings.Replace(path, "{id}", id, 1)
	case "", "admin": // below no tenant
		if strings.Contains(path, "/operators/") {
			made := c.s.Operator(c.t).Post("/admin/v1/operators", obj{"email": uuid.NewString() + "@operators.example", "role": "operator"}).Is(201)
			return strings.Replace(path, "{id}", made.Text("id"), 1)
		}
		return strings.Replace(path, "{id}", uuid.NewString(), 1)
	case "webhooks":
		made := c.s.Operator(c.t).Post(base+"/webhooks", receiver).Is(201)
		path = strings.Replace(path, "{id}", made.Text("id"), 1)
		if !strings.Contains(path, "{delivery_id}") {
			return path
		}
		tried := c.s.Operator(c.t).Post(base+"/webhooks/"+made.Text("id")+"/test", nil).Is(202).Text("delivery_id")
		c.s.Exec(c.t, `update outbox set state = 'failed', done_at = now() where tenant_id = $1 and id = $2`, c.tenant.ID(), tried)
		return strings.Replace(path, "{delivery_id}", tried, 1)
	case "deliveries":
		state := "failed"
		if strings.HasSuffix(path, "/cancel") {
			state = "pending"
		}
		return strings.Replace(path, "{id}", c.delivery(state), 1)
	case "approvals", "runs":
		made := c.s.Operator(c.t).Post(base+"/approvals/runs", obj{"decision": "approve"}).Is(202)
		return strings.Replace(path, "{id}", made.Text("id"), 1)
	default:
		c.t.Fatalf("nothing is known to make for %s: teach fill", path)
		return ""
	}
}

func (c cast) delivery(state string) string {
	p := c.s.SignUp(c.t, c.tenant, "u"+uuid.NewString()[:13])
	c.s.Exec(c.t, `update outbox set state = $3, done_at = now() where tenant_id = $1 and user_id = $2`, c.tenant.ID(), p.ID, state)
	list := c.s.Operator(c.t).Get(fmt.Sprintf("%s?user_id=%d", apitest.Tenant(c.tenant, "/deliveries"), p.ID)).Is(200)
	return list.Text("data.0.id")
}

// What is open in the administration is short and said here.
func TestLittleOfTheAdministrationIsOpen(t *testing.T) {
	t.Parallel()
	want := []string{"POST /admin/v1/auth/login", "POST /admin/v1/auth/refresh", "POST /admin/v1/auth/session", "POST /admin/v1/auth/passkey", "POST /admin/v1/auth/session/passkey", "POST /admin/v1/invitations/accept"}
	if got := native.Open(); !slices.Equal(got, want) {
		t.Errorf("open: %q", got)
	}
}
