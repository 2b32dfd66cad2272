package identity

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// ImportOptions say how an import goes about it.
type ImportOptions struct {
	DryRun bool // judge each record and change nothing
	Invite bool // mail a link to choose a password to each new account that has an address but no password
}

// Outcomes of a record.
const (
	ImportCreated = "created" // in a dry run: would be
	ImportExists  = "exists"  // was imported before, and is left as it is now
	ImportRefused = "refused"
)

// ImportResult is what became of one record.
type ImportResult struct {
	Line     int
	ID       string // as the record had it
	Outcome  string
	UserID   int64          // 0 when refused, or when a dry run cannot know it
	Problems fault.Problems // everything that is wrong with a refused one
}

// ImportCounts add up outcomes.
type ImportCounts struct{ Created, Exists, Refused int }

func (n *ImportCounts) add(outcome string) {
	switch outcome {
	case ImportCreated:
		n.Created++
	case ImportExists:
		n.Exists++
	default:
		n.Refused++
	}
}

// importBatch is how many records share a transaction: enough for one trip to carry many rows, few enough that a sign-up,
// which waits for the same counter of ids, waits for milliseconds.
const importBatch = 500

// Import makes accounts of records, batch by batch, and reports on each in its turn. A record whose old id is here
// already changes nothing, so an import that broke off is simply run again. Nobody is written to unless asked for. An
// error of the records themselves, of report or of the database ends it; what was reported stays.
func (s *Service) Import(ctx context.Context, in *tenants.Scope, by By, records iter.Seq2[Record, error], o ImportOptions,
	report func(ImportResult) error, c Client,
) (ImportCounts, error) {
	groups, err := groupsOf(ctx, in, 0, groupOrders[""])
	if err != nil {
		return ImportCounts{}, err
	}
	m := importer{s: s, in: in, by: by, options: o, client: c, report: report, rules: rulesOf(in, groups), ids: map[string]int{}, names: map[string]int{}}
	for rec, err := range records {
		if err != nil {
			return m.counts, err
		}
		if m.batch = append(m.batch, m.rules.check(rec)); len(m.batch) == importBatch {
			if err := m.flush(ctx); err != nil {
				return m.counts, err
			}
		}
	}
	if err := m.flush(ctx); err != nil {
		return m.counts, err
	}
	return m.counts, m.conclude(ctx)
}

func rulesOf(in *tenants.Scope, groups []Group) rules {
	r := rules{grammar: grammarOf(in.Settings()), settings: in.Settings(), groups: map[string]int64{}}
	for _, g := range groups {
		r.groups[strconv.FormatInt(g.ID, 10)] = g.ID
	}
	for _, g := range groups { // a group called "2" is meant before the one with that id
		r.groups[nameKey(g.Name)] = g.ID
	}
	return r
}

// importer is one run of Import.
type importer struct {
	s       *Service
	in      *tenants.Scope
	by      By
	options ImportOptions
	client  Client
	report  func(ImportResult) error
	rules   rules

	batch  []candidate
	ids    map[string]int // old ids of the file, and the line that has them
	names  map[string]int // canonical names that are not in the database yet, and the line that takes them
	counts ImportCounts

	room     int64 // for how many more users there is room; below 0: for all
	measured bool
}

// maxImportTries bounds how often a batch starts anew because somebody took one of its names while it was at work.
const maxImportTries = 5

// flush settles the batch and reports on it.
func (m *importer) flush(ctx context.Context) error {
	var results []ImportResult
	var err error
	for range maxImportTries {
		results, err = m.settle(ctx)
		if !slices.Contains([]string{"identifiers_pkey", "users_pkey", "users_external_id_key"}, tenants.Constraint(err)) {
			break
		}
	}
	if err != nil {
		return err
	}
	for _, r := range results {
		m.counts.add(r.Outcome)
		if err := m.report(r); err != nil {
			return err
		}
	}
	m.batch = m.batch[:0]
	if !m.options.DryRun {
		clear(m.names) // the database has them now
	}
	return nil
}

