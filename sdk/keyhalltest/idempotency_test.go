package keyhalltest_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
	"github.com/keyhall/keyhall/sdk/keyhalltest"
)

// What the program does too stands in the story of internal/journey; here are clock, headers and tenants.
func TestAKeyOfAnAnswerIsGoodForADay(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), keyhalltest.New(t)
	acme, gym := server.Tenant("acme"), server.Tenant("gym")
	once := keyhall.CallIdempotencyKey("import of 28 November")
	first := must[keyhall.User](t)(acme.Admin().Users.Create(ctx, keyhall.UserCreate{Email: "mia@example.com"}, once))
	must[keyhall.User](t)(acme.Admin().Users.Update(ctx, first.ID, keyhall.UserPatch{LastName: new("Later")}))
	again := must[keyhall.User](t)(acme.Admin().Users.Create(ctx, keyhall.UserCreate{Email: "mia@example.com"}, once))
	if again.ID != first.ID || again.LastName != "" || len(acme.Messages("mia@example.com")) > 1 {
		t.Errorf("%+v, then %+v", first, again)
	}
	must[keyhall.User](t)(gym.Admin().Users.Create(ctx, keyhall.UserCreate{Email: "theo@example.com"}, once))
	must[keyhall.SignUpResult](t)(acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "kim@example.com", Password: "lantern-river-42"}, once))
	server.Clock.Advance(24 * time.Hour)
	var e *keyhall.Error
	if _, err := acme.Admin().Users.Create(ctx, keyhall.UserCreate{Email: "mia@example.com"}, once); !errors.As(err, &e) || !e.Has("email_taken") {
		t.Errorf("a day later: %v", err)
	}
}

func TestAnswersSayThatTheyWereGivenBefore(t *testing.T) {
	t.Parallel()
	acme := keyhalltest.New(t).Tenant("acme")
	post := func(body string, keys ...string) (int, string, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, acme.Issuer+"/v1/sign-up", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header["Idempotency-Key"] = keys
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(said), resp.Header.Get("Idempotent-Replayed")
	}
	const mia, theo = `{"email":"mia@example.com","password":"lantern-river-42"}`, `{"email":"theo@example.com","password":"lantern-river-42"}`
	if status, _, _ := post(`{"email":"mia"}`, "k"); status != 400 {
		t.Errorf("a refusal: %d", status)
	}
	status, first, replayed := post(mia, `"k"`)
	if status != 201 || replayed != "" {
		t.Errorf("what was refused is not kept: %d %s, replayed %q", status, first, replayed)
	}
	if status, again, replayed := post(mia, "k"); status != 201 || again != first || replayed != "true" {
		t.Errorf("%d %s, replayed %q", status, again, replayed)
	}
	if status, said, _ := post(theo, "k"); status != 422 || !strings.Contains(said, "idempotency_key_reused") {
		t.Errorf("another body: %d %s", status, said)
	}
	for name, keys := range map[string][]string{"empty": {""}, "blank": {`" "`}, "long": {strings.Repeat("k", 256)}, "quoted": {`"a"b"`}, "two": {"a", "b"}} {
		if status, said, _ := post(theo, keys...); status != 400 || !strings.Contains(said, "idempotency_key_invalid") {
			t.Errorf("%s: %d %s", name, status, said)
		}
	}
}
