package native_test

import (
	"encoding/base32"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/totp"
)

const factorPath = "/admin/v1/me/second-factor"

// phone is an authenticator app with one account in it.
type phone struct {
	t      *testing.T
	s      *apitest.Server
	secret []byte
	owner  apitest.Admin
}

// code is what the app shows some steps from now. The server remembers the last step that was taken, so a test that
// wants to go on sets the memory back instead of waiting for half a minute.
func (p phone) code(steps int64) string { return totp.Code(p.secret, totp.Step(time.Now())+steps) }

func (p phone) forgetStep() {
	p.s.Exec(p.t, `update admin_factors set last_step = 0 where admin_id = $1`, p.owner.ID)
}

func (p phone) signIn(code string) apitest.Answer {
	return p.s.Client(p.t).Post("/admin/v1/auth/login", obj{"email": p.owner.Email, "password": apitest.Password, "code": code})
}

// enrol gives a new operator a second factor, and the recovery codes.
func enrol(t *testing.T, s *apitest.Server) (phone, []string) {
	t.Helper()
	return enrolled(t, s, s.NewOperator(t))
}

func enrolled(t *testing.T, s *apitest.Server, owner apitest.Admin) (phone, []string) {
	t.Helper()
	p := phone{t: t, s: s, owner: owner}
	begun := p.owner.Post(factorPath, obj{"password": apitest.Password}).Is(201)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(begun.Text("secret"))
	if err != nil || !strings.Contains(begun.Text("uri"), begun.Text("secret")) {
		t.Fatalf("begun: %s %v", begun.Body, err)
	}
	p.secret = secret
	confirmed := p.owner.Post(factorPath+"/confirm", obj{"code": p.code(0)}).Is(200)
	var codes []string
	for i := range 10 {
		codes = append(codes, confirmed.Text("recovery_codes."+string(rune('0'+i))))
	}
	p.forgetStep()
	return p, codes
}

func TestASecondFactorIsAskedForOnceItIsConfirmed(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	ada := s.NewOperator(t)
	elsewhere := s.Enter(t, ada)
	if f := ada.Get(factorPath).Is(200); f.Value("since") != nil || f.Int("recovery_codes_left") != 0 {
		t.Errorf("before: %s", f.Body)
	}
	ada.Post(factorPath, obj{"password": "wrong"}).Refused(400, "validation_failed", "password:password_wrong")
	ada.Post(factorPath+"/confirm", obj{"code": "123456"}).Refused(404, "factor_unknown")
	ada.Post(factorPath, obj{"password": apitest.Password}).Is(201)
	p := phone{t: t, s: s, owner: ada}
	p.signIn("").Is(200) // begun is not confirmed
	begun := ada.Post(factorPath, obj{"password": apitest.Password}).Is(201)
	p.secret, _ = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(begun.Text("secret"))
	ada.Post(factorPath+"/confirm", obj{"code": "12 34"}).Refused(400, "validation_failed", "code:factor_code_wrong")
	ada.Post(factorPath+"/confirm", obj{"code": p.code(0)}).Is(200)
	elsewhere.Get("/admin/v1/me").Refused(401, "token_invalid")
	if f := ada.Get(factorPath).Is(200); f.Text("since") == "" || f.Int("recovery_codes_left") != 10 {
		t.Errorf("after: %s", f.Body)
	}
	p.signIn("").Refused(401, "second_factor_needed")
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": ada.Email, "password": "wrong-password"}).Refused(401, "bad_credentials")
	p.signIn("000000").Refused(401, "second_factor_wrong")
	p.forgetStep()
	typed := p.code(0)
	p.signIn(typed[:3] + " " + typed[3:]).Is(200)
	ada.Post(factorPath, obj{"password": apitest.Password}).Refused(409, "factor_exists")
	ada.Post(factorPath+"/confirm", obj{"code": p.code(1)}).Refused(409, "factor_exists")
	if apitest.Logged(begun.Text("secret")) {
		t.Error("the secret is in the log")
	}
}

// A code that was taken is of no use to whoever looked over the shoulder, and neither is an earlier one.
func TestAttackWithACodeThatWasUsed(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	p, _ := enrol(t, s)
	p.signIn(p.code(0)).Is(200)
	p.signIn(p.code(0)).Refused(401, "second_factor_wrong")
	p.signIn(p.code(-1)).Refused(401, "second_factor_wrong")
	p.signIn(p.code(1)).Is(200)
	p.signIn(p.code(0)).Refused(401, "second_factor_wrong")
	p.owner.Delete(factorPath, obj{"password": apitest.Password, "code": p.code(1)}).Refused(400, "validation_failed", "code:factor_code_wrong")
}

// atOnce does something eight times at the same time and counts how often it came off.
func atOnce(do func() bool) (n int) {
	in := make(chan bool, 8)
	var all sync.WaitGroup
	for range cap(in) {
		all.Go(func() { in <- do() })
	}
	all.Wait()
	close(in)
	for ok := range in {
		if ok {
			n++
		}
	}
	return n
}

func TestAttackWithOneCodeManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	p, codes := enrol(t, s)
	for _, code := range []string{p.code(0), codes[0]} {
		n := atOnce(func() bool { return p.signIn(code).Status == 200 })
		if n != 1 {
			t.Errorf("%d sign-ins with one code", n)
		}
	}
}

