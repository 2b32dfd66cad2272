package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/limit"
)

var phone = identity.Client{IP: "192.0.2.1", UserAgent: "test", RequestID: "r", Contract: "drfuser"}

func to(t testing.TB, text string) identity.Destination {
	t.Helper()
	d, ok := identity.ReadDestination(text)
	if !ok {
		t.Fatalf("%s is no destination", text)
	}
	return d
}

// send asks for a code and reads it, as its reader would.
func (w world) send(destination string, purpose identity.Purpose) string {
	w.t.Helper()
	ok(w.t, w.SendCode(w.t.Context(), w.in, to(w.t, destination), purpose, phone))
	return w.secret("otp", destination)["otp"]
}

func (w world) loginByCode(destination, code string) error {
	_, err := w.LoginByCode(w.t.Context(), w.in, to(w.t, destination), code, identity.PersonPair, phone)
	return err
}

func (w world) prove(destination, code string) error {
	return w.Prove(w.t.Context(), w.in, nil, to(w.t, destination), code, phone)
}

func (w world) reset(destination, code, password string) error {
	return w.ResetByCode(w.t.Context(), w.in, to(w.t, destination), code, password, phone)
}

// another is a code of the same length that is not right.
func another(code string) string {
	if strings.HasPrefix(code, "9") {
		return "0" + code[1:]
	}
	return "9" + code[1:]
}

// quick lets a code follow the one before it after a second.
const quick = `{"contracts":{"drfuser":{"otp_cooldown_seconds":1}}}`

// after waits until fn does not complain any more.
func after(t *testing.T, fn func() error) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		err := fn()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func TestOTP01ACodeIsDeadAfterThreeWrongTries(t *testing.T) {
	w := newWorld(t, "")
	w.register("anna", "")
	code := w.send("anna@example.com", identity.ForSignIn)
	for _, left := range []int{2, 1} {
		err := w.loginByCode("anna@example.com", another(code))
		wants(t, err, fault.CodeWrong)
		if fault.From(err).Args["left"] != left {
			t.Errorf("wanted %d tries left: %v", left, fault.From(err).Args)
		}
	}
	wants(t, w.loginByCode("anna@example.com", another(code)), fault.CodeDead)
	wants(t, w.loginByCode("anna@example.com", code), fault.CodeNone)
}

// Of 59 wrong tries and the right one at once, no more than three are looked at.
func TestOTP02ParallelGuessesAreCharged(t *testing.T) {
	w := newWorld(t, quick)
	w.register("anna", "")
	for range 10 {
		after(t, func() error {
			return w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForSignIn, phone)
		})
		code := w.secret("otp", "anna@example.com")["otp"]
		errs := race(60, func(i int) error {
			if i == 30 {
				return w.loginByCode("anna@example.com", code)
			}
			return w.loginByCode("anna@example.com", another(code))
		})
		evaluated := 0
		for _, err := range errs {
			if err == nil || errors.Is(err, fault.CodeWrong) || errors.Is(err, fault.CodeDead) {
				evaluated++
			}
		}
		if evaluated > 3 || succeeded(errs) > 1 {
			t.Fatalf("%d evaluated, %d accepted", evaluated, succeeded(errs))
		}
	}
}

func TestOTP03OneOfFiftyEqualSignInsSucceeds(t *testing.T) {
	w := newWorld(t, `{"contracts":{"drfuser":{"otp_cooldown_seconds":1,"otp_attempts":10}}}`)
	w.register("anna", "")
	for round := range 10 {
		after(t, func() error {
			return w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForSignIn, phone)
		})
		code := w.secret("otp", "anna@example.com")["otp"]
		errs := race(50, func(int) error { return w.loginByCode("anna@example.com", code) })
		if n := succeeded(errs); n != 1 {
			t.Fatalf("%d of 50 succeeded", n)
		}
		for _, err := range errs {
			if err != nil && fault.From(err).Code.Kind != fault.Forbidden {
				t.Fatalf("got %v", err)
			}
		}
		if n := w.count(`select count(*) from sessions where tenant_id = $1 and contract = 'drfuser'`); n != round+1 {
			t.Fatalf("%d sessions", n)
		}
	}
}

func join(t testing.TB, name, email, mobile string) identity.Join {
	return identity.Join{Name: name, Email: to(t, email), Mobile: to(t, mobile), Want: identity.PersonPair}
}

