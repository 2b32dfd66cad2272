package native_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// pagesOf reads a sorted list two by two, and gives what its rows have in a member.
func pagesOf(t *testing.T, c apitest.Admin, path, member string) []any {
	t.Helper()
	var seen []any
	for cursor := ""; ; {
		page := c.Get(path + "&limit=2&cursor=" + url.QueryEscape(cursor)).Is(200)
		seen = append(seen, page.List("data", member)...)
		if cursor = page.Text("next_cursor"); cursor == "" {
			return seen
		}
		if len(seen) > 50 {
			t.Fatalf("%s never ends", path)
		}
	}
}

func reversed(all []any) []any {
	other := slices.Clone(all)
	slices.Reverse(other)
	return other
}

func TestUsersAreSortedPageByPage(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "admin")
	path := apitest.Tenant(in, "/users")
	for _, name := range []string{"dora", "anna", "carl", "ben", "emil"} {
		admin.Post(path, obj{"email": name + "@example.com", "username": name, "invite": name == "ben" || name == "emil"}).Is(201)
	}
	for _, name := range []string{"carl", "anna", "dora"} { // in this order they sign in
		s.SignUp(t, in, name+"-2")
		s.In(t, in).Post("/v1/sign-in", obj{"identifier": name + "-2", "password": apitest.Password}).Is(200)
	}
	none := func(names ...any) []any { return names }
	byName := none("anna", "anna-2", "ben", "carl", "carl-2", "dora", "dora-2", "emil")
	made := none("dora", "anna", "carl", "ben", "emil", "carl-2", "anna-2", "dora-2")
	for sort, want := range map[string][]any{
		"username": byName, "-username": reversed(byName),
		"email":      none("anna-2", "anna", "ben", "carl-2", "carl", "dora-2", "dora", "emil"), // - is before @
		"created_at": made, "-created_at": reversed(made),
		// Whoever never signed in comes last, whichever way.
		"last_login_at":  none("carl-2", "anna-2", "dora-2", "dora", "anna", "carl", "ben", "emil"),
		"-last_login_at": none("dora-2", "anna-2", "carl-2", "emil", "ben", "carl", "anna", "dora"),
		"invited_until":  none("ben", "emil", "dora", "anna", "carl", "carl-2", "anna-2", "dora-2"),
		"-invited_until": none("emil", "ben", "dora-2", "anna-2", "carl-2", "carl", "anna", "dora"),
	} {
		if got := pagesOf(t, admin, path+"?sort="+sort, "username"); !slices.Equal(got, want) {
			t.Errorf("%s: wanted %v, got %v", sort, want, got)
		}
	}
	for query, want := range map[string][]any{
		"sort=-username&q=ann":                {"anna-2", "anna"},
		"sort=invited_until&status=invited":   {"ben", "emil"},
		"sort=-last_login_at&contract=native": {"dora-2", "anna-2", "carl-2"},
		"sort=email&group=nobody":             {},
	} {
		if got := pagesOf(t, admin, path+"?"+query, "username"); !slices.Equal(got, want) {
			t.Errorf("%s: wanted %v, got %v", query, want, got)
		}
	}
}

