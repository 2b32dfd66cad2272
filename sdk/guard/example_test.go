package guard_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/verify"
)

// Everybody who is approved reads plans; coaches write them; each tenant has its own.
func Example() {
	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"), verify.WithCache(10_000))
	if err != nil {
		log.Fatal(err)
	}
	tenant := guard.TenantOf(func(r *http.Request) string { return r.PathValue("tenant") })
	readers := guard.Protect(v.Verify, guard.RequireApproved())
	writers := guard.Protect(v.Verify, guard.RequireApproved(), guard.RequireGroup("coach"))
	plans := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "plans for", guard.Token(r.Context()).Email)
	})
	mux := http.NewServeMux()
	mux.Handle("GET /{tenant}/plans", readers(tenant(plans)))
	mux.Handle("POST /{tenant}/plans", writers(tenant(plans)))

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/acme/plans", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 401 {"code":"no_credentials","status":401,"title":"This takes an access token."}
}
