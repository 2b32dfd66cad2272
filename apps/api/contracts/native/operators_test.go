package native_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/internal/pgtest"
)

const operatorsPath = "/admin/v1/operators"

func seatOf(a apitest.Admin) string { return operatorsPath + "/" + a.ID.String() }

func accepting(s *apitest.Server, t *testing.T, key any) apitest.Answer {
	t.Helper()
	return s.Client(t).Post("/admin/v1/invitations/accept", obj{"token": key, "password": newPassword, "name": "Ada"})
}

func TestAnOperatorIsInvitedByMailAndAccepts(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	owner, plain := s.NewOperator(t), s.OperatorAs(t, "operator")
	email := "ada-" + uuid.NewString()[:8] + "@platform.example"
	made := owner.Post(operatorsPath, obj{"email": email, "role": "operator"}).Is(201)
	if made.Text("state") != "invited" || made.Text("role") != "operator" || made.Text("invited_until") == "" {
		t.Errorf("invited: %s", made.Body)
	}
	if until, err := time.Parse(time.RFC3339, made.Text("invited_until")); err != nil || time.Until(until) < 6*24*time.Hour {
		t.Errorf("invited until %s", made.Text("invited_until"))
	}
	first := s.PlatformMail(t, email, "operator_invitation")
	if first["inviter"] != owner.Email {
		t.Errorf("the mail says %v", first)
	}
	seat := operatorsPath + "/" + made.Text("id")
	owner.Post(seat+"/invitation", nil).Is(202)
	accepting(s, t, first["key"]).Refused(400, "validation_failed", "token:invitation_invalid")
	second := s.PlatformMail(t, email, "operator_invitation")["key"]
	s.Exec(t, `update operator_invitations set expires_at = now() - interval '1 second' where email = $1`, email)
	accepting(s, t, second).Refused(400, "validation_failed", "token:invitation_invalid")
	owner.Post(operatorsPath, obj{"email": email, "role": "operator"}).Is(201)
	key := s.PlatformMail(t, email, "operator_invitation")["key"]
	ada := s.Client(t).Bearer(accepting(s, t, key).Is(200).Text("access_token"))
	accepting(s, t, key).Refused(400, "validation_failed", "token:invitation_invalid")
	if me := ada.Get("/admin/v1/me").Is(200); me.Value("operator") != true || me.Text("operator_role") != "operator" {
		t.Errorf("me: %s", me.Body)
	}
	ada.Get("/admin/v1/tenants").Is(200)
	found := plain.Get(operatorsPath + "?q=" + email).Is(200)
	if got := found.List("data", "state"); !slices.Equal(got, []any{"active"}) {
		t.Errorf("found: %s", found.Body)
	}
	page := plain.Get(operatorsPath + "?limit=1").Is(200)
	if next := plain.Get(operatorsPath + "?limit=1&cursor=" + page.Text("next_cursor")).Is(200); next.Text("data.0.id") == page.Text("data.0.id") {
		t.Errorf("the second page is the first: %s", next.Body)
	}
	plain.Get(operatorsPath+"?cursor=x").Refused(400, "cursor_invalid")
	owner.Post(operatorsPath, obj{"email": email, "role": "owner"}).Refused(409, "operator_taken", "email")
	owner.Post(operatorsPath, obj{"email": "no", "role": "king"}).Refused(400, "validation_failed", "email:invalid_email", "role:not_a_choice")
	owner.Post(seat+"/invitation", nil).Refused(409, "invitation_accepted")
	plain.Post(operatorsPath, obj{"email": "x" + email, "role": "operator"}).Refused(403, "not_allowed")
	plain.Put(settingsPath, obj{"operators_second_factor": false}).Refused(403, "not_allowed")
	owner.Patch(seat, obj{"role": "owner"}).Is(200)
	owner.Delete(seat, nil).Is(204)
	ada.Get("/admin/v1/me").Refused(401, "token_invalid")
	owner.Delete(seat, nil).Refused(404, "not_found")
	if n := s.Count(t, `select count(*) from platform_audit where object = $1 and action like 'operator.%'`, made.Text("id")); n != 6 {
		t.Errorf("%d rows in the trail", n)
	}
}