// Six digits are guessed in a day or two unless tries are counted, whichever network they come from.
func TestAttackByGuessingCodes(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{Limiter: apitest.Limiter(t)})
	p, _ := enrol(t, s)
	wrong := 0
	for p.signIn("000000").Status == 401 {
		if wrong++; wrong > 12 {
			t.Fatal("nobody counts wrong codes")
		}
	}
	if p.signIn(p.code(0)).Status != 429 {
		t.Error("a right code after too many wrong ones got in")
	}
	if wrong < 5 {
		t.Errorf("only %d tries", wrong)
	}
}

func TestRecoveryCodesWorkOnceEach(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	p, codes := enrol(t, s)
	other, _ := enrol(t, s)
	p.signIn(strings.ToUpper(codes[0])).Is(200)
	p.signIn(codes[0]).Refused(401, "second_factor_wrong")
	other.signIn(codes[1]).Refused(401, "second_factor_wrong")
	p.signIn(strings.ReplaceAll(codes[1], "-", "")).Is(200)
	if n := p.owner.Get(factorPath).Int("recovery_codes_left"); n != 8 {
		t.Errorf("%d codes are left", n)
	}
	p.owner.Post(factorPath+"/recovery-codes", obj{"password": apitest.Password, "code": "000000"}).Refused(400, "validation_failed", "code:factor_code_wrong")
	fresh := p.owner.Post(factorPath+"/recovery-codes", obj{"password": apitest.Password, "code": p.code(0)}).Is(200)
	p.signIn(codes[2]).Refused(401, "second_factor_wrong")
	p.signIn(fresh.Text("recovery_codes.9")).Is(200)
	for _, code := range codes {
		if apitest.Logged(code) {
			t.Error("a recovery code is in the log")
		}
	}
	if n := s.Count(t, `select count(*) from admin_recovery_codes where encode(code_hash, 'escape') like '%' || $1 || '%'`, codes[3][:4]); n != 0 {
		t.Error("a recovery code is stored in clear")
	}
}

func TestASecondFactorIsRemovedWithBoth(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	p, codes := enrol(t, s)
	remove := func(password, code string) apitest.Answer {
		return p.owner.Delete(factorPath, obj{"password": password, "code": code})
	}
	remove("wrong", p.code(0)).Refused(400, "validation_failed", "password:password_wrong")
	remove(apitest.Password, "000000").Refused(400, "validation_failed", "code:factor_code_wrong")
	remove(apitest.Password, " - ").Refused(400, "validation_failed", "code:factor_code_wrong") // not a 401, which would say that the session is over
	remove(apitest.Password, codes[4]).Is(204)
	p.signIn("").Is(200)
	remove(apitest.Password, codes[5]).Refused(404, "factor_unknown")
	for _, action := range []string{"admin.factor_added", "admin.factor_removed"} {
		if n := s.Count(t, `select count(*) from platform_audit where action = $1 and actor_id = $2::text`, action, p.owner.ID); n != 1 {
			t.Errorf("%d rows of %s", n, action)
		}
	}
}

func TestAnAdminSeesAndEndsSessions(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	ada, stranger := s.NewOperator(t), s.NewOperator(t)
	phone, tablet := s.Enter(t, ada), s.Enter(t, ada)
	const path = "/admin/v1/me/sessions"
	all := ada.Get(path).Is(200)
	if n := len(all.List("data", "id")); n != 3 {
		t.Fatalf("%d sessions: %s", n, all.Body)
	}
	current := 0
	for i, is := range all.List("data", "current") {
		if is == true {
			current++
		} else if i == 0 && all.Text("data.0.kind") != "program" {
			t.Errorf("kind: %s", all.Body)
		}
	}
	if current != 1 {
		t.Errorf("%d sessions ask", current)
	}
	own := phone.Get(path).Is(200)
	var id string
	for i, is := range own.List("data", "current") {
		if is == true {
			id = own.List("data", "id")[i].(string)
		}
	}
	stranger.Delete(path+"/"+id, nil).Refused(404, "not_found")
	phone.Get("/admin/v1/me").Is(200)
	ada.Delete(path+"/"+id, nil).Is(204)
	phone.Get("/admin/v1/me").Refused(401, "token_invalid")
	ada.Delete(path+"/"+id, nil).Refused(404, "not_found")
	ada.Delete(path+"/"+uuid.NewString(), nil).Refused(404, "not_found")
	ada.Delete(path+"/x", nil).Refused(404, "not_found")
	ada.Delete(path, nil).Is(204)
	tablet.Get("/admin/v1/me").Refused(401, "token_invalid")
	ada.Get("/admin/v1/me").Is(200)
	stranger.Get("/admin/v1/me").Is(200)
}

// Who has lost the phone and the codes asks whoever runs the server.
func TestALostFactorIsTakenAwayAtTheServer(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	p, _ := enrol(t, s)
	if err := s.Admins.ResetFactor(t.Context(), p.owner.Email); err != nil {
		t.Fatal(err)
	}
	p.owner.Get("/admin/v1/me").Refused(401, "token_invalid")
	p.signIn("").Is(200)
	if err := s.Admins.ResetFactor(t.Context(), p.owner.Email); !errors.Is(err, fault.FactorUnknown) {
		t.Errorf("again: %v", err)
	}
}