// A cursor belongs to its order, and an order is one of those that are written down.
func TestACursorOfAnotherOrderIsRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	operator := s.Operator(t)
	s.SignUp(t, in, "mia")
	s.SignUp(t, in, "noah")
	users := apitest.Tenant(in, "/users")
	newest := operator.Get(users + "?limit=1").Is(200).Text("next_cursor")
	byEmail := operator.Get(users + "?limit=1&sort=email").Is(200).Text("next_cursor")
	for _, query := range []string{"sort=-email&cursor=" + byEmail, "sort=username&cursor=" + byEmail, "cursor=" + byEmail, "sort=email&cursor=" + newest} {
		operator.Get(users+"?"+query).Refused(400, "cursor_invalid")
	}
	for path, orders := range map[string][2]string{
		"/admin/v1/tenants":               {"name", "slug"},
		"/admin/v1/audit":                 {"at", "-at"},
		apitest.Tenant(in, "/audit"):      {"at", "-at"},
		apitest.Tenant(in, "/deliveries"): {"created_at", "-created_at"},
	} {
		cursor := operator.Get(path + "?limit=1&sort=" + orders[0]).Is(200).Text("next_cursor")
		if cursor == "" {
			t.Fatalf("%s has one page", path)
		}
		operator.Get(path + "?limit=1&sort=" + orders[0] + "&cursor=" + cursor).Is(200)
		operator.Get(path+"?sort="+orders[1]+"&cursor="+cursor).Refused(400, "cursor_invalid")
		operator.Get(path+"?cursor="+cursor).Refused(400, "cursor_invalid")
	}
	for _, path := range []string{"/admin/v1/tenants", "/admin/v1/audit", users, apitest.Tenant(in, "/audit"), apitest.Tenant(in, "/deliveries"), apitest.Tenant(in, "/groups")} {
		for _, sort := range []string{"password_hash", "id%3Bdrop", "--at", "-", "created_at%20desc", "%00x"} {
			operator.Get(path+"?sort="+sort).Refused(400, "validation_failed", "sort:not_a_choice")
		}
	}
}

func TestTenantsAreSortedPageByPage(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	c, tag := s.Operator(t), uuid.NewString()[:8]
	names := []string{"beta", "Alpha", "gamma", "Zoé", "alpha"}
	for i, name := range names {
		c.Post("/admin/v1/tenants", obj{"slug": fmt.Sprintf("sort-%s-%d", tag, i), "name": name}).Is(201)
	}
	made := []any{"beta", "Alpha", "gamma", "Zoé", "alpha"}
	byName := []any{"Alpha", "alpha", "beta", "gamma", "Zoé"} // equals in the order they were made, as their ids are
	for sort, want := range map[string][]any{
		"slug": made, "-slug": reversed(made), "created_at": made, "-created_at": reversed(made), "name": byName, "-name": reversed(byName),
	} {
		if got := pagesOf(t, c, "/admin/v1/tenants?q=sort-"+tag+"&sort="+sort, "name"); !slices.Equal(got, want) {
			t.Errorf("%s: wanted %v, got %v", sort, want, got)
		}
	}
	mine := s.Tenant(t, "")
	if found := pagesOf(t, s.Staff(t, mine, "viewer"), "/admin/v1/tenants?sort=-created_at", "slug"); !slices.Equal(found, []any{mine.Slug()}) {
		t.Errorf("an admin sees %v", found)
	}
}

func TestGroupsDeliveriesAndTheTrailAreSorted(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	admin := s.Staff(t, in, "owner")
	for _, name := range []string{"Referees", "board"} {
		admin.Post(apitest.Tenant(in, "/groups"), obj{"name": name}).Is(201)
	}
	for _, name := range []string{"mia", "noah", "lin"} {
		s.SignUp(t, in, name)
	}
	s.SignUpCoach(t, in, "carl")
	for sort, want := range map[string][]any{
		"": {"user", "coach", "Referees", "board"}, "?sort=name": {"board", "coach", "Referees", "user"}, "?sort=-name": {"user", "Referees", "coach", "board"},
		"?sort=members": {"Referees", "board", "coach", "user"}, "?sort=-members": {"user", "coach", "board", "Referees"},
	} {
		if got := admin.Get(apitest.Tenant(in, "/groups", sort)).Is(200).List("data", "name"); !slices.Equal(got, want) {
			t.Errorf("groups by %q: wanted %v, got %v", sort, want, got)
		}
	}
	for path, orders := range map[string][2]string{"/deliveries": {"created_at", "-created_at"}, "/audit": {"at", "-at"}} {
		oldest := pagesOf(t, admin, apitest.Tenant(in, path+"?sort=", orders[0]), "id")
		newest := pagesOf(t, admin, apitest.Tenant(in, path+"?sort=", orders[1]), "id")
		usual := pagesOf(t, admin, apitest.Tenant(in, path+"?"), "id")
		if len(oldest) < 4 || !slices.Equal(newest, reversed(oldest)) || !slices.Equal(usual, newest) {
			t.Errorf("%s: oldest first %v, newest first %v, without a word %v", path, oldest, newest, usual)
		}
	}
}
