package native_test

import (
	"strings"
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// What was sent can be looked at, but for what only its reader may know.
func TestADeliveryIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, `{"branding": {"name": "Acme Club"}}`)
	mia := s.SignUp(t, in, "mia")
	s.In(t, in).Post("/v1/password-reset", obj{"email": mia.Email}).Is(202)
	secret := s.Mail(t, in, mia.Email, "password_reset")
	c := s.Operator(t)
	id := c.Get(apitest.Tenant(in, "/deliveries")).Is(200).Text("data.0.id")
	for range 2 {
		look := c.Get(apitest.Tenant(in, "/deliveries/", id, "/preview")).Is(200)
		body := string(look.Body)
		if !strings.Contains(look.Text("subject"), "Acme Club") || !strings.Contains(look.Text("text"), "hidden") || !strings.Contains(look.Text("html"), "<html") {
			t.Errorf("%s", body)
		}
		if strings.Contains(body, secret["token"]) || secret["token"] == "" {
			t.Errorf("the token is shown")
		}
		// Once it was sent nothing of the secret is left, and it looks the same.
		s.Exec(t, `update outbox set state = 'sent', sealed = null, done_at = now() where tenant_id = $1`, in.ID())
	}
	s.Exec(t, `update outbox set payload = payload || '{"message": "from_the_future"}' where tenant_id = $1`, in.ID())
	c.Get(apitest.Tenant(in, "/deliveries/", id, "/preview")).Refused(409, "delivery_unreadable")
	other := s.Tenant(t, "")
	c.Get(apitest.Tenant(other, "/deliveries/", id, "/preview")).Refused(404, "not_found")
}

// A message that waits can be withdrawn, and one that failed be sent again; the trail says by whom.
func TestADeliveryIsWithdrawnAndSentAgain(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	in := s.Tenant(t, "")
	s.SignUp(t, in, "mia")
	c := s.Operator(t)
	id := c.Get(apitest.Tenant(in, "/deliveries")).Is(200).Text("data.0.id")
	path := apitest.Tenant(in, "/deliveries/", id)
	c.Post(path+"/resend", nil).Refused(409, "delivery_final")
	c.Post(path+"/cancel", nil).Is(204)
	c.Post(path+"/cancel", nil).Refused(409, "delivery_under_way")
	if state := c.Get(apitest.Tenant(in, "/deliveries?state=cancelled")).Is(200); state.Text("data.0.id") != id {
		t.Errorf("%s", state.Body)
	}
	s.Exec(t, `update outbox set state = 'failed' where tenant_id = $1`, in.ID())
	c.Post(path+"/resend", nil).Is(202)
	trail := string(c.Get(apitest.Tenant(in, "/audit")).Is(200).Body)
	for _, action := range []string{"delivery.cancelled", "delivery.resent"} {
		if strings.Count(trail, action) != 1 {
			t.Errorf("%s is not in the trail once: %s", action, trail)
		}
	}
}
