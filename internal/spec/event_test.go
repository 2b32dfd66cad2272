package spec

import "testing"

func TestEventsAreHeldToTheirDescription(t *testing.T) {
	t.Parallel()
	const id, user = `"id":"0195a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5c"`, `"data":{"action":"user.registered","actor":{"type":"user","id":"7"},"user":{"id":7}}`
	for body, good := range map[string]bool{
		`{` + id + `,"type":"user.created","version":1,"tenant":"acme","timestamp":"2026-03-02T08:15:00Z",` + user + `}`:             true,
		`{` + id + `,"type":"user.created","tenant":"acme","timestamp":"2026-03-02T08:15:00Z",` + user + `}`:                         false,
		`{` + id + `,"type":"user.created","version":1,"tenant":"acme","timestamp":"yesterday",` + user + `}`:                        false,
		`{` + id + `,"type":"user.created","version":1,"tenant":"acme","timestamp":"2026-03-02T08:15:00Z","data":{"user":{"pw":1}}}`: false,
		`{`: false,
	} {
		if err := Load().ValidateEvent("user.created", []byte(body)); (err == nil) != good {
			t.Errorf("%s: %v", body, err)
		}
	}
	if err := Load().ValidateEvent("user.promoted", []byte(`{}`)); err == nil {
		t.Error("an event that nobody described passes")
	}
}
