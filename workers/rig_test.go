package workers_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers"
	"github.com/keyhall/keyhall/workers/deliver"
	"github.com/keyhall/keyhall/workers/mail"
	"github.com/keyhall/keyhall/workers/sms"
)

// rig is a house with one tenant, a Redis and a mail server, all of the test's own.
type rig struct {
	t     *testing.T
	house *pgtest.House
	in    *tenants.Scope
	box   *outbox.Box
	redis *miniredis.Miniredis
	smtp  *smtpsink.Sink
	log   *lines
}

func newRig(t *testing.T) *rig {
	t.Helper()
	t.Parallel()
	return lonelyRig(t)
}

// lonelyRig is for a test that measures time and therefore runs alone.
func lonelyRig(t *testing.T) *rig {
	t.Helper()
	h := pgtest.Fresh(t)
	return &rig{
		t: t, house: h, in: h.Tenant(t, ""), box: outbox.New(h.Sealer), redis: miniredis.RunT(t),
		smtp: smtpsink.Start(t), log: &lines{},
	}
}

// config is that of a worker as in production, but for quick repetition of lost rings.
func (r *rig) config() workers.Config {
	client, err := redisurl.Open("redis://" + r.redis.Addr())
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = client.Close() })
	return workers.Config{
		Redis: client, DatabaseURL: r.house.URL, Registry: r.house.Registry, Box: r.box, Concurrency: 8,
		Handlers: workers.All(workers.Deps{Mail: r.mail(), SMS: &sms.SMS{}}), Log: slog.New(r.log), RingAgain: 200 * time.Millisecond,
	}
}

func (r *rig) mail() *deliver.Mail {
	server, err := mail.ParseURL(r.smtp.URL())
	if err != nil {
		r.t.Fatal(err)
	}
	sender := mail.New(mail.Options{})
	r.t.Cleanup(sender.Close)
	return &deliver.Mail{Registry: r.house.Registry, Sender: sender, Server: &server, Private: true}
}

// handle is a worker with this handler instead of that for mails.
func (r *rig) handle(h func(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error) workers.Config {
	c := r.config()
	c.Handlers = []workers.Handler{{Kind: "mail", Handle: h}}
	return c
}

// run starts a worker. It is stopped by the function returned, or else with the test, and must stop in time.
func (r *rig) run(c workers.Config) (stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- workers.Run(ctx, c) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				r.t.Errorf("the worker ended with %v", err)
			}
		case <-time.After(10 * time.Second):
			r.t.Error("the worker did not stop within 10 s")
		}
	})
	r.t.Cleanup(stop)
	return stop
}

func job(to string) outbox.Job {
	return outbox.Job{
		Kind: "mail", UserID: 7, Recipient: to, Payload: map[string]any{"message": "verify_email", "name": "Anna"},
		Secret: map[string]any{"key": "key0123456789"}, ExpiresAt: time.Now().Add(time.Hour),
	}
}

func (r *rig) add(j outbox.Job) uuid.UUID { return r.addTo(r.in, j) }

func (r *rig) addTo(in *tenants.Scope, j outbox.Job) (id uuid.UUID) {
	r.t.Helper()
	err := in.Tx(r.t.Context(), func(tx *tenants.Tx) (err error) {
		id, err = r.box.Add(r.t.Context(), tx, j)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// addMany owes n mails, each in a transaction of its own, and gives their sorted ids.
func (r *rig) addMany(n int) (ids []string) {
	r.t.Helper()
	for i := range n {
		ids = append(ids, r.add(job(fmt.Sprintf("u%d@example.org", i))).String())
	}
	slices.Sort(ids)
	return ids
}

// until polls for a condition and fails the test when it does not come true in time.
func (r *rig) until(what string, holds func() bool) {
	r.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			r.t.Fatalf("never: %s\nlog:\n%s", what, r.log)
		}
	}
}

// untilState waits for the one delivery of the rig's tenant to come into a state.
func (r *rig) untilState(state string) (d outbox.Delivery) {
	r.t.Helper()
	r.until(state, func() bool {
		all, _, err := outbox.Deliveries(r.t.Context(), r.in, outbox.Filter{})
		if err != nil || len(all) != 1 {
			r.t.Fatalf("%d deliveries, %v", len(all), err)
		}
		d = all[0]
		return d.State == state
	})
	return d
}

// count counts rows of the outbox as the schema's owner.
func (r *rig) count(where string) (n int) {
	r.t.Helper()
	if err := r.house.Owner(r.t).QueryRowContext(r.t.Context(), `select count(*) from outbox where `+where).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

// sentIDs gives the sorted job ids of the mails that arrived, doubles included.
func sentIDs(messages []smtpsink.Message) (ids []string) {
	for _, m := range messages {
		id, _, _ := strings.Cut(strings.Trim(m.Header.Get("Message-ID"), "<>"), "@")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// lines is a log to look into.
type lines struct {
	mu  sync.Mutex
	all []string
}

// Enabled implements slog.Handler, as the methods below.
func (l *lines) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }
func (l *lines) WithAttrs([]slog.Attr) slog.Handler               { return l }
func (l *lines) WithGroup(string) slog.Handler                    { return l }
func (l *lines) Handle(_ context.Context, record slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := record.Level.String() + " " + record.Message
	record.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	l.all = append(l.all, text)
	return nil
}

// String gives all lines.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}
