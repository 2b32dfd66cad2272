package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

func TestWhoWaitedLongIsReminded(t *testing.T) {
	t.Parallel()
	server := keyhalltest.New(t)
	acme := server.Tenant("acme")
	acme.FixKeys("secret")
	for i := range 250 {
		_, err := acme.Client().Auth.SignUp(t.Context(), keyhall.SignUp{Email: fmt.Sprintf("u%d@example.com", i), Password: "lantern-river-42"})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := acme.Client().Auth.ConfirmEmail(t.Context(), keyhall.EmailKey{Key: "secret"}); err != nil { // the last one's
		t.Fatal(err)
	}
	server.Clock.Advance(4 * 24 * time.Hour)
	if _, err := acme.Client().Auth.SignUp(t.Context(), keyhall.SignUp{Email: "new@example.com", Password: "lantern-river-42"}); err != nil {
		t.Fatal(err)
	}
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool { // one fails
		if strings.HasSuffix(r.URL.Path, "/users/7/verification") {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		return false
	})
	var out bytes.Buffer
	err := remind(t.Context(), acme.Admin(), server.Clock.Now().Add(-3*24*time.Hour), &out)
	var e *keyhall.Error
	if !errors.As(err, &e) || e.Status != 500 || !strings.Contains(err.Error(), "user 7") {
		t.Errorf("%v", err)
	}
	if reminded := strings.Count(out.String(), "\n"); reminded != 248 || strings.Contains(out.String(), "new@") || strings.Contains(out.String(), "u249@") {
		t.Errorf("%d reminded: %s", reminded, &out)
	}
	if mails := acme.Messages("u3@example.com"); len(mails) != 2 {
		t.Errorf("%+v", mails)
	}
}