func TestOTP04OneOfFiftyEqualSignUpsMakesAnAccount(t *testing.T) {
	w := newWorld(t, `{"contracts":{"drfuser":{"otp_attempts":10}}}`)
	for round := range 10 {
		j := join(t, "Zed", fmt.Sprintf("zed%d@example.com", round), fmt.Sprintf("12345678%02d", round))
		ok(t, w.SendJoinCodes(t.Context(), w.in, j, phone))
		code := w.secret("otp", j.Email.Key)["otp"]
		errs := race(50, func(int) error { _, err := w.JoinByCode(t.Context(), w.in, j, code, phone); return err })
		if n := succeeded(errs); n != 1 {
			t.Fatalf("%d of 50 succeeded: %v", n, errs[0])
		}
		if users, sessions := w.count(`select count(*) from users where tenant_id = $1`), w.count(`select count(*) from sessions where tenant_id = $1`); users != round+1 || sessions != round+1 {
			t.Fatalf("%d users, %d sessions", users, sessions)
		}
	}
}

func TestOTP05AUsedCodeIsDeadEverywhere(t *testing.T) {
	w := newWorld(t, "")
	w.register("anna", "")
	code := w.send("anna@example.com", identity.ForSignIn)
	ok(t, w.loginByCode("anna@example.com", code))
	wants(t, w.loginByCode("anna@example.com", code), fault.CodeNone)
	wants(t, w.prove("anna@example.com", code), fault.CodeNone)
	wants(t, w.reset("anna@example.com", code, "Zq7#lantern"), fault.CodeNone)
}

func TestOTP06CodesExpire(t *testing.T) {
	w := newWorld(t, `{"lifetimes":{"otp_seconds":1}}`)
	code := w.send("anna@example.com", identity.ForProof)
	after(t, func() error {
		if n := w.count(`select count(*) from codes where tenant_id = $1 and expires_at < now()`); n != 1 {
			return errors.New("not expired")
		}
		return nil
	})
	wants(t, w.prove("anna@example.com", code), fault.CodeNone)
}

// The try of a code that was replaced is charged to the new one: the server cannot tell it from a wrong one.
func TestOTP07ANewCodeKillsTheOld(t *testing.T) {
	w := newWorld(t, quick)
	first := w.send("anna@example.com", identity.ForProof)
	after(t, func() error {
		return w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForProof, phone)
	})
	second := w.secret("otp", "anna@example.com")["otp"]
	if first == second {
		t.Skip("two equal codes, one in ten million")
	}
	wants(t, w.prove("anna@example.com", first), fault.CodeWrong)
	ok(t, w.prove("anna@example.com", second))
}

func TestOTP08ACodeForOnePurposeIsWrongForAnother(t *testing.T) {
	w := newWorld(t, `{"contracts":{"drfuser":{"otp_cooldown_seconds":1,"otp_attempts":10}}}`)
	w.register("anna", "")
	code := w.send("anna@example.com", identity.ForSignIn)
	wants(t, w.prove("anna@example.com", code), fault.CodeWrong)
	wants(t, w.reset("anna@example.com", code, "Zq7#lantern"), fault.CodeWrong)
	_, err := w.JoinByCode(t.Context(), w.in, join(t, "Zed", "bob@example.com", "1234567890"), code, phone)
	wants(t, err, fault.CodeNone)
	after(t, func() error {
		return w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForProof, phone)
	})
	wants(t, w.loginByCode("anna@example.com", w.secret("otp", "anna@example.com")["otp"]), fault.CodeWrong)
	code = w.send("carl@example.com", identity.ForProof)
	wants(t, w.elsewhere().prove("carl@example.com", code), fault.CodeNone)
}

// elsewhere is the same core in another tenant.
func (w world) elsewhere() world { return world{w.Service, pgtest.Get(w.t).Tenant(w.t, ""), w.t} }

// limited is a world whose budgets are on.
func limited(t *testing.T, settings string) world {
	w := newWorld(t, settings)
	client := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { _ = client.Close() })
	w.Limiter = limit.New(client, limit.Options{Key: []byte("k")})
	return w
}

