package apitest

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/admin"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Password passes every rule.
const Password = "Kx9!vortex-lantern"

// Person is an account of a tenant, signed in by the native API.
type Person struct {
	Client
	ID              int64
	Username, Email string
	Access, Refresh string
}

// SignUp makes an account. The tenant must let it in at once.
func (s *Server) SignUp(t testing.TB, in *tenants.Scope, name string) Person {
	t.Helper()
	return s.signUp(t, in, name, "user")
}

// SignUpCoach makes an account that waits for approval.
func (s *Server) SignUpCoach(t testing.TB, in *tenants.Scope, name string) Person {
	t.Helper()
	return s.signUp(t, in, name, "coach")
}

func (s *Server) signUp(t testing.TB, in *tenants.Scope, name, kind string) Person {
	t.Helper()
	p := Person{Client: s.In(t, in), Username: name, Email: name + "@example.com"}
	a := p.Post("/v1/sign-up", map[string]string{"username": name, "email": p.Email, "password": Password, "user_type": kind}).Is(http.StatusCreated)
	p.ID, p.Access, p.Refresh = a.Int("user.id"), a.Text("tokens.access_token"), a.Text("tokens.refresh_token")
	p.Client = p.Bearer(p.Access)
	return p
}

// SignIn opens another session of the person.
func (p Person) SignIn() Person {
	p.t.Helper()
	a := p.Bearer("").Post("/v1/sign-in", map[string]string{"identifier": p.Email, "password": Password}).Is(http.StatusOK)
	p.Access, p.Refresh = a.Text("access_token"), a.Text("refresh_token")
	p.Client = p.Bearer(p.Access)
	return p
}

// Admin is an operator or an admin of a tenant, signed in by tokens.
type Admin struct {
	Client
	ID              uuid.UUID
	Email           string
	Access, Refresh string
}

// For is the same administrator in another test.
func (a Admin) For(t testing.TB) Admin {
	a.t = t
	return a
}

// Operator gives the first operator of the server.
func (s *Server) Operator(t testing.TB) Admin {
	t.Helper()
	s.operator.Do(func() { s.chief = s.NewOperator(t) })
	return s.chief.For(t)
}

var count atomic.Int64

// NewOperator makes another operator, who is an owner of the platform.
func (s *Server) NewOperator(t testing.TB) Admin {
	t.Helper()
	return s.OperatorAs(t, admin.RoleOwner)
}

// OperatorAs makes another operator with a role.
func (s *Server) OperatorAs(t testing.TB, role string) Admin {
	t.Helper()
	email := fmt.Sprintf("operator%d-%s@platform.example", count.Add(1), uuid.NewString()[:8])
	a, err := s.Admins.CreateOperator(t.Context(), admin.NewOperator{Email: email, Password: Password, Role: role, Check: admin.TrustPassword})
	if err != nil {
		t.Fatal(err)
	}
	return s.Enter(t, Admin{ID: a.ID, Email: email})
}

// Enter signs an administrator in by tokens.
func (s *Server) Enter(t testing.TB, a Admin) Admin {
	t.Helper()
	tokens := s.Client(t).Post("/admin/v1/auth/login", map[string]string{"email": a.Email, "password": Password}).Is(http.StatusOK)
	a.Access, a.Refresh = tokens.Text("access_token"), tokens.Text("refresh_token")
	a.Client = s.Client(t).Bearer(a.Access)
	return a
}

// Invite asks somebody to administer a tenant and gives him as he is before he accepts, with the key of his mail.
func (s *Server) Invite(t testing.TB, in *tenants.Scope, role string) (a Admin, key string) {
	t.Helper()
	a = Admin{Client: s.Client(t), Email: fmt.Sprintf("%s%d-%s@staff.example", role, count.Add(1), uuid.NewString()[:8])}
	made := s.Operator(t).Post("/admin/v1/tenants/"+in.Slug()+"/admins", map[string]string{"email": a.Email, "role": role}).Is(http.StatusCreated)
	a.ID = uuid.MustParse(made.Text("id"))
	return a, s.Mail(t, in, a.Email, "admin_invitation")["key"]
}