func TestAnInvitationOfAnOperatorIsTakenBack(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	owner := s.NewOperator(t)
	email := "ada-" + uuid.NewString()[:8] + "@platform.example"
	seat := operatorsPath + "/" + owner.Post(operatorsPath, obj{"email": email, "role": "owner"}).Is(201).Text("id")
	key := s.PlatformMail(t, email, "operator_invitation")["key"]
	owner.Delete(seat+"/invitation", nil).Is(204)
	accepting(s, t, key).Refused(400, "validation_failed", "token:invitation_invalid")
	owner.Delete(seat+"/invitation", nil).Refused(404, "not_found")
	if n := s.Count(t, `select count(*) from platform_outbox where recipient = $1 and (state = 'pending' or sealed is not null)`, email); n != 0 {
		t.Error("the mail waits still")
	}
}

// A tenant may have a mail server of its own and read the invitations it sends, so an account that one of them opened
// must not become an operator's as it is.
func TestAnAccountThatATenantOpenedDoesNotGainThePlatform(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	owner := s.NewOperator(t)
	thief := s.Staff(t, in, "viewer")
	late, lateKey := s.Invite(t, in, "viewer")
	for _, email := range []string{thief.Email, late.Email} {
		owner.Post(operatorsPath, obj{"email": email, "role": "owner"}).Is(201)
	}
	thief.Get(operatorsPath).Refused(403, "not_allowed")
	accepting(s, t, s.PlatformMail(t, thief.Email, "operator_invitation")["key"]).Is(200)
	thief.Get("/admin/v1/me").Refused(401, "token_invalid")
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": thief.Email, "password": apitest.Password}).Refused(401, "bad_credentials")
	accepting(s, t, s.PlatformMail(t, late.Email, "operator_invitation")["key"]).Is(200)
	accepting(s, t, lateKey).Refused(400, "validation_failed", "token:invitation_invalid")
}

// A server of its own: the last owner is the last of all.
func TestThePlatformKeepsAnOwner(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{House: pgtest.Fresh(t)})
	owners := []apitest.Admin{s.NewOperator(t), s.NewOperator(t), s.NewOperator(t)}
	owners[0].Delete(seatOf(owners[0]), nil).Refused(403, "not_oneself")
	owners[0].Patch(seatOf(owners[0]), obj{"role": "operator"}).Refused(403, "not_oneself")
	var all sync.WaitGroup
	for n := range 50 {
		by, of := owners[n%3], owners[(n+1+n%2)%3]
		all.Go(func() {
			if n%2 == 0 {
				by.Delete(seatOf(of), nil)
			} else {
				by.Patch(seatOf(of), obj{"role": "operator"})
			}
		})
	}
	all.Wait()
	if n := s.Count(t, `select count(*) from admins where platform_owner and operator`); n < 1 {
		t.Fatalf("%d owners are left", n)
	}
}

func TestWhoLosesTheFactorIsTold(t *testing.T) {
	t.Parallel()
	s := secure(t)
	owner, plain, lost := s.NewOperator(t), s.OperatorAs(t, "operator"), s.NewOperator(t)
	k := newAuthenticator(t, s, lost)
	k.confirm(k.begin(), "Phone").Is(201)
	plain.Delete(seatOf(lost)+"/second-factor", nil).Refused(403, "not_allowed")
	in := s.Tenant(t, "")
	s.Exec(t, `insert into admin_roles (tenant_id, admin_id, role) values ($1, $2, 'viewer')`, in.ID(), lost.ID)
	plain.Delete(apitest.Tenant(in, "/admins/", lost.ID.String(), "/second-factor"), nil).Refused(403, "not_allowed")
	owner.Delete(seatOf(owner)+"/second-factor", nil).Refused(403, "not_oneself")
	owner.Delete(seatOf(lost)+"/second-factor", nil).Is(204)
	owner.Delete(seatOf(lost)+"/second-factor", nil).Is(204)
	lost.Get("/admin/v1/me").Refused(401, "token_invalid")
	if mail := s.PlatformMail(t, lost.Email, "factor_reset"); mail["actor"] != owner.Email || mail["moment"] == "" {
		t.Errorf("the mail says %v", mail)
	}
	if n := s.Count(t, `select count(*) from platform_outbox where recipient = $1`, lost.Email); n != 1 {
		t.Errorf("%d mails", n)
	}
}
