package outbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/tenants/outbox"
)

func TestDeliveriesArePagedNewestFirst(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	add(t, b, h.Tenant(t, ""), mail("foreign@example.org"))
	var want []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("u%d@example.org", i))
		add(t, b, in, mail(want[i]))
	}
	add(t, b, in, outbox.Job{Kind: "image"}) // sent to nobody
	slices.Reverse(want)
	var got []string
	f := outbox.Filter{Limit: 3}
	for pages := 1; ; pages++ {
		page, next, err := outbox.Deliveries(t.Context(), in, f)
		must(t, err)
		for _, d := range page {
			got = append(got, d.Recipient)
		}
		if f.Cursor = next; next == "" {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %v", got)
	}
}

func TestDeliveriesAreFiltered(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	sms := mail("+4915112345678")
	sms.Kind, sms.UserID = "sms", 8
	add(t, b, in, sms)
	must(t, b.Fail(t.Context(), in, claim(t, b, in, add(t, b, in, mail("anna@example.org"))), "550"))
	for _, c := range []struct {
		f    outbox.Filter
		want string
	}{
		{outbox.Filter{}, "anna@example.org +4915112345678"},
		{outbox.Filter{Channel: "sms"}, "+4915112345678"},
		{outbox.Filter{Channel: "email"}, "anna@example.org"},
		{outbox.Filter{State: outbox.Pending}, "+4915112345678"},
		{outbox.Filter{State: outbox.Failed}, "anna@example.org"},
		{outbox.Filter{UserID: 7}, "anna@example.org"},
		{outbox.Filter{UserID: 7, Channel: "sms"}, ""},
	} {
		page, _, err := outbox.Deliveries(t.Context(), in, c.f)
		must(t, err)
		var got []string
		for _, d := range page {
			got = append(got, d.Recipient)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v", c.f, got)
		}
	}
}

func TestBadFiltersAreFaults(t *testing.T) {
	t.Parallel()
	in := pgtest.Get(t).Tenant(t, "")
	for want, f := range map[error]outbox.Filter{
		fault.NotChoice:     {State: "lost"},
		fault.CursorInvalid: {Cursor: "!"},
	} {
		if _, _, err := outbox.Deliveries(t.Context(), in, f); !errors.Is(err, want) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if _, _, err := outbox.Deliveries(t.Context(), in, outbox.Filter{Cursor: "OTk5OTk5OTk5OTk5OTk5OTk5OSB4"}); !errors.Is(err, fault.CursorInvalid) {
		t.Errorf("a cursor out of range: %v", err)
	}
}

func TestDeliveriesShowNoSecrets(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, b := h.Tenant(t, ""), outbox.New(h.Sealer)
	c := claim(t, b, in, add(t, b, in, mail("anna@example.org")))
	shown, err := json.Marshal(only(t, in))
	must(t, err)
	if text := string(shown) + fmt.Sprintf("%+v %#v", c, c); strings.Contains(text, secretKey) {
		t.Fatalf("shown: %s", text)
	}
}

func TestTheSinkKeepsEachMessageOnce(t *testing.T) {
	t.Parallel()
	h := pgtest.Get(t)
	in, other := h.Tenant(t, ""), h.Tenant(t, "")
	first, second := uuid.New(), uuid.New()
	m := outbox.DevMessage{
		Channel: "email", To: "Anna@example.org", Kind: "verify_email", Subject: "Hello", Text: "t", HTML: "h",
		Data: json.RawMessage(`{"key": "k"}`),
	}
	for range 2 {
		must(t, outbox.KeepDevMessage(t.Context(), in, first, m))
	}
	m.Subject = "Again"
	must(t, outbox.KeepDevMessage(t.Context(), in, second, m))
	must(t, outbox.KeepDevMessage(t.Context(), other, first, m))
	got, err := outbox.DevMessages(t.Context(), h.Platform, in.Slug(), "anna@example.org")
	must(t, err)
	if len(got) != 2 || got[0].Subject != "Again" || got[1].Subject != "Hello" {
		t.Fatalf("kept %+v", got)
	}
	shown, err := json.Marshal(got[1])
	must(t, err)
	at := got[1].SentAt.Format("2006-01-02T15:04:05.999999999Z07:00")
	want := fmt.Sprintf(`{"tenant":%q,"channel":"email","to":"Anna@example.org","subject":"Hello","text":"t","html":"h","kind":"verify_email","data":{"key":"k"},"sent_at":%q}`, in.Slug(), at)
	if string(shown) != want {
		t.Fatalf("shown as %s", shown)
	}
	if none, err := outbox.DevMessages(t.Context(), h.Platform, in.Slug(), "bert@example.org"); err != nil || len(none) != 0 || none == nil {
		t.Fatalf("for somebody else: %v, %v", none, err)
	}
}