func TestOTP09OneDestinationGetsFewCodes(t *testing.T) {
	w := limited(t, quick)
	sent := 0
	for range 50 {
		err := w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForProof, phone)
		if err == nil {
			sent++
			w.forgetPause()
		} else {
			wants(t, err, fault.CodeCooling)
		}
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1`); sent != 5 || n != 5 {
		t.Errorf("%d sent, %d messages", sent, n)
	}
	other := phone
	other.IP = "198.51.100.7" // the budget is the mailbox's, whoever asks
	wants(t, w.SendCode(t.Context(), w.in, to(t, "ANNA@example.com"), identity.ForProof, other), fault.CodeCooling)
}

// forgetPause makes all codes old enough for the next one.
func (w world) forgetPause() {
	w.t.Helper()
	_, err := pgtest.Get(w.t).Owner(w.t).ExecContext(w.t.Context(), `update codes set created_at = created_at - interval '1 day' where tenant_id = $1`, w.in.ID())
	ok(w.t, err)
}

func TestTheCooldownHoldsWithoutLimits(t *testing.T) {
	w := newWorld(t, "")
	ask := func(purpose identity.Purpose) error {
		return w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), purpose, phone)
	}
	if n := succeeded(race(20, func(int) error { return ask(identity.ForProof) })); n != 1 {
		t.Fatalf("%d of 20 were sent", n)
	}
	err := ask(identity.ForProof)
	wants(t, err, fault.CodeCooling)
	f := fault.From(err)
	until, _ := f.Args["until"].(time.Time)
	if f.RetryAfter < 150*time.Second || f.RetryAfter > 180*time.Second || time.Until(until) > 181*time.Second {
		t.Errorf("come back after %s, at %s", f.RetryAfter, until)
	}
}

func TestOTP10GuessesOfADayAreCounted(t *testing.T) {
	w := limited(t, quick)
	evaluated := 0
	for range 100 {
		w.forgetPause()
		if err := w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForProof, phone); err != nil {
			break
		}
		for range 3 {
			err := w.prove("anna@example.com", "not it")
			if errors.Is(err, fault.CodeWrong) || errors.Is(err, fault.CodeDead) {
				evaluated++
			}
		}
	}
	if evaluated > 15 || evaluated < 6 {
		t.Errorf("%d guesses were evaluated", evaluated)
	}
}

func TestOTP12AProvenAddressProvesNoNumber(t *testing.T) {
	w := newWorld(t, "")
	j := join(t, "Eve", "eve@example.com", "1234567890")
	ok(t, w.SendJoinCodes(t.Context(), w.in, j, phone))
	mailed, texted := w.secret("otp", "eve@example.com")["otp"], w.secret("otp", "1234567890")["otp"]
	if mailed == texted {
		t.Error("one code for two channels")
	}
	g, err := w.JoinByCode(t.Context(), w.in, j, mailed, phone)
	ok(t, err)
	if g.User.Mobile != "" || g.User.MobileVerified || !g.User.EmailVerified {
		t.Errorf("%+v", g.User)
	}
	wants(t, w.SendCode(t.Context(), w.in, to(t, "1234567890"), identity.ForSignIn, phone), fault.AccountUnknown)
	wants(t, w.prove("1234567890", texted), fault.CodeNone)
	w.forgetPause()
	ok(t, w.prove("1234567890", w.send("1234567890", identity.ForProof)))
	g, err = w.Register(t.Context(), w.in, identity.Registration{
		Username: "stranger", Email: "s@example.com", Mobile: "1234567890", Password: goodPassword,
		Grammar: identity.Loose, Proof: identity.ProofNeeded,
	}, phone)
	wants(t, err, fault.EmailUnproven)
	g, err = w.Register(t.Context(), w.in, identity.Registration{
		Username: "stranger", Email: "s@example.com", Mobile: "1234567890", Password: goodPassword,
		Grammar: identity.Loose, Proof: identity.ProofWelcome,
	}, phone)
	ok(t, err)
	if g.User.Mobile != "1234567890" || !g.User.MobileVerified {
		t.Errorf("%+v", g.User)
	}
	if eve, err := w.User(t.Context(), w.in, 1); err != nil || eve.PendingMobile != "" || eve.Username == "1234567890" {
		t.Errorf("%+v, %v", eve, err)
	}
}

// A proof is of use to the network it came from, once and for a quarter of an hour.
func TestOTP13AProofIsNotForStrangers(t *testing.T) {
	w := newWorld(t, "")
	attacker := phone
	attacker.IP = "198.51.100.7"
	register := func(name, email string, c identity.Client) (identity.Grant, error) {
		return w.Register(t.Context(), w.in, identity.Registration{
			Username: name, Email: email, Password: goodPassword, Grammar: identity.Loose,
			Proof: identity.ProofNeeded,
		}, c)
	}
	ok(t, w.prove("v@example.com", w.send("v@example.com", identity.ForProof)))
	_, err := register("eve", "v@example.com", attacker)
	wants(t, err, fault.EmailUnproven)
	g, err := register("victim", "V@example.com", phone)
	ok(t, err)
	if !g.User.EmailVerified {
		t.Error("the proof was not used")
	}
	ok(t, w.prove("late@example.com", w.send("late@example.com", identity.ForProof)))
	_, err = pgtest.Get(t).Owner(t).ExecContext(t.Context(), `update codes set proven_at = proven_at - interval '15 minutes' where tenant_id = $1`, w.in.ID())
	ok(t, err)
	_, err = register("late", "late@example.com", phone)
	wants(t, err, fault.EmailUnproven)
}

func TestOTP15NothingIsNoCode(t *testing.T) {
	w := newWorld(t, "")
	for _, code := range []string{"", "0000000"} {
		wants(t, w.prove("anna@example.com", code), fault.CodeNone)
	}
}

// What is stored and queued shows no code.
func TestOTP17CodesAreNowhereInClear(t *testing.T) {
	w := newWorld(t, "")
	code := w.send("anna@example.com", identity.ForProof)
	texted := w.send("+905321234567", identity.ForProof)
	for _, table := range []string{"codes", "outbox", "audit"} {
		for _, secret := range []string{code, texted} {
			if n := w.count(`select count(*) from `+table+` x where tenant_id = $1 and x::text like '%' || $2 || '%'`, secret); n > 0 {
				t.Errorf("%s shows a code", table)
			}
		}
	}
}

func TestOTP18NumbersOutsideTheTenantsCountriesGetNothing(t *testing.T) {
	w := limited(t, `{"sms":{"region":"GB","regions":["GB"],"per_day":20}}`)
	ask := func(number string, c identity.Client) error {
		return w.SendCode(t.Context(), w.in, to(t, number), identity.ForProof, c)
	}
	for _, number := range []string{"+905321234567", "+12025550123", "5321234567890", "+33612345678"} {
		wants(t, ask(number, phone), fault.SMSRegion)
	}
	ok(t, ask("+447400123456", phone))
	w.forgetPause()
	for i := range 50 {
		spelling := []string{"07400 123456", "(07400) 123-456", "+44 7911 123456", "07400.123456"}[i%4]
		if err := ask(spelling, phone); err == nil {
			w.forgetPause()
		}
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and recipient = '+447400123456'`); n > 5 {
		t.Errorf("%d messages to one number", n)
	}
	for i := range 100 {
		c := phone
		c.IP = fmt.Sprintf("198.51.%d.7", i)
		_ = ask(fmt.Sprintf("+4479%02d123456", i), c)
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1`); n > 20 {
		t.Errorf("%d messages on a day of 20", n)
	}
}

// Who may not act gets no code and cannot use one; where accounts are hidden, nothing tells him from nobody.
func TestBlockedAccountsAndNobodyLookAlikeInStrictMode(t *testing.T) {
	w := newWorld(t, `{"privacy":{"hide_account_existence":true}}`)
	w.register("anna", "")
	w.register("bob", "")
	no := false
	_, err := w.ChangeUser(t.Context(), w.in, identity.By{Kind: "admin", ID: "x"}, 2, identity.UserChange{Active: &no}, client)
	ok(t, err)
	before := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'otp'`)
	for _, address := range []string{"bob@example.com", "nobody@example.com"} {
		ok(t, w.SendCode(t.Context(), w.in, to(t, address), identity.ForSignIn, phone))
		wants(t, w.SendCode(t.Context(), w.in, to(t, address), identity.ForSignIn, phone), fault.CodeCooling)
		err := w.loginByCode(address, "0000000")
		wants(t, err, fault.CodeWrong)
	}
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'otp'`); n != before {
		t.Errorf("%d codes were sent", n-before)
	}
	ok(t, w.loginByCode("anna@example.com", w.send("anna@example.com", identity.ForSignIn)))
}

func TestACodeIsNoUseOnceTheAccountIsBlocked(t *testing.T) {
	w := newWorld(t, quick)
	w.register("anna", "")
	code := w.send("anna@example.com", identity.ForSignIn)
	w.setActive(false)
	wants(t, w.loginByCode("anna@example.com", code), fault.BadCredentials)
	after(t, func() error {
		return w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForProof, phone)
	})
	wants(t, w.reset("anna@example.com", code, "Zq7#lantern"), fault.CodeWrong)
	w.setActive(true)
	if n := w.count(`select count(*) from outbox where tenant_id = $1 and payload ->> 'message' = 'otp'`); n != 1 {
		t.Errorf("%d codes were sent", n)
	}
}

func (w world) setActive(active bool) {
	w.t.Helper()
	_, err := w.ChangeUser(w.t.Context(), w.in, identity.By{Kind: "admin", ID: "x"}, 1, identity.UserChange{Active: &active}, client)
	ok(w.t, err)
}

func TestAResetByCodeEndsEverythingElse(t *testing.T) {
	w := newWorld(t, "")
	anna := w.register("anna", "")
	code := w.send("anna@example.com", identity.ForProof)
	wants(t, w.reset("anna@example.com", code, "123"), fault.PasswordShort)
	wants(t, w.reset("anna@example.com", code, "anna@example"), fault.PasswordSimilar)
	ok(t, w.reset("anna@example.com", code, "Zq7#lantern"))
	_, err := w.actor(anna)
	wants(t, err, fault.TokenInvalid)
	_, err = w.login("anna", "Zq7#lantern", identity.Opaque)
	ok(t, err)
	w.secret("password_changed", "anna@example.com")
	wants(t, w.reset("ghost@example.com", w.send("ghost@example.com", identity.ForProof), "Zq7#lantern"), fault.CodeNone)
}

func TestErasureTakesTheCodes(t *testing.T) {
	w := newWorld(t, "")
	ok(t, w.prove("anna@example.com", w.send("anna@example.com", identity.ForProof)))
	anna := w.register("anna", "")
	a, err := w.actor(anna)
	ok(t, err)
	e, err := w.Export(t.Context(), w.in, a)
	ok(t, err)
	if len(e.Codes) != 1 || e.Codes[0].Destination != "anna@example.com" || e.Codes[0].UsedAt == nil {
		t.Errorf("exported %+v", e.Codes)
	}
	ok(t, w.Erase(t.Context(), w.in, a, goodPassword, client))
	if codes, mails := w.count(`select count(*) from codes where tenant_id = $1`), w.count(`select count(*) from outbox where tenant_id = $1`); codes+mails > 0 {
		t.Errorf("%d codes and %d messages are left", codes, mails)
	}
}

func TestAChangeIsPendingUntilItIsProven(t *testing.T) {
	w := newWorld(t, quick)
	g, err := w.Register(t.Context(), w.in, identity.Registration{
		Username: "anna", Email: "anna@example.com", Mobile: "8888888888", Password: goodPassword,
		Grammar: identity.Loose, Want: identity.Opaque,
	}, phone)
	ok(t, err)
	a, err := w.actor(g)
	ok(t, err)
	change := func(ch identity.AccountChange) identity.User {
		t.Helper()
		ch.Grammar, ch.Proof = identity.Loose, identity.ProofWelcome
		u, err := w.ChangeAccount(t.Context(), w.in, a, ch, phone)
		ok(t, err)
		a, err = w.actor(w.mustLogin("anna", identity.Opaque))
		ok(t, err)
		return u
	}
	email, mobile, none := "new@example.com", "99999 99999", ""
	u := change(identity.AccountChange{Email: &email, Mobile: &mobile})
	if u.Email != "anna@example.com" || u.PendingEmail != email || u.Mobile != "8888888888" || u.PendingMobile != mobile {
		t.Errorf("%+v", u)
	}
	w.secret("email_change_requested", "anna@example.com")
	for _, unproven := range []string{email, mobile} {
		wants(t, w.SendCode(t.Context(), w.in, to(t, unproven), identity.ForSignIn, phone), fault.AccountUnknown)
	}
	for _, d := range []string{email, "9999999999"} {
		ok(t, w.Prove(t.Context(), w.in, a, to(t, d), w.send(d, identity.ForProof), phone))
	}
	if u, err = w.User(t.Context(), w.in, 1); err != nil || u.Email != email || !u.EmailVerified || u.Mobile != mobile || !u.MobileVerified || u.PendingMobile != "" {
		t.Errorf("%+v %v", u, err)
	}
	wants(t, w.SendCode(t.Context(), w.in, to(t, "anna@example.com"), identity.ForSignIn, phone), fault.AccountUnknown)
	if u = change(identity.AccountChange{Mobile: &none}); u.Mobile != "" || u.MobileVerified {
		t.Errorf("%+v", u)
	}
	if u = change(identity.AccountChange{Mobile: &mobile}); u.Mobile != mobile || u.MobileVerified {
		t.Errorf("%+v", u)
	}
}