// settle judges a batch and creates what is new, in one transaction.
func (m *importer) settle(ctx context.Context) (results []ImportResult, err error) {
	err = m.s.unit(ctx, m.in, m.client, func(u *unit) error {
		results = make([]ImportResult, len(m.batch))
		here, err := u.lookAround(ctx, m.batch, !m.options.DryRun)
		if err != nil {
			return err
		}
		if err := m.measure(ctx, u); err != nil {
			return err
		}
		var fresh []*candidate
		made := map[*candidate]*ImportResult{}
		for i, c := range m.batch { // a copy: judging may give it another username, and then the batch starts anew
			if results[i] = m.judge(&c, here); results[i].Outcome == ImportCreated {
				fresh = append(fresh, &c)
				made[&c] = &results[i]
			}
		}
		if m.options.DryRun {
			return nil
		}
		err = m.create(ctx, u, fresh, here.counter)
		for c, r := range made {
			r.UserID = c.id
		}
		return err
	})
	return results, err
}

// measure finds out how many more users there may be. A dry run makes none, so it asks once.
func (m *importer) measure(ctx context.Context, u *unit) (err error) {
	if !m.options.DryRun || !m.measured {
		m.room, err = roomLeft(ctx, u, m.in.Tenant().MaxUsers)
		m.measured = true
	}
	return err
}

// judge says what becomes of a record, and reserves the names of one that is to be created.
func (m *importer) judge(c *candidate, here surroundings) ImportResult {
	r := ImportResult{Line: c.Line, ID: c.ID, Outcome: ImportExists}
	if id, known := here.byExternal[c.external]; known {
		r.UserID = id
		return r
	}
	p := slices.Clone(c.problems)
	if same, known := here.byID[c.id]; known {
		if same == c.names {
			r.UserID = c.id
			return r
		}
		p.Add("id", fault.IDTaken)
	} else if m.usedBefore(m.ids, c.external, c.Line) || c.id != 0 && m.usedBefore(m.ids, "#"+strconv.FormatInt(c.id, 10), c.Line) {
		p.Add("id", fault.IDTaken)
	}
	m.findUsername(c, here)
	for _, v := range c.names.given() {
		if m.isTaken(v.value, c.Line, here) && !p.Has(v.field) {
			p.Add(v.field, taken[v.field])
		}
	}
	if m.room == 0 && len(p) == 0 {
		p.Add("id", fault.UsersFull)
	}
	if len(p) > 0 {
		r.Outcome, r.Problems = ImportRefused, p
		return r
	}
	m.room--
	r.Outcome, r.UserID = ImportCreated, c.id
	m.reserve(c)
	return r
}

// usedBefore reports whether another line of the file has it. The empty text is nobody's.
func (m *importer) usedBefore(all map[string]int, text string, line int) bool {
	by, used := all[text]
	return text != "" && used && by != line
}

func (m *importer) isTaken(name string, line int, here surroundings) bool {
	return here.owned[name] || m.usedBefore(m.names, name, line)
}

func (m *importer) reserve(c *candidate) {
	m.ids[c.external] = c.Line
	if c.id != 0 {
		m.ids["#"+strconv.FormatInt(c.id, 10)] = c.Line
	}
	for _, v := range c.names.given() {
		m.names[v.value] = c.Line
	}
}

// findUsername puts a number behind a made username that is taken. Should that one be taken as well, the database says
// so and the batch starts anew.
func (m *importer) findUsername(c *candidate, here surroundings) {
	base := c.Username
	for c.makeName && m.isTaken(c.names.username, c.Line, here) {
		c.Username = base + strconv.Itoa(1000+rand.N(1_000_000))
		c.names.username = identifier.CanonicalUsername(c.Username)
	}
}

// conclude leaves a sum in the trail, beside the entry of each account.
func (m *importer) conclude(ctx context.Context) error {
	if m.options.DryRun || m.counts.Created == 0 {
		return nil
	}
	return m.s.unit(ctx, m.in, m.client, func(u *unit) error {
		return u.note(ctx, m.by, "users.imported", 0, map[string]any{"created": m.counts.Created, "exists": m.counts.Exists, "refused": m.counts.Refused})
	})
}
