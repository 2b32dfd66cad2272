package native_test

import (
	"os"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/spec"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// tags are what openapi.yaml calls the parts of this contract.
var tags = []string{"AdminAuth", "Tenants", "Users", "Approvals", "Groups", "Admins", "Keys", "Domains", "Templates", "Deliveries", "Webhooks", "Audit", "Queues", "SigningKeys", "Auth", "Me"}

// waivers are the documented answers that no test of this package brings about.
var waivers = []spec.Waiver{
	{Op: "*", Status: 429, Why: "limits_test.go goes through the operations that are limited; clients are to be ready for it at all"},
}

func TestMain(m *testing.M) { os.Exit(apitest.Main(m, tags, waivers)) }

// eventually waits until something holds that only time brings.
func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came about")
		}
	}
}
