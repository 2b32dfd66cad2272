package transcript

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// played plays a group of records against a parrot and gives the error of each that failed.
func played(t *testing.T, p *parrot, s Server, g *group) map[string]error {
	t.Helper()
	player, err := g.open(t.Context(), s, p.contract, json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	failed := map[string]error{}
	for _, r := range g.records {
		if r.Keyhall.Class == Skip && !sends(g, r) {
			continue
		}
		if _, err := player.play(t.Context(), r); err != nil {
			failed[r.Name] = err
		}
	}
	return failed
}

func TestAFailureShowsAllThatIsNeeded(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	p, server := newParrot(t, "restauth", records)
	p.spoil["edge.uid_with_padding"] = func(a *answer) { a.body = []byte(`{"token":["Invalid values"]}`) }
	failed := played(t, p, server, p.groups["edge"])
	if len(failed) != 1 {
		t.Fatalf("%d records failed: %v", len(failed), failed)
	}
	report := failed["edge.uid_with_padding"].Error()
	for _, line := range []string{
		"record    edge.uid_with_padding",
		"why       padding is tolerated",
		"request   curl -i -X POST 'http://127.0.0.1:",
		`/rest-auth/password/reset/confirm/' -H 'Accept: application/json' -H 'Content-Type: application/json' --data-binary '{"uid": "MQ==",`,
		`expected  400 application/json {"token": ["Invalid value"]}`,
		`expected  400 application/json {"uid": ["Invalid value"]}`,
		`got       400 application/json {"token":["Invalid values"]}`,
		`differs   body.token[0]: expected "Invalid value", got "Invalid values"`,
		`differs   body.uid: expected ["Invalid value"], got nothing`,
	} {
		if !strings.Contains(report, line) {
			t.Errorf("the report lacks %q:\n%s", line, report)
		}
	}
}

// One fault fails one record: what a wrong answer teaches is still learned.
func TestAWrongAnswerDoesNotFailTheNext(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	p, server := newParrot(t, "restauth", records)
	p.spoil["register.ok"] = func(a *answer) { a.status = http.StatusOK }
	if failed := played(t, p, server, p.groups["tokens"]); len(failed) != 1 || failed["register.ok"] == nil {
		t.Errorf("failed: %v", failed)
	}
}

func TestOneUserKeepsOneNumber(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	p, server := newParrot(t, "restauth", records)
	p.spoil["user.patch_ok"] = func(a *answer) { a.body = []byte(strings.Replace(string(a.body), `"pk":43`, `"pk":44`, 1)) }
	err := played(t, p, server, p.groups["tokens"])["user.patch_ok"]
	if err == nil || !strings.Contains(err.Error(), "body.pk: expected 43 (as before), got 44") {
		t.Errorf("another number for the same user: %v", err)
	}
}

func TestASetUpTakesAnySuccess(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	p, server := newParrot(t, "restauth", records)
	p.spoil["set-up 125"] = func(a *answer) { a.status = http.StatusAccepted }
	p.spoil["set-up 149"] = func(a *answer) { a.status = http.StatusFound }
	failed := played(t, p, server, p.groups["reset"])
	if len(failed) != 1 || failed["set-up 149"] == nil || !strings.Contains(failed["set-up 149"].Error(), "status: expected 2xx, got 302") {
		t.Errorf("failed: %v", failed)
	}
}

func TestSettingsAndChangedFieldsAreSent(t *testing.T) {
	t.Parallel()
	records := []Record{
		{Name: "patch", Tenant: "a", Kind: Settings, Settings: json.RawMessage(`{"registration":{"open":false}}`)},
		{
			Name: "login", Tenant: "a", Request: Request{Method: "POST", Path: "/login/", Body: json.RawMessage(`{"username":"ann","password":"123"}`)},
			Response: Response{Status: 200, Body: json.RawMessage(`{}`), Headers: map[string]string{"Content-Type": jsonType}},
			Keyhall:  Verdict{Class: Exact, Send: map[string]json.RawMessage{"password": json.RawMessage(`"Mb5$harbor"`)}},
		},
	}
	p, server := newParrot(t, "drfuser", records)
	if failed := played(t, p, server, p.groups["a"]); len(failed) != 0 {
		t.Fatal(failed)
	}
	if len(p.calls) != 1 || p.calls[0] != `PATCH /admin/v1/tenants/a/settings {"registration":{"open":false}}` {
		t.Errorf("the operator did %v", p.calls)
	}
	changed, err := records[1].Request.with(records[1].Keyhall.Send)
	if err != nil || string(changed.Body) != `{"password":"Mb5$harbor","username":"ann"}` {
		t.Errorf("sent %s, %v", changed.Body, err)
	}
}

// The newest message may still be on its way when an older one of its kind lies there.
func TestNewestWaitsForWhatIsDue(t *testing.T) {
	t.Parallel()
	mail := func(key string, in time.Duration) mailed {
		return mailed{time.Now().Add(in), map[string]string{"key": key}}
	}
	p, server := newParrot(t, "x", []Record{{Tenant: "a", Request: Request{Method: "GET"}}})
	p.cages["s"] = &cage{messages: []mailed{mail("first", 0), mail("second", 150*time.Millisecond)}}
	m := newMailbox(nil)
	signUp := Request{Path: "/registration/", Body: json.RawMessage(`{"email":"a@example.com"}`)}
	m.expect(signUp)
	m.expect(signUp)
	for _, want := range []string{"second", "first"} { // each recorded secret gets a letter of its own
		live, err := m.newest(t.Context(), server.Admin, "s", letter{key: "recorded " + want})
		if err != nil || live.key != want {
			t.Errorf("got %q, %v; expected %q", live.key, err, want)
		}
	}
}

func TestNewestGivesUpWithTheCaller(t *testing.T) {
	t.Parallel()
	p, server := newParrot(t, "x", []Record{{Tenant: "a", Request: Request{Method: "GET"}}})
	p.cages["s"] = &cage{}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := newMailbox(nil).newest(ctx, server.Admin, "s", letter{uid: "MQ", token: recordedToken}); err == nil ||
		!strings.Contains(err.Error(), "no new message with the secrets of "+recordedToken) {
		t.Errorf("without a message: %v", err)
	}
}

// The operator's token may run out in a long replay.
func TestTheOperatorSignsInAgain(t *testing.T) {
	t.Parallel()
	_, server := newParrot(t, "x", []Record{{Tenant: "a", Request: Request{Method: "GET"}}})
	server.Admin.token = "stale"
	if err := server.Admin.CreateTenant(t.Context(), "s", "x: a", json.RawMessage(`{}`)); err != nil {
		t.Error(err)
	}
	server.Admin.token, server.Admin.password = "stale", "wrong"
	if err := server.Admin.PatchSettings(t.Context(), "s", json.RawMessage(`{}`)); err == nil ||
		!strings.Contains(err.Error(), "sign the operator in: POST /admin/v1/auth/login: 401") {
		t.Errorf("with a wrong password: %v", err)
	}
}

// What is unusual about a request must arrive: methods, double slashes, redirects that are answers.
func TestRequestsArriveAsRecorded(t *testing.T) {
	t.Parallel()
	var seen string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		seen = q.Method + " " + q.RequestURI
		http.Redirect(w, q, "/elsewhere", http.StatusMovedPermanently)
	}))
	defer server.Close()
	p := newPlayer(Connect(server.URL, "", ""), "slug", group{})
	for _, want := range []string{"TRACE /rest-auth//login/", "GET /user/?format=json", "POST /login"} {
		method, path, _ := strings.Cut(want, " ")
		_, got, err := p.send(t.Context(), Record{Request: Request{Method: method, Path: path}})
		if err != nil || got.status != http.StatusMovedPermanently || seen != method+" /t/slug"+path {
			t.Errorf("%s arrived as %q and got %d, %v", want, seen, got.status, err)
		}
	}
}
