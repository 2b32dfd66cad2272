package tenants_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants"
)

var who = tenants.Who{Kind: "operator", ID: "test"}

func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-deadline:
			t.Fatalf("it never happened: %s", what)
		case <-tick.C:
		}
	}
}

func TestFourWaysToNameATenant(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, other := h.Tenant(t, ""), h.Tenant(t, "")
	_, key, err := h.Registry.CreateKey(t.Context(), who, in, tenants.KeyPublishable, "web")
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := h.Registry.CreateKey(t.Context(), who, in, tenants.KeySecret, "job")
	if err != nil {
		t.Fatal(err)
	}
	host := in.Slug() + ".customer.test"
	if _, err := h.Registry.PutDomain(t.Context(), who, in, host); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		hints tenants.Hints
		want  *fault.Code
	}{
		"path":                 {tenants.Hints{Path: in.Slug()}, nil},
		"own domain":           {tenants.Hints{Host: strings.ToUpper(host) + ":8443"}, nil},
		"base domain":          {tenants.Hints{Host: in.Slug() + ".id.example.test"}, nil},
		"header":               {tenants.Hints{Header: in.Slug()}, nil},
		"publishable key":      {tenants.Hints{Key: key}, nil},
		"all agree":            {tenants.Hints{Path: in.Slug(), Host: host, Header: in.Slug(), Key: key}, nil},
		"some other host":      {tenants.Hints{Path: in.Slug(), Host: "elsewhere.test"}, nil},
		"path against header":  {tenants.Hints{Path: in.Slug(), Header: other.Slug()}, fault.TenantConflict},
		"host against key":     {tenants.Hints{Host: other.Slug() + ".id.example.test", Key: key}, fault.TenantConflict},
		"no hint":              {tenants.Hints{}, fault.TenantMissing},
		"only a foreign host":  {tenants.Hints{Host: "elsewhere.test"}, fault.TenantMissing},
		"unknown slug":         {tenants.Hints{Path: "nobody"}, fault.TenantUnknown},
		"unknown and known":    {tenants.Hints{Path: in.Slug(), Header: "nobody"}, fault.TenantUnknown},
		"no slug at all":       {tenants.Hints{Path: "No Slug'--"}, fault.TenantUnknown},
		"unknown key":          {tenants.Hints{Key: "pk_nope"}, fault.TenantUnknown},
		"a secret key":         {tenants.Hints{Key: secret}, fault.TenantUnknown},
		"unknown under domain": {tenants.Hints{Host: "nobody.id.example.test"}, fault.TenantUnknown},
	} {
		s, err := h.Registry.Resolve(t.Context(), tc.hints)
		switch {
		case tc.want != nil && !errors.Is(err, tc.want):
			t.Errorf("%s: wanted %s, got %v", name, tc.want.Name, err)
		case tc.want == nil && (err != nil || s.ID() != in.ID()):
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASuspendedTenantIsGoneAndItsSessionsStayDead(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in := h.Tenant(t, "")
	insertUser(t, in, 1, "anna")
	err := in.Tx(t.Context(), func(tx *tenants.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into sessions (tenant_id, id, user_id, kind, contract, idle_seconds, expires_at)
			values ($1, gen_random_uuid(), 1, 'opaque', 'native', 60, now() + interval '1 hour')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Registry.Suspend(t.Context(), who, in.ID()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Registry.Resolve(t.Context(), tenants.Hints{Path: in.Slug()}); !errors.Is(err, fault.TenantSuspended) {
		t.Fatalf("suspended, it resolves: %v", err)
	}
	if _, err := h.Registry.Resume(t.Context(), who, in.ID()); err != nil {
		t.Fatal(err)
	}
	var live int
	if err := in.Get(t.Context(), &live, `select count(*) from sessions where tenant_id = $1 and revoked_at is null`); err != nil || live != 0 {
		t.Fatalf("%d old sessions live again, %v", live, err)
	}
}

// Another process changes the tenant: only the database tells.
func TestNewsOfAChangeReachTheCache(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in := h.Tenant(t, "")
	eventually(t, "the registry listens", h.Registry.Listening)
	name := func() string {
		s, err := h.Registry.BySlug(t.Context(), in.Slug())
		if err != nil {
			t.Fatal(err)
		}
		return s.Tenant().Name
	}
	before := name()
	if _, err := h.Owner(t).ExecContext(t.Context(), `update tenants set name = 'Elsewhere' where id = $1`, in.ID()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new name is seen", func() bool { return name() == "Elsewhere" })
	if before == "Elsewhere" {
		t.Fatal("the test shows nothing")
	}
}

func TestADroppedListenerEmptiesTheCache(t *testing.T) {
	t.Parallel()
	h := pgtest.Fresh(t) // of its own: it takes the news away from everybody on the database
	in := h.Tenant(t, "")
	eventually(t, "the registry listens", h.Registry.Listening)
	if _, err := h.Registry.BySlug(t.Context(), in.Slug()); err != nil {
		t.Fatal(err)
	}
	// With its listener killed, the news of this change is lost; the drop itself has to empty the cache.
	_, err := h.Owner(t).ExecContext(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = 'keyhall-listen' and datname = current_database()`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Owner(t).ExecContext(t.Context(), `alter table tenants disable trigger tenant_changed`); err != nil {
		t.Fatal(err)
	}
	_, err = h.Owner(t).ExecContext(t.Context(), `update tenants set name = 'Unheard' where id = $1`, in.ID())
	if _, again := h.Owner(t).ExecContext(t.Context(), `alter table tenants enable trigger tenant_changed`); err != nil || again != nil {
		t.Fatal(err, again)
	}
	eventually(t, "the unheard change is seen", func() bool {
		s, err := h.Registry.BySlug(t.Context(), in.Slug())
		return err == nil && s.Tenant().Name == "Unheard"
	})
}

func TestANameThatAppearsIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	slug := "late-" + strings.ToLower(h.Tenant(t, "").Slug())
	if _, err := h.Registry.BySlug(t.Context(), slug); !errors.Is(err, fault.TenantUnknown) {
		t.Fatalf("before it is made: %v", err)
	}
	if _, err := h.Owner(t).ExecContext(t.Context(), `insert into tenants (id, slug, name) values (gen_random_uuid(), $1, 'Late')`, slug); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Registry.BySlug(t.Context(), slug); err != nil {
		t.Fatalf("unknown names were remembered: %v", err)
	}
}

func TestSettingsAreMergedAndChecked(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in := h.Tenant(t, `{"password":{"min_length":12}}`)
	for patch, want := range map[string]string{
		`{"nope":1}`: "nope", `{"contracts":{"coach":{"nope":1}}}`: "contracts.coach.nope", `{"password":{"min_length":"8"}}`: "password.min_length",
		`{"password":{"min_length":0}}`: "password.min_length", `{"email":{"verification":"maybe"}}`: "email.verification",
		`{"lifetimes":{"otp_seconds":0}}`: "lifetimes.otp_seconds", `{"links":{"verify_email":"https://x.test/"}}`: "links.verify_email",
		`{"links":{"reset_password":"javascript:{uid}{token}"}}`: "links.reset_password", `{"origins":["*"]}`: "origins",
		`{"smtp":{"host":"mail.test","port":25,"tls":"none","password_sealed":"AAAA"}}`: "smtp.password_sealed", `{"registration":true}`: "registration",
	} {
		_, err := h.Registry.PatchSettings(t.Context(), who, in.ID(), []byte(patch))
		f := fault.From(err)
		if f.Code.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Name != want {
			t.Errorf("%s: wanted a complaint about %s, got %v", patch, want, err)
		}
	}
	_, err := h.Registry.PatchSettings(t.Context(), who, in.ID(), []byte(`{"smtp":{"host":"mail.test","port":25}}`))
	if f := fault.From(err); len(f.Fields) != 1 || f.Fields[0].Name != "smtp.tls" || f.Fields[0].Code != fault.Required {
		t.Errorf("what was left out is not told: %v", err)
	}
	s, err := h.Registry.PatchSettings(t.Context(), who, in.ID(), []byte(`{"approval":{"required_for":[]},"password":{"min_length":null}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Settings(); len(got.Approval.RequiredFor) != 0 || got.Password.MinLength != 8 || !got.Registration.Open {
		t.Fatalf("got %+v", got)
	}
}

func TestAnSMTPPasswordIsNeverShown(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in := h.Tenant(t, `{"smtp":{"host":"mail.test","port":587,"username":"u","password":"hunter2","tls":"starttls"}}`)
	var stored string
	if err := h.Owner(t).QueryRowContext(t.Context(), `select settings::text from tenants where id = $1`, in.ID()).Scan(&stored); err != nil {
		t.Fatal(err)
	}
	shown, err := json.Marshal(in.Settings())
	if err != nil || strings.Contains(stored+string(shown), "hunter2") {
		t.Fatalf("the password is readable: %v", err)
	}
	if p, err := h.Registry.SMTPPassword(in); err != nil || p != "hunter2" {
		t.Fatalf("the worker gets %q, %v", p, err)
	}
	s, err := h.Registry.PatchSettings(t.Context(), who, in.ID(), []byte(`{"smtp":{"port":465}}`))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := h.Registry.SMTPPassword(s); err != nil || p != "hunter2" {
		t.Fatalf("after a change of the port the worker gets %q, %v", p, err)
	}
}

func TestAHostBelongsToOneTenant(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	a, b := h.Tenant(t, ""), h.Tenant(t, "")
	host := a.Slug() + ".shared.test"
	for range 2 {
		if _, err := h.Registry.PutDomain(t.Context(), who, a, host); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Registry.PutDomain(t.Context(), who, b, host); !errors.Is(err, fault.HostTaken) {
		t.Fatalf("taken over: %v", err)
	}
	for _, bad := range []string{"localhost", "a b.test", "x.id.example.test", "id.example.test", "-.test", "127.0.0.1"} {
		if _, err := h.Registry.PutDomain(t.Context(), who, a, bad); !errors.Is(err, fault.BadFormat) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
