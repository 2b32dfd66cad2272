package keyhalltest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/keyhall/keyhall/sdk/guard"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
	"github.com/keyhall/keyhall/sdk/verify"
)

// A test of a handler behind a guard. In a test file the function would be called TestCoachesMayEnter.
func Example() {
	coachesMayEnter := func(t *testing.T) {
		server := keyhalltest.New(t)
		acme := server.Tenant("acme")
		v, err := verify.New(verify.WithIssuers(acme.Issuer), verify.WithClock(server.Clock.Now))
		if err != nil {
			t.Fatal(err)
		}
		handler := guard.Protect(v.Verify, guard.RequireGroup("coach"))(http.NotFoundHandler())

		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+acme.Token(keyhalltest.Claims{UserID: 7, Group: "user"}))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("a user got %d", w.Code)
		}
	}
	fmt.Println(coachesMayEnter != nil)
	// Output: true
}
