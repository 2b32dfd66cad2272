package identity_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/identity"
)

var byAdmin = identity.By{Kind: "admin", ID: "a"}

// each makes a file of records; their lines are 1, 2, 3...
func each(all []identity.Record) iter.Seq2[identity.Record, error] {
	return func(yield func(identity.Record, error) bool) {
		for i, r := range all {
			if r.Line = i + 1; !yield(r, nil) {
				return
			}
		}
	}
}

// bring imports records and gives the outcome of each: "created", "exists", or its complaints.
func (w world) bring(o identity.ImportOptions, all ...identity.Record) []string {
	w.t.Helper()
	var told []string
	counts, err := w.Import(w.t.Context(), w.in, byAdmin, each(all), o, func(r identity.ImportResult) error {
		if r.Line != len(told)+1 || (r.Outcome == identity.ImportRefused) != (len(r.Problems) > 0) {
			w.t.Errorf("%+v", r)
		}
		outcome := r.Outcome
		for i, p := range r.Problems {
			if i == 0 {
				outcome = ""
			}
			outcome = strings.TrimSpace(outcome + " " + p.Name + ":" + p.Code.Name)
		}
		told = append(told, outcome)
		return nil
	}, client)
	ok(w.t, err)
	if counts.Created+counts.Exists+counts.Refused != len(all) || len(told) != len(all) {
		w.t.Errorf("%+v for %d records, %d reports", counts, len(all), len(told))
	}
	return told
}

func (w world) brings(o identity.ImportOptions, want []string, all ...identity.Record) {
	w.t.Helper()
	if got := w.bring(o, all...); !slices.Equal(got, want) {
		w.t.Errorf("got  %q\nwant %q", got, want)
	}
}

func person(id, name string) identity.Record {
	return identity.Record{ID: id, Username: name, Email: name + "@example.com", PasswordHash: fromDjango}
}