// Staff makes an admin of a tenant, by invitation.
func (s *Server) Staff(t testing.TB, in *tenants.Scope, role string) Admin {
	t.Helper()
	a, key := s.Invite(t, in, role)
	tokens := a.Post("/admin/v1/invitations/accept", map[string]string{"token": key, "password": Password, "name": "Staff " + role}).Is(http.StatusOK)
	a.Access, a.Refresh = tokens.Text("access_token"), tokens.Text("refresh_token")
	a.Client = a.Bearer(a.Access)
	return a
}

// APIKey makes a key of a tenant.
func (s *Server) APIKey(t testing.TB, in *tenants.Scope, kind string) (id, key string) {
	t.Helper()
	a := s.Operator(t).Post("/admin/v1/tenants/"+in.Slug()+"/keys", map[string]string{"kind": kind, "name": "Test"}).Is(http.StatusCreated)
	return a.Text("id"), a.Text("key")
}

const newestMail = `select id, sealed from outbox where tenant_id = $1 and lower(recipient) = lower($2) and payload ->> 'message' = $3
	order by created_at desc, id desc limit 1`

// Mail gives the secrets of the newest mail of a kind to an address: "key", or "uid" and "token". It ends the test when
// there is no such mail.
func (s *Server) Mail(t testing.TB, in *tenants.Scope, to, message string) map[string]string {
	t.Helper()
	var id string
	var sealed []byte
	if err := s.Owner.QueryRowContext(t.Context(), newestMail, in.ID(), to, message).Scan(&id, &sealed); err != nil {
		t.Fatalf("no mail %s to %s: %v", message, to, err)
	}
	if sealed == nil {
		return map[string]string{}
	}
	plain, err := s.Sealer.Open(sealed, outbox.Place(in.ID(), id))
	if err != nil {
		t.Fatal(err)
	}
	var secret map[string]string
	if err := json.Unmarshal(plain, &secret); err != nil {
		t.Fatal(err)
	}
	return secret
}

// PlatformMail gives what the newest mail of the platform itself to an address says, its secrets too: nil when there is none.
func (s *Server) PlatformMail(t testing.TB, to, message string) map[string]any {
	t.Helper()
	var id string
	var payload, sealed []byte
	err := s.Owner.QueryRowContext(t.Context(), `select id, payload, sealed from platform_outbox where recipient = $1 and payload ->> 'message' = $2
		order by created_at desc, id desc limit 1`, to, message).Scan(&id, &payload, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	says := map[string]any{}
	if err == nil {
		err = json.Unmarshal(payload, &says)
	}
	if err == nil && sealed != nil {
		var plain []byte
		if plain, err = s.Sealer.Open(sealed, "platform outbox/"+id); err == nil {
			err = json.Unmarshal(plain, &says)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return says
}

// Mails counts the mails of a kind to an address.
func (s *Server) Mails(t testing.TB, in *tenants.Scope, to, message string) int {
	t.Helper()
	return s.Count(t, `select count(*) from outbox where tenant_id = $1 and lower(recipient) = lower($2) and payload ->> 'message' = $3`, in.ID(), to, message)
}

// Count runs a query that counts, over all tenants' rows.
func (s *Server) Count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	if err := s.Owner.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Exec runs a statement as the owner of the schema, to make a state that takes long to come about.
func (s *Server) Exec(t testing.TB, statement string, args ...any) {
	t.Helper()
	if _, err := s.Owner.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// Settings changes a tenant's settings by a merge patch and waits for nothing: this process knows at once.
func (s *Server) Settings(t testing.TB, in *tenants.Scope, patch string) {
	t.Helper()
	if _, err := s.Registry.PatchSettings(t.Context(), tenants.Who{Kind: "system", ID: "test"}, in.ID(), []byte(patch)); err != nil {
		t.Fatal(err)
	}
}

// Tenant gives the path of a tenant in the administration, with what stands below it.
func Tenant(in *tenants.Scope, below ...string) string {
	return "/admin/v1/tenants/" + in.Slug() + strings.Join(below, "")
}
