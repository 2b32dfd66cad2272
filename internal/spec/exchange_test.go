package spec

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// collect notes the names of all schemas an answer can contain.
func collect(ref *openapi3.SchemaRef, seen map[string]bool) {
	if ref == nil || ref.Value == nil {
		return
	}
	name := strings.TrimPrefix(ref.Ref, "#/components/schemas/")
	if seen[name] {
		return
	}
	if name != "" {
		seen[name] = true
	}
	collect(ref.Value.Items, seen)
	for _, p := range ref.Value.Properties {
		collect(p, seen)
	}
	for _, list := range []openapi3.SchemaRefs{ref.Value.AnyOf, ref.Value.OneOf, ref.Value.AllOf} {
		for _, r := range list {
			collect(r, seen)
		}
	}
}

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
	problem  = "application/problem+json"
)

func exchange(method, path, sentType, sent string, status int, gotType, got string, headers ...string) Exchange {
	e := Exchange{
		Method: method, Path: path, RequestHeader: http.Header{}, RequestBody: []byte(sent),
		Status: status, Header: http.Header{}, Body: []byte(got),
	}
	if sentType != "" {
		e.RequestHeader.Set("Content-Type", sentType)
	}
	if gotType != "" {
		e.Header.Set("Content-Type", gotType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		e.Header.Set(headers[i], headers[i+1])
	}
	return e
}

// example is the body that the description itself shows for a shared answer.
func example(response string) string {
	body, err := json.Marshal(Load().root.Components.Responses[response].Value.Content[jsonType].Example)
	if err != nil {
		panic(err)
	}
	return string(body)
}

const (
	key        = `{"key":"bb4f50f314d2a3c924486785b5959c532cd2679e"}`
	group      = `{"id":3,"name":"referees","permissions":["a.b"],"default":false,"members":0,"managers":0}`
	notFound   = `{"type":"/docs/errors#not_found","title":"There is nothing here.","status":404,"code":"not_found","request_id":"r"}`
	login      = "/t/acme/rest-auth/login/"
	register   = "/rest-auth/registration/"
	groups     = "/admin/v1/tenants/acme/groups"
	multiparts = "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nal\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\npw\r\n--x--\r\n"
)

func TestPromisedExchangesPass(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Exchange{
		"json":                    exchange("POST", login, jsonType, `{"username":"al","password":"pw"}`, 200, jsonType, key),
		"json with charset":       exchange("POST", login, jsonType+"; charset=utf-8", `{"username":"al","password":"pw"}`, 200, jsonType, key),
		"form":                    exchange("POST", login, formType, "username=al&password=pw", 200, jsonType, key),
		"multipart":               exchange("POST", login, "multipart/form-data; boundary=x", multiparts, 200, jsonType, key),
		"a number for a text":     exchange("POST", login, jsonType, `{"username":12345,"password":678}`, 200, jsonType, key),
		"unknown members ignored": exchange("POST", login, jsonType, `{"username":"al","password":"pw","is_staff":true}`, 200, jsonType, key),
		"a user type as text":     exchange("POST", "/registration/", jsonType, `{"username":"al","email":"a@b.c","password1":"p","password2":"p","userType":"1"}`, 201, jsonType, key),
		"a user type of none":     exchange("POST", "/registration/", jsonType, `{"username":"al","email":"a@b.c","password1":"p","password2":"p","userType":""}`, 201, jsonType, key),
		"a user type in a form":   exchange("POST", "/registration/", formType, "username=al&email=a@b.c&password1=p&password2=p&userType=1", 201, jsonType, key),
		"refused, however wrong":  exchange("POST", login, jsonType, `{`, 400, jsonType, `{"detail":"JSON parse error - x"}`),
		"field errors":            exchange("POST", login, jsonType, `{}`, 400, jsonType, `{"password":["This field is required."]}`),
		"media type refused":      exchange("POST", login, "text/plain", `x`, 415, jsonType, `{"detail":"Unsupported media type \"text/plain\" in request."}`),
		"logout without a body":   exchange("POST", "/rest-auth/logout/", jsonType, ``, 200, jsonType, `{"detail":"Successfully logged out."}`),
		"null cursor":             exchange("GET", "/admin/v1/tenants?limit=5", "", "", 200, jsonType, `{"data":[],"next_cursor":null}`),
		"created":                 exchange("POST", groups, jsonType, `{"name":"referees"}`, 201, jsonType, group),
		"merge patch":             exchange("PATCH", groups+"/3", "application/merge-patch+json", `{"name":"refs"}`, 200, jsonType, group),
		"nothing to say":          exchange("DELETE", groups+"/3", "", "", 204, "", ""),
		"problem":                 exchange("GET", groups+"/4", "", "", 404, problem, notFound),
		"null in a patch":         exchange("PATCH", "/admin/v1/tenants/acme/settings", jsonType, `{"smtp":null,"lifetimes":{"otp_seconds":null}}`, 200, jsonType, example("Settings")),
		"wrong method":            exchange("GET", register, "", "", 405, jsonType, `{"detail":"Method \"GET\" not allowed."}`, "Allow", "POST, OPTIONS"),
		"wrong method, asked who": exchange("POST", "/rest-auth/user/", "", "", 401, jsonType, `{"detail":"Authentication credentials were not provided."}`),
		"a switch that is off":    exchange("GET", "/rest-auth/logout/", "", "", 405, jsonType, `{"detail":"Method \"GET\" not allowed."}`, "Allow", "POST, OPTIONS"),
		"wrong method at logout":  exchange("PUT", "/rest-auth/logout/", "", "", 405, jsonType, `{"detail":"Method \"PUT\" not allowed."}`, "Allow", "POST, OPTIONS"),
		"unknown path":            exchange("GET", "/rest-auth/nope/", "", "", 404, jsonType, `{"detail":"Not found."}`),
		"unknown native path":     exchange("GET", "/v1/nope", "", "", 404, problem, notFound),
		"metrics":                 exchange("GET", "/metrics", "", "", 200, "text/plain; version=0.0.4; charset=utf-8", "x 1\n"),
		"too many":                exchange("POST", login, jsonType, `{}`, 429, jsonType, `{"detail":"Request was throttled."}`, "Retry-After", "57"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := Load().ValidateExchange(e); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBrokenPromisesAreTold(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]Exchange{
		"status is not supported":         exchange("POST", login, jsonType, `{}`, 500, jsonType, `{"detail":"x"}`),
		"extra":                           exchange("POST", login, jsonType, `{"password":"pw"}`, 200, jsonType, `{"key":"bb4f50f314d2a3c924486785b5959c532cd2679e","extra":1}`),
		"pattern":                         exchange("POST", login, jsonType, `{"password":"pw"}`, 200, jsonType, `{"key":"short"}`),
		"Content-Type":                    exchange("POST", login, jsonType, `{"password":"pw"}`, 200, "text/html", key),
		"password":                        exchange("POST", login, jsonType, `{"username":"al"}`, 200, jsonType, key),
		"members":                         exchange("POST", groups, jsonType, `{"name":"x"}`, 201, jsonType, `{"id":3,"name":"x","permissions":[],"default":false}`),
		"color":                           exchange("POST", groups, jsonType, `{"name":"x","color":"red"}`, 201, jsonType, group),
		"Retry-After":                     exchange("POST", login, jsonType, `{}`, 429, jsonType, `{"detail":"x"}`),
		"WWW-Authenticate":                exchange("GET", "/v1/me", "", "", 401, problem, notFound),
		"where none is documented":        exchange("DELETE", groups+"/3", "", "", 204, "", "gone"),
		"lacks POST":                      exchange("GET", register, "", "", 405, jsonType, `{"detail":"x"}`, "Allow", "OPTIONS"),
		"must be 405":                     exchange("DELETE", register, "", "", 200, jsonType, `{"detail":"x"}`),
		"must be 404":                     exchange("GET", "/rest-auth/nope/", "", "", 200, jsonType, `{"detail":"x"}`),
		"the body is no DrfDetail":        exchange("GET", "/rest-auth/nope/", "", "", 404, "text/html", `<h1>Not Found</h1>`),
		"limit":                           exchange("GET", "/admin/v1/tenants?limit=500", "", "", 200, jsonType, `{"data":[],"next_cursor":null}`),
		"request body has an error":       exchange("POST", groups, "text/plain", `{"name":"x"}`, 201, jsonType, group),
		`/status`:                         exchange("GET", groups+"/4", "", "", 404, problem, strings.Replace(notFound, "404", `"404"`, 1)),
		"rest-auth/login/ -> 200 (restAu": exchange("POST", login, jsonType, `[]`, 200, jsonType, key),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			err := Load().ValidateExchange(e)
			if err == nil {
				t.Fatal("it passed")
			}
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the complaint does not say %q: %v", want, err)
			}
		})
	}
}

func BenchmarkValidateExchange(b *testing.B) {
	e := exchange("POST", login, jsonType, `{"username":"al","password":"pw"}`, 200, jsonType, key)
	for b.Loop() {
		if err := Load().ValidateExchange(e); err != nil {
			b.Fatal(err)
		}
	}
}
