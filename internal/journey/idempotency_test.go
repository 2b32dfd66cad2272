package journey_test

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// lossy lets requests through and loses the first answers, as a server does that dies after its commit.
type lossy struct{ left atomic.Int32 }

func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || r.Method != http.MethodPost || l.left.Add(-1) < 0 {
		return resp, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return nil, errors.Join(errors.New("the answer is lost"), err, resp.Body.Close())
}

// An answer that is lost after the server has committed: the SDK asks again and gets it, and there is one of everything.
func TestALostAnswerIsGivenAgain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	admin := signInAsOperator(t, must[*keyhall.Client](t)(keyhall.New(running.url)))
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: "lossy", Name: "Lossy"}))
	losing := &lossy{}
	unlucky := admin.With(keyhall.WithHTTPClient(&http.Client{Transport: losing})).Tenant("lossy")

	losing.left.Store(2)
	user := must[keyhall.User](t)(unlucky.Users.Create(ctx, keyhall.UserCreate{Email: "mia@lossy.example"}))
	all := must[keyhall.UserPage](t)(admin.Tenant("lossy").Users.List(ctx, nil))
	if len(all.Data) != 1 || all.Data[0].ID != user.ID {
		t.Fatalf("there are %+v, and the answer was %+v", all.Data, user)
	}

	losing.left.Store(1)
	signedUp := must[keyhall.SignUpResult](t)(unlucky.Auth.SignUp(ctx, keyhall.SignUp{Email: "theo@lossy.example", Password: userPassword}))
	if me := must[keyhall.User](t)(unlucky.With(keyhall.WithToken(signedUp.Tokens.AccessToken)).Me.Get(ctx)); me.ID != signedUp.User.ID {
		t.Fatalf("signed up as %+v, he is %+v", signedUp.User, me)
	}

	losing.left.Store(1)
	key := must[keyhall.NewKey](t)(unlucky.Keys.Create(ctx, keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "job"}))
	job := must[*keyhall.Client](t)(keyhall.New(running.url, keyhall.WithSecretKey(key.Key)))
	if keys := must[keyhall.KeyList](t)(admin.Tenant("lossy").Keys.List(ctx)); len(keys.Data) != 1 {
		t.Fatalf("keys: %+v", keys.Data)
	}

	// Another process, which knows the key of the thing to do.
	for range 2 {
		once := keyhall.CallIdempotencyKey("import of 28 November")
		again := must[keyhall.Group](t)(job.Tenant("lossy").Groups.Create(ctx, keyhall.GroupCreate{Name: "team"}, once))
		if again.Name != "team" {
			t.Fatalf("made %+v", again)
		}
	}
	_, err := job.Tenant("lossy").Groups.Create(ctx, keyhall.GroupCreate{Name: "other"}, keyhall.CallIdempotencyKey("import of 28 November"))
	var e *keyhall.Error
	if !errors.As(err, &e) || e.Status != http.StatusUnprocessableEntity || e.Code != "idempotency_key_reused" {
		t.Fatalf("the key for another group: %v", err)
	}
}