func TestAnImportKeepsWhoPeopleAre(t *testing.T) {
	w := newWorld(t, `{"approval":{"required_for":["coach"],"pending_may_sign_in":false}}`)
	joined, no, bio := time.Date(2015, 5, 1, 8, 0, 0, 0, time.UTC), false, "Runs."
	ann := person("40", "ann")
	ann.EmailVerified, ann.CreatedAt, ann.FirstName, ann.Type, ann.Locale = true, &joined, "Ann", "coach", "tr"
	ann.Mobile, ann.MobileVerified, ann.Profile.Bio = "+905321234567", true, &bio
	bob := person("b7-x", "bob")
	bob.Active = &no
	w.brings(identity.ImportOptions{}, []string{"created", "created"}, ann, bob)

	g, err := w.login("ann", "old secret", identity.Opaque)
	ok(t, err)
	u := g.User
	if u.ID != 40 || u.ExternalID != "40" || !u.EmailVerified || !u.CreatedAt.Equal(joined) || u.FirstName != "Ann" || u.Approval != "approved" || u.Group.Name != "coach" || u.Locale != "tr" {
		t.Errorf("%+v", u)
	}
	if p, err := w.Profile(t.Context(), w.in, 40); err != nil || p.Bio == nil || *p.Bio != bio {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := w.login("+90 532 123 45 67", "old secret", identity.Opaque); err != nil {
		t.Errorf("by mobile: %v", err)
	}
	if b, err := w.User(t.Context(), w.in, 41); err != nil || b.ExternalID != "b7-x" || b.Active || b.EmailVerified {
		t.Errorf("%+v, %v", b, err)
	}
	if g := w.register("cid", "user"); g.User.ID != 42 {
		t.Errorf("the next account got the id %d", g.User.ID)
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and user_id in (40, 41)`); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	if n := w.count(`select count(*) from audit where tenant_id = $1 and (action = 'user.imported' or action = 'users.imported' and details ->> 'created' = '2') and actor_id = 'a'`); n != 3 {
		t.Errorf("%d notes in the trail", n)
	}
}

func TestASecondImportChangesNothing(t *testing.T) {
	w := newWorld(t, "")
	all := []identity.Record{person("7", "ann"), person("x", "bob"), {ID: "9", ExternalID: "nine", Email: "cid@example.com"}}
	w.brings(identity.ImportOptions{}, []string{"created", "created", "created"}, all...)
	_, err := w.login("ann", "old secret", identity.Opaque)
	ok(t, err)
	fresh := w.hashOf("ann")
	w.brings(identity.ImportOptions{}, []string{"exists", "exists", "exists"}, all...)
	if w.hashOf("ann") != fresh || w.count(`select count(*) from users where tenant_id = $1`) != 3 {
		t.Error("something changed")
	}
}

func TestADryRunTellsWhatWouldHappen(t *testing.T) {
	w := newWorld(t, "")
	w.register("taken", "user") // its id is 1
	all := []identity.Record{
		person("5", "ann"), person("5", "bob"), person("6", "ANN"), person("1", "cid"), person("8", "taken"),
		{ID: "9", Username: "dan", Email: "taken@example.com"},
		{ID: "10"},
		person("", "eve"),
	}
	want := []string{
		"created", "id:id_taken", "username:username_taken email:email_taken", "id:id_taken", "username:username_taken email:email_taken",
		"email:email_taken", "email:required", "created",
	}
	w.brings(identity.ImportOptions{DryRun: true}, want, all...)
	if n := w.count(`select count(*) from users where tenant_id = $1`); n != 1 {
		t.Fatalf("a dry run left %d accounts", n)
	}
	w.brings(identity.ImportOptions{}, want, all...)
	if n := w.count(`select count(*) from users where tenant_id = $1`); n != 3 {
		t.Errorf("%d accounts", n)
	}
}

func TestEverythingWrongWithARecordIsTold(t *testing.T) {
	w := newWorld(t, "")
	bad, day := "Mars/Olympus", "1990-02-30"
	w.brings(identity.ImportOptions{}, []string{
		"id:bad_characters username:invalid_username email:invalid_email mobile:invalid_mobile first_name:too_long user_type:not_a_choice " +
			"group:group_unknown approval:not_a_choice locale:bad_format password_hash:password_hash_unknown timezone:invalid_timezone birth_date:invalid_date",
		"password_hash:password_hash_costly",
	}, identity.Record{
		ID: "a\x01", Username: "a\x01b", Email: "nobody", Mobile: "12", FirstName: strings.Repeat("x", 151), Type: "king", Group: "kings", Approval: "maybe",
		Locale: "not a locale", PasswordHash: "secret", Profile: identity.Profile{Timezone: &bad, BirthDate: &day},
	}, identity.Record{Email: "a@example.com", PasswordHash: "$2b$31$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa"})
}

// The grammar is that of the widest contract that the tenant speaks.
func TestNamesFollowTheTenantsContracts(t *testing.T) {
	strict := newWorld(t, `{"contracts":{"fittrackee":{"enabled":false},"simplejwt":{"enabled":false}}}`)
	strict.brings(identity.ImportOptions{}, []string{"username:invalid_username"}, identity.Record{ID: "1", Username: "ann lee"})
}

func TestNamesFollowTheTenantsWidestContract(t *testing.T) {
	loose := newWorld(t, `{"contracts":{"fittrackee":{"enabled":true}}}`)
	loose.brings(identity.ImportOptions{}, []string{"created"}, identity.Record{ID: "1", Username: "ann lee"})
}

func TestWhoHasNoUsernameGetsOne(t *testing.T) {
	w := newWorld(t, "")
	w.brings(identity.ImportOptions{}, []string{"created", "created", "created"},
		identity.Record{Email: "ann@a.example"}, identity.Record{Email: "ann@b.example"}, identity.Record{Mobile: "+905321234567"})
	var names []string
	for id := range int64(3) {
		u, err := w.User(t.Context(), w.in, id+1)
		ok(t, err)
		names = append(names, u.Username)
	}
	if names[0] != "ann" || !strings.HasPrefix(names[1], "ann") || names[1] == "ann" || names[2] != "" {
		t.Errorf("%q", names)
	}
}

func TestInvitationsGoToThoseWithoutAPassword(t *testing.T) {
	w := newWorld(t, "")
	no := false
	w.bring(identity.ImportOptions{Invite: true}, person("1", "ann"), identity.Record{ID: "2", Email: "bob@example.com", PasswordHash: "!abc"},
		identity.Record{ID: "3", Email: "cid@example.com", Active: &no})
	if w.secret("user_invitation", "bob@example.com") == nil || w.count(`select count(*) from outbox where tenant_id = $1`) != 1 {
		t.Error("the wrong people were invited")
	}
}

// Two operators start the same file at once, while people sign up.
func TestImportsAtTheSameTime(t *testing.T) {
	w := newWorld(t, "")
	var all []identity.Record
	for i := range 1200 {
		all = append(all, person(fmt.Sprint("old-", i), fmt.Sprint("name", i)))
	}
	errs := race(3, func(i int) error {
		if i == 2 {
			_, _ = w.Register(t.Context(), w.in, identity.Registration{Username: "name700", Email: "n@example.com", Password: goodPassword}, client)
			return nil // whoever was first, there is one such name
		}
		_, err := w.Import(t.Context(), w.in, byAdmin, each(all), identity.ImportOptions{}, func(identity.ImportResult) error { return nil }, client)
		return err
	})
	if n := succeeded(errs); n != 3 {
		t.Fatal(errs)
	}
	if n := w.count(`select count(*) from users where tenant_id = $1`); n != 1200 {
		t.Errorf("%d accounts", n)
	}
}

func TestAnExportIsWhatAnImportReads(t *testing.T) {
	w := newWorld(t, "")
	ann := person("40", "ann")
	ann.Name, ann.Profile.FavSport1, ann.EmailVerified = "Ann A.", "run", true
	w.bring(identity.ImportOptions{}, ann, person("x9", "bob"))
	taken := w.taken(identity.UserFilter{}, true)
	if len(taken) != 2 || taken[0].ID != "40" || taken[0].PasswordHash != fromDjango || taken[1].ExternalID != "x9" || taken[0].Profile.FavSport1 != "run" {
		t.Fatalf("%+v", taken)
	}
	w.brings(identity.ImportOptions{}, []string{"exists", "exists"}, taken...)
	if without := w.taken(identity.UserFilter{Query: "bob"}, false); len(without) != 1 || without[0].PasswordHash != "" {
		t.Errorf("%+v", without)
	}
	other := world{w.Service, newTenant(t), t}
	other.brings(identity.ImportOptions{}, []string{"created", "created"}, taken...)
	again := other.taken(identity.UserFilter{}, true)
	if again[0].ID != "40" || again[1].ID != "41" || again[1].ExternalID != "x9" || again[0].Name != "Ann A." || again[1].PasswordHash != fromDjango {
		t.Errorf("%+v", again)
	}
	if n := w.count(`select count(*) from audit where tenant_id = $1 and action = 'users.exported' and details ->> 'passwords' = 'true'`); n != 1 {
		t.Errorf("%d notes in the trail", n)
	}
}

// taken is what an export gives.
func (w world) taken(f identity.UserFilter, passwords bool) (all []identity.Record) {
	w.t.Helper()
	ok(w.t, w.ExportUsers(w.t.Context(), w.in, byAdmin, f, passwords, func(r identity.Record) error { all = append(all, r); return nil }, client))
	return all
}

func TestAnExportHasMoreThanOnePage(t *testing.T) {
	w := newWorld(t, "")
	var all []identity.Record
	for i := range 1001 {
		all = append(all, identity.Record{ID: fmt.Sprint(i + 10), Username: fmt.Sprint("name", i)})
	}
	w.bring(identity.ImportOptions{}, all...)
	got := w.taken(identity.UserFilter{}, false)
	for i, r := range got {
		if r.ID != all[i].ID {
			t.Fatalf("%s at place %d", r.ID, i)
		}
	}
	if len(got) != len(all) {
		t.Errorf("%d of %d", len(got), len(all))
	}
}

func BenchmarkImport(b *testing.B) {
	core, in := newCore(b), pgtest.Get(b).Tenant(b, "")
	for n := 0; b.Loop(); n++ {
		var all []identity.Record
		for i := range 10_000 {
			all = append(all, person(fmt.Sprintf("b%d-%d", n, i), fmt.Sprintf("name%dx%d", n, i)))
		}
		counts, err := core.Import(b.Context(), in, byAdmin, each(all), identity.ImportOptions{}, func(identity.ImportResult) error { return nil }, client)
		if err != nil || counts.Created != len(all) {
			b.Fatal(counts, err)
		}
	}
}
