package journey_test

import (
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

// Somebody else's test starts the real program.
func TestTheSDKStartsTheProgramForTests(t *testing.T) {
	t.Parallel()
	dev := keyhalltest.StartDev(t)
	if dev.URL == running.url {
		t.Error("it is the one that was there")
	}
	made := must[keyhall.Tenant](t)(dev.Operator.Tenants.Create(t.Context(), keyhall.TenantCreate{Slug: "acme", Name: "Acme"}))
	if made.Slug != "acme" {
		t.Errorf("%+v", made)
	}
	_, err := dev.Operator.Tenant("acme").Users.Create(t.Context(), keyhall.UserCreate{Email: "mia@example.com", Invite: new(true)})
	ok(t, err)
	mailed(t, dev.Operator, "acme", "mia@example.com", "user_invitation")
}
