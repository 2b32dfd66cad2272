package pages_test

import (
	"net/http"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

func TestASignInLinkIsSpentByItsButtonAlone(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.In(t, in).Post("/v1/sign-in/link", map[string]string{"email": mia.Email}).Is(202)
	key := s.Mail(t, in, mia.Email, "sign_in_link")["key"]
	at := address(in, "sign-in-link", "key", key)
	before := s.Rows(t, in)
	for range 20 {
		open(t, s).get(at).is(200, "Your sign-in link")
		open(t, s).call(http.MethodHead, at, nil).is(200)
	}
	if changed := s.Changed(t, in, before); len(changed) > 0 {
		t.Fatalf("looking at it changed %v", changed)
	}
	sessions := s.Count(t, `select count(*) from sessions where tenant_id = $1`, in.ID())
	page := open(t, s).get(at)
	page.press().is(200, "the link is used up")
	if n := s.Count(t, `select count(*) from sessions where tenant_id = $1`, in.ID()); n != sessions {
		t.Error("a session that nobody holds")
	}
	if mia.Get("/v1/me").Is(200).Value("email_verified") != true {
		t.Error("the address is not proven")
	}
	page.press().is(404, "This link is not valid any more.")
	s.In(t, in).Post("/v1/sign-in/link/confirm", map[string]string{"key": key}).Refused(404, "key_invalid")
	open(t, s).get(address(in, "sign-in-link")).is(400, "This address is incomplete.")
}

func TestASignInLinkLeadsOnToTheFrontEnd(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	mia := s.SignUp(t, in, "mia")
	s.In(t, in).Post("/v1/sign-in/link", map[string]string{"email": mia.Email}).Is(202)
	key := s.Mail(t, in, mia.Email, "sign_in_link")["key"]
	s.Settings(t, in, `{"links": {"sign_in": "https://app.acme.example/in?k={key}"}}`)
	for range 2 {
		page := open(t, s).get(address(in, "sign-in-link", "key", key)).is(303)
		if got := page.Header.Get("Location"); got != "https://app.acme.example/in?k="+key || page.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("leads to %q", got)
		}
	}
	s.In(t, in).Post("/v1/sign-in/link/confirm", map[string]string{"key": key}).Is(200)
	s.Settings(t, in, `{"links": {"sign_in": "{base}/pages/sign-in-link?key={key}"}}`) // to itself: no loop
	open(t, s).get(address(in, "sign-in-link", "key", key)).is(200)
}
