package transcript

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is what a replay needs of a Keyhall: nothing but HTTP.
type Server struct {
	URL    string // without a slash at the end
	Client *http.Client
	Admin  *Admin
	// Social are settings with a stand-in for the providers of social sign-in that knows whom the recordings are about, and Silent
	// the same with providers that nobody answers for. Without them what needs one is skipped.
	Social, Silent json.RawMessage

	Twins bool // every group is played in two tenants at the same time, record by record; nothing may pass between them
}

// Connect names a server and its operator. Nothing is sent before the first replay.
func Connect(url, email, password string) Server {
	client := &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	url = strings.TrimSuffix(url, "/")
	return Server{URL: url, Client: client, Admin: &Admin{url: url, client: client, email: email, password: password}}
}

// Replay plays the records against the server: one subtest a record, one fresh tenant a group with the settings of the
// same name, groups in parallel, records in order. It returns when all are done, and tells what was played. A group stops
// at a set-up that fails, since what follows would fail for that reason alone.
func Replay(t *testing.T, s Server, contract string, records []Record, settings map[string]json.RawMessage) *Tally {
	t.Helper()
	tally := &Tally{}
	t.Run(contract, func(t *testing.T) {
		for _, g := range groups(contract, records) {
			t.Run(g.name, func(t *testing.T) {
				t.Parallel()
				g.replay(t, s, contract, settings[g.settings], tally)
			})
		}
	})
	return tally
}

// group is the records of one tenant.
type group struct {
	name     string
	settings string // the tenant in the settings file
	records  []Record
	prepare  map[string]preparation
}

// groups parts the records by tenant, in the order of their first lines; a preparation may move a record to a tenant of
// its own.
func groups(contract string, records []Record) []*group {
	var all []*group
	byName := map[string]*group{}
	for _, r := range records {
		name := cmp.Or(preparations[contract][r.Name].tenant, r.Tenant)
		g, ok := byName[name]
		if !ok {
			g = &group{name: name, settings: r.Tenant, prepare: preparations[contract]}
			byName[name] = g
			all = append(all, g)
		}
		g.records = append(g.records, r)
	}
	return all
}

func (g *group) replay(t *testing.T, s Server, contract string, settings json.RawMessage, tally *Tally) {
	all, err := g.openAll(t.Context(), s, contract, settings)
	if err != nil {
		t.Fatalf("open a tenant for %s: %v", g.name, err)
	}
	if g.needsMessages() {
		if _, err := s.Admin.Messages(t.Context(), all[0].slug); errors.Is(err, errNoMessages) {
			t.Skip(err)
		}
	}
	for _, r := range g.records {
		ok := t.Run(r.Name, func(t *testing.T) { report(t, all, r, tally) })
		if !ok && r.Kind != Exchange {
			t.Fatalf("%s failed; the rest of %s stands on it", r.Name, g.name)
		}
	}
	if len(all) > 1 {
		t.Run("nothing crosses", func(t *testing.T) { apart(t, all[0], all[1], g.records) })
	}
}

// openAll makes the tenants that play the group.
func (g *group) openAll(ctx context.Context, s Server, contract string, settings json.RawMessage) ([]*player, error) {
	var all []*player
	tenants := 1
	if s.Twins {
		tenants = 2
	}
	for range tenants {
		p, err := g.open(ctx, s, contract, settings)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// open makes the group's tenant. Its slug is new each time, so that a deployed server can be tested again and again.
func (g *group) open(ctx context.Context, s Server, contract string, settings json.RawMessage) (*player, error) {
	if settings == nil {
		return nil, fmt.Errorf("no settings for tenant %q", g.settings)
	}
	slug := fmt.Sprintf("%s-%s-%s", contract, notInSlug.ReplaceAllString(g.name, "-"), strings.ToLower(rand.Text()[:8]))
	if err := s.Admin.CreateTenant(ctx, slug, contract+": "+g.name, settings); err != nil {
		return nil, err
	}
	return newPlayer(s, slug, *g), nil
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// needsMessages reports whether some record carries what only a message brings.
func (g *group) needsMessages() bool {
	for _, r := range g.records {
		_, letter := r.Request.letter()
		_, code := r.Request.code()
		if letter || code {
			return true
		}
	}
	return false
}

// report plays one record in all its tenants at the same time and tells the test what came of it.
func report(t *testing.T, all []*player, r Record, tally *Tally) {
	t.Helper()
	how, prepared := all[0].prepare[r.Name]
	if r.Keyhall.Class == Skip && !prepared || how.social && all[0].server.Social == nil {
		tally.note(r, false)
		t.Skipf("needs %s: %s", r.Keyhall.Needs, r.Keyhall.Why)
	}
	tally.note(r, true)
	var together sync.WaitGroup
	for _, p := range all {
		together.Go(func() {
			found, err := p.play(t.Context(), r)
			if err != nil {
				t.Errorf("\n%v", err)
			}
			for _, remark := range found {
				t.Logf("%s: %s", r.Name, remark)
			}
		})
	}
	together.Wait()
}
