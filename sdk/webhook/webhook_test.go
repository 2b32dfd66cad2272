package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/sdk/webhook"
)

const (
	secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	other  = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	body   = `{"id":"e1","type":"user.created","version":1,"tenant":"acme","timestamp":"2026-03-01T09:30:00Z","data":{"user":{"id":7}},"more":1}`
)

var now = time.Date(2026, 3, 1, 9, 31, 0, 0, time.UTC)

func receiver(t *testing.T, secret string, more ...string) *webhook.Receiver {
	t.Helper()
	r, err := webhook.New(secret, more...)
	if err != nil {
		t.Fatal(err)
	}
	return r.WithClock(func() time.Time { return now })
}

func signed(t *testing.T, id, body string, at time.Time, secrets ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	if err := webhook.Sign(r.Header, id, at, []byte(body), secrets...); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASignedEventIsRead(t *testing.T) {
	t.Parallel()
	e, err := receiver(t, secret).Read(signed(t, "e1", body, now, secret))
	if err != nil || e.ID != "e1" || e.Type != "user.created" || e.Version != 1 || e.Tenant != "acme" || !e.Time.Equal(now.Add(-time.Minute)) {
		t.Errorf("%+v, %v", e, err)
	}
	var data struct{ User struct{ ID int64 } }
	if err := e.Decode(&data); err != nil || data.User.ID != 7 {
		t.Errorf("%+v, %v", data, err)
	}
	if err := e.Decode(&[]int{}); err == nil {
		t.Error("an object is read as a list")
	}
}

// The signature that the libraries of Standard Webhooks make of the same call.
func TestSignaturesAreThoseOfOtherLibraries(t *testing.T) {
	t.Parallel()
	r, err := webhook.New(secret)
	if err != nil {
		t.Fatal(err)
	}
	r = r.WithClock(func() time.Time { return time.Unix(1614265330, 0) })
	header := http.Header{}
	header.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	header.Set("webhook-timestamp", "1614265330")
	header.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	if err := r.Verify(header, []byte(`{"test": 2432232314}`)); err != nil {
		t.Error(err)
	}
}

func TestMSG09WhatIsNotSignedByUsIsRefused(t *testing.T) {
	t.Parallel()
	r := receiver(t, secret)
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   error
	}{
		"no id":             {func(r *http.Request) { r.Header.Del("Webhook-Id") }, webhook.ErrHeaders},
		"no time":           {func(r *http.Request) { r.Header.Del("Webhook-Timestamp") }, webhook.ErrHeaders},
		"time in words":     {func(r *http.Request) { r.Header.Set("Webhook-Timestamp", "now") }, webhook.ErrHeaders},
		"no signature":      {func(r *http.Request) { r.Header.Del("Webhook-Signature") }, webhook.ErrHeaders},
		"empty signature":   {func(r *http.Request) { r.Header.Set("Webhook-Signature", "v1,") }, webhook.ErrSignature},
		"another version":   {func(r *http.Request) { r.Header.Set("Webhook-Signature", "v2"+r.Header.Get("Webhook-Signature")[2:]) }, webhook.ErrSignature},
		"another id":        {func(r *http.Request) { r.Header.Set("Webhook-Id", "e2") }, webhook.ErrSignature},
		"another time":      {func(r *http.Request) { r.Header.Set("Webhook-Timestamp", fmt.Sprint(now.Unix()+1)) }, webhook.ErrSignature},
		"another body":      {func(r *http.Request) { r.Body = http.NoBody }, webhook.ErrSignature},
		"a very long body":  {func(r *http.Request) { r.Body = signed(t, "e1", strings.Repeat(" ", 2<<20), now, secret).Body }, webhook.ErrBody},
		"time out of range": {func(r *http.Request) { r.Header.Set("Webhook-Timestamp", "9223372036854775807") }, webhook.ErrTime},
	} {
		req := signed(t, "e1", body, now, secret)
		c.change(req)
		if _, err := r.Read(req); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for want, req := range map[error]*http.Request{
		webhook.ErrSignature: signed(t, "e1", body, now, other),
		webhook.ErrTime:      signed(t, "e1", body, now.Add(-webhook.Tolerance-time.Second), secret),
		webhook.ErrBody:      signed(t, "e2", body, now, secret), // the body's id is another
	} {
		if _, err := r.Read(req); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if _, err := r.Read(signed(t, "e1", body, now.Add(webhook.Tolerance+time.Second), secret)); !errors.Is(err, webhook.ErrTime) {
		t.Errorf("from the future: %v", err)
	}
}

func TestTwoSecretsAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		receiver *webhook.Receiver
		signers  []string
	}{
		"both know both":          {receiver(t, secret, other), []string{other, secret}},
		"we know the new one too": {receiver(t, other, secret), []string{secret}},
		"it signs with both":      {receiver(t, secret), []string{other, secret}},
	} {
		if _, err := c.receiver.Read(signed(t, "e1", body, now, c.signers...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadSecretsAreRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!"} {
		if _, err := webhook.New(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
		if _, err := webhook.New(secret, bad); err == nil {
			t.Errorf("%q was taken as the second", bad)
		}
		if err := webhook.Sign(http.Header{}, "e1", now, nil, bad); err == nil {
			t.Errorf("%q was signed with", bad)
		}
	}
}

func TestAHandlerAnswersForTheSender(t *testing.T) {
	t.Parallel()
	seen := 0
	h := receiver(t, secret).Handler(func(_ context.Context, e webhook.Event) error {
		if seen++; e.Type == "user.deleted" {
			return errors.New("not now")
		}
		return nil
	})
	for want, req := range map[int]*http.Request{
		204: signed(t, "e1", body, now, secret),
		401: signed(t, "e1", body, now, other),
		400: signed(t, "e1", `[]`, now, secret),
		500: signed(t, "e1", strings.Replace(body, "created", "deleted", 1), now, secret),
	} {
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, req); w.Code != want {
			t.Errorf("%d, want %d", w.Code, want)
		}
	}
	if seen != 2 {
		t.Errorf("%d events were seen", seen)
	}
}

// A receiver, and how its test sends it an event.
func Example() {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	hooks, err := webhook.New(secret)
	if err != nil {
		log.Fatal(err)
	}
	handler := hooks.Handler(func(_ context.Context, e webhook.Event) error {
		fmt.Println(e.Tenant, e.Type)
		return nil
	})

	event := `{"id":"e1","type":"user.created","version":1,"tenant":"acme","timestamp":"2026-03-01T09:30:00Z","data":{}}`
	r := httptest.NewRequest(http.MethodPost, "/hooks/keyhall", strings.NewReader(event))
	if err := webhook.Sign(r.Header, "e1", time.Now(), []byte(event), secret); err != nil {
		log.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// acme user.created
	// 204
}
