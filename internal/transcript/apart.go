package transcript

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// apart looks whether anything passed between two tenants that played the same records, with the same users, at the same
// time: secrets, messages, users. What let somebody in at one of them must not let him in at the other.
func apart(t *testing.T, a, b *player, records []Record) {
	t.Helper()
	for recorded, live := range a.secrets.live {
		if len(live) >= shortest && b.secrets.live[recorded] == live {
			t.Errorf("both tenants gave out the secret recorded as %.20s", recorded)
		}
	}
	sameUsers(t, a, b)
	ownMessages(t, a, b)
	ownMessages(t, b, a)
	for _, r := range records {
		letsIn := r.Kind == Exchange && r.Request.Method == http.MethodGet && isSuccess(r.Response.Status)
		if letsIn && r.Request.Headers["Authorization"] != "" {
			stranger(t, a, b, r)
			stranger(t, b, a, r)
		}
	}
}

// sameUsers holds the two lists of users against each other: the same conversation leaves the same people behind.
func sameUsers(t *testing.T, a, b *player) {
	t.Helper()
	here, err := a.server.Admin.people(t.Context(), a.slug)
	if err != nil {
		t.Fatal(err)
	}
	there, err := b.server.Admin.people(t.Context(), b.slug)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(here, there) {
		t.Errorf("the tenants part:\n%s\n%s", strings.Join(here, "\n"), strings.Join(there, "\n"))
	}
}

// ownMessages looks for another tenant's name in what a tenant sent.
func ownMessages(t *testing.T, own, other *player) {
	t.Helper()
	all, err := own.server.Admin.Messages(t.Context(), own.slug)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		for name, value := range m.Data {
			if strings.Contains(string(value), other.slug) {
				t.Errorf("the %s to %s has a %s of the other tenant", m.Kind, m.To, name)
			}
		}
	}
}

// stranger presents at one tenant what the other gave out: it has to be worth as little as nothing.
func stranger(t *testing.T, from, at *player, r Record) {
	t.Helper()
	asStranger, err := at.bring(t.Context(), from.secrets.replace(r.Request))
	if err != nil {
		t.Fatal(err)
	}
	if !isSuccess(asStranger.status) {
		return
	}
	nameless := at.secrets.replace(r.Request)
	nameless.Headers = maps.Clone(nameless.Headers)
	delete(nameless.Headers, "Authorization")
	asNobody, err := at.bring(t.Context(), nameless)
	if err != nil {
		t.Fatal(err)
	}
	if asNobody.status != asStranger.status || string(asNobody.body) != string(asStranger.body) {
		t.Errorf("%s: a token of the other tenant got %d %s", r.Name, asStranger.status, asStranger.body)
	}
}

func (p *player) bring(ctx context.Context, q Request) (answer, error) {
	out, err := p.address(q)
	if err != nil {
		return answer{}, err
	}
	return p.server.roundTrip(ctx, out)
}

// people are a tenant's users, but for what differs from one tenant to the next by nature.
func (a *Admin) people(ctx context.Context, slug string) ([]string, error) {
	var page struct {
		Data []struct {
			Username, Email, Mobile, Status, Type string
			Active                                bool
		} `json:"data"`
		Next json.RawMessage `json:"next_cursor"`
	}
	if err := a.call(ctx, http.MethodGet, "/admin/v1/tenants/"+slug+"/users?limit=100", nil, &page); err != nil {
		return nil, err
	}
	if len(page.Next) > 0 && string(page.Next) != "null" {
		return nil, fmt.Errorf("tenant %s has more users than one page shows", slug)
	}
	var all []string
	for _, u := range page.Data {
		all = append(all, fmt.Sprintf("%+v", u))
	}
	slices.Sort(all)
	return all, nil
}
