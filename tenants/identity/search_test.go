package identity_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/identity"
)

// finds gives the usernames that a search shows, in its order.
func (w world) finds(query string) string {
	w.t.Helper()
	all, err := w.SearchUsernames(w.t.Context(), w.in, query, client)
	ok(w.t, err)
	var names []string
	for _, f := range all {
		names = append(names, f.Username)
	}
	return strings.Join(names, " ")
}

func (w world) expects(found map[string]string) {
	w.t.Helper()
	for query, names := range found {
		if got := w.finds(query); got != names {
			w.t.Errorf("%q finds %q, not %q", query, got, names)
		}
	}
}

func TestSearchFindsEveryPartOfAUsername(t *testing.T) {
	w := newWorld(t, "")
	for _, name := range []string{"Dude", "anna_b", "Zoë", "banana", "a.b-c@d"} {
		_, err := w.Register(t.Context(), w.in, identity.Registration{Username: name, Password: goodPassword}, client)
		ok(t, err)
	}
	w.expects(map[string]string{
		"dude": "Dude", "UD": "Dude", "E": "Dude", "na": "anna_b banana", "ana": "banana", "_": "anna_b", "%": "", "a%b": "", `\`: "", "oË": "Zoë",
		"ｄｕ": "Dude", "b-c@": "a.b-c@d", "example.com": "", " ": "", "\u200b": "", "d\x00": "Dude a.b-c@d", "dudes": "", "'": "",
		"": "Dude anna_b Zoë banana a.b-c@d",
	})
}

// The two tenants have the same names, and neither finds the other's.
func TestSearchStaysInItsTenant(t *testing.T) {
	w := newWorld(t, "")
	other := world{w.Service, newTenant(t), t}
	w.register("anna", "")
	other.register("hannah", "")
	other.register("anna", "")
	w.expects(map[string]string{"ann": "anna", "hann": "", "": "anna"})
	other.expects(map[string]string{"ann": "hannah anna", "": "hannah anna"})
	var foreign int
	ok(t, w.in.Get(t.Context(), &foreign, `select count(*) from username_tails where tenant_id <> $1`))
	if foreign != 0 {
		t.Errorf("%d tails of others can be read", foreign)
	}
}

func TestSearchFollowsTheNames(t *testing.T) {
	w := newWorld(t, "")
	anna := w.register("anna", "")
	w.register("annabel", "")
	actor, err := w.actor(anna)
	ok(t, err)
	renamed := "Greta"
	_, err = w.UpdateProfile(t.Context(), w.in, actor, identity.ProfileChange{Username: &renamed}, client)
	ok(t, err)
	w.expects(map[string]string{"ann": "annabel", "ret": "Greta"})
	ok(t, w.EraseUser(t.Context(), w.in, identity.By{Kind: "admin", ID: "x"}, anna.User.ID, client))
	w.expects(map[string]string{"ret": "", "": "annabel"})
	if n := w.count(`select count(*) from username_tails where tenant_id = $1 and user_id = $2`, anna.User.ID); n != 0 {
		t.Errorf("%d tails of an erased user are left", n)
	}
}

func TestSearchShowsNobodyWhoMayNotAct(t *testing.T) {
	w := newWorld(t, `{"approval":{"required_for":["coach"],"pending_may_sign_in":false}}`)
	w.register("anna", identity.TypeUser)
	coach := w.register("anton", identity.TypeCoach).User.ID
	w.expects(map[string]string{"an": "anna", "": "anna"})
	by, no := identity.By{Kind: "admin", ID: "x"}, false
	_, err := w.Decide(t.Context(), w.in, by, []int64{coach}, "approve", "", client)
	ok(t, err)
	w.expects(map[string]string{"an": "anna anton", "": "anna anton"})
	_, err = w.ChangeUser(t.Context(), w.in, by, coach, identity.UserChange{Active: &no}, client)
	ok(t, err)
	w.expects(map[string]string{"an": "anna", "": "anna"})
}

func TestSearchShowsNoUnprovenAddressWhereProofIsDemanded(t *testing.T) {
	w := newWorld(t, `{"email":{"verification":"mandatory"}}`)
	w.register("anna", "")
	w.expects(map[string]string{"an": "", "": ""})
	_, err := w.VerifyEmail(t.Context(), w.in, w.secret("verify_email", "anna@example.com")["key"], client)
	ok(t, err)
	w.expects(map[string]string{"an": "anna", "": "anna"})
}

// Names are told apart beyond what the tails hold, and the last letters of a long name are found.
func TestSearchInLongNames(t *testing.T) {
	w := newWorld(t, "")
	long := strings.Repeat("a", 60)
	w.register(long+"b", "")
	w.expects(map[string]string{long: long + "b", long + "b": long + "b", "ab": long + "b", strings.Repeat("a", 45) + "c": "", long + "bb": "", long + "a": ""})
}

// However many match, fifty are shown, by id; and beyond 5,000 places there are still fifty.
func TestSearchShowsFifty(t *testing.T) {
	w := newWorld(t, "")
	people(t, w, 6000)
	for _, query := range []string{"", "per", "erso", "7", "son59"} {
		all, err := w.SearchUsernames(t.Context(), w.in, query, client)
		ok(t, err)
		if len(all) != 50 {
			t.Fatalf("%q finds %d", query, len(all))
		}
		for i := range all {
			if !strings.Contains(all[i].Username, query) || i > 0 && all[i].ID <= all[i-1].ID {
				t.Errorf("%q: %v", query, all[i])
			}
		}
	}
	w.expects(map[string]string{"person5999": "person5999", "n12": w.finds("n12")})
	if first, _, _ := strings.Cut(w.finds("n12"), " "); first != "person12" {
		t.Errorf("the first with n12 is %s", first)
	}
}

// people adds accounts without passwords.
func people(t *testing.T, w world, count int) {
	t.Helper()
	_, err := pgtest.Get(t).Owner(t).ExecContext(t.Context(), `insert into users (tenant_id, id, username, username_key, group_id)
		select $1, n, 'person' || n, 'person' || n, 1 from generate_series(1, $2::int) n`, w.in.ID(), count)
	ok(t, err)
}
