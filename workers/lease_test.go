package workers_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/keyhall/keyhall/internal/redisurl"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/outbox"
	"github.com/keyhall/keyhall/workers"
	"github.com/keyhall/keyhall/workers/deliver"
	"github.com/keyhall/keyhall/workers/mail"
)

// TestMain lets this binary be a worker in a process of its own, to be killed.
func TestMain(m *testing.M) {
	if os.Getenv("KEYHALL_TEST_WORKER") != "" {
		slog.Error("the worker ended", "error", doomed())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// doomed is a worker that is killed right after the mail server took its first mail, or before it with "before".
func doomed() error {
	app, err := tenants.Open(os.Getenv("KEYHALL_TEST_URL"), tenants.AppRole, 4)
	if err != nil {
		return err
	}
	platform, err := tenants.Open(os.Getenv("KEYHALL_TEST_URL"), tenants.PlatformRole, 4)
	if err != nil {
		return err
	}
	sealer, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		return err
	}
	client, err := redisurl.Open(os.Getenv("KEYHALL_TEST_REDIS"))
	if err != nil {
		return err
	}
	server, err := mail.ParseURL(os.Getenv("KEYHALL_TEST_SMTP"))
	if err != nil {
		return err
	}
	registry := tenants.NewRegistry(tenants.Config{App: app, Platform: platform, Sealer: sealer, PublicURL: "https://id.example.test", Log: slog.Default()})
	box := outbox.New(sealer)
	box.Lease = time.Second
	mails := &deliver.Mail{Registry: registry, Sender: mail.New(mail.Options{}), Server: &server}
	die := func(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error {
		if os.Getenv("KEYHALL_TEST_WORKER") == "after" {
			if err := mails.Handle(ctx, in, c); err != nil {
				return err
			}
		}
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return workers.Run(context.Background(), workers.Config{
		Redis: client, DatabaseURL: os.Getenv("KEYHALL_TEST_URL"), Registry: registry, Box: box,
		Handlers: []workers.Handler{{Kind: "mail", Handle: die}}, Log: slog.Default(),
	})
}

// sacrifice runs a doomed worker to its end.
func (r *rig) sacrifice(when string) {
	r.t.Helper()
	child := exec.CommandContext(r.t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "KEYHALL_TEST_WORKER="+when, "KEYHALL_TEST_URL="+r.house.URL,
		"KEYHALL_TEST_REDIS=redis://"+r.redis.Addr(), "KEYHALL_TEST_SMTP="+r.smtp.URL())
	child.Stderr = os.Stderr
	err := child.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		r.t.Fatalf("the doomed worker ended with %v", err)
	}
}

// plain is a mail without secrets, so that a process with another master key can send it.
func plain(to string) outbox.Job {
	return outbox.Job{Kind: "mail", Recipient: to, Payload: map[string]any{"message": "approved"}}
}

func TestAMailWhoseWorkerWasKilledBeforeSendingIsSent(t *testing.T) {
	r := newRig(t)
	id := r.add(plain("anna@example.org"))
	r.sacrifice("before")
	r.run(r.config())
	if d := r.untilState(outbox.Sent); len(d.Attempts) != 2 || d.Attempts[0].Outcome != "retry" {
		t.Fatalf("attempts %+v", d.Attempts)
	}
	if got := sentIDs(r.smtp.Messages()); !slices.Equal(got, []string{id.String()}) {
		t.Fatalf("sent %v", got)
	}
}

func TestAMailWhoseWorkerWasKilledAfterSendingComesAgainUnderTheSameID(t *testing.T) {
	r := newRig(t)
	id := r.add(plain("anna@example.org")).String()
	r.sacrifice("after")
	r.run(r.config())
	r.untilState(outbox.Sent)
	if got := sentIDs(r.smtp.Messages()); !slices.Equal(got, []string{id, id}) {
		t.Fatalf("sent %v", got)
	}
	if all := r.smtp.Messages(); all[0].Text != all[1].Text || all[0].Header.Get("Date") != all[1].Header.Get("Date") {
		t.Fatal("the second copy is another mail")
	}
}

func TestALongJobKeepsItsLease(t *testing.T) {
	r := newRig(t)
	r.box.Lease = 2 * time.Second // long enough that a busy machine still renews in time
	calls := make(chan struct{}, 10)
	c := r.handle(func(ctx context.Context, _ *tenants.Scope, _ outbox.Claimed) error {
		calls <- struct{}{}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2*r.box.Lease + r.box.Lease/2):
			return nil
		}
	})
	r.run(c)
	r.run(c)
	r.add(job("anna@example.org"))
	if d := r.untilState(outbox.Sent); len(d.Attempts) != 1 || len(calls) != 1 {
		t.Fatalf("%d calls, attempts %+v", len(calls), d.Attempts)
	}
}

func TestAJobIsBrokenOffWhenItsLeaseIsLost(t *testing.T) {
	r := newRig(t)
	r.box.Lease = 600 * time.Millisecond
	causes := make(chan error, 10)
	c := r.handle(func(ctx context.Context, _ *tenants.Scope, job outbox.Claimed) error {
		_, err := r.house.Owner(t).ExecContext(ctx, `update outbox set lease = lease + 1, lease_until = now() + interval '1 hour' where id = $1`, job.ID)
		if err != nil {
			return err
		}
		<-ctx.Done()
		causes <- context.Cause(ctx)
		return ctx.Err()
	})
	r.run(c)
	r.add(job("anna@example.org"))
	if cause := <-causes; !errors.Is(cause, outbox.ErrLost) {
		t.Fatalf("broken off by %v", cause)
	}
	if d := r.untilState(outbox.Pending); len(d.Attempts) != 0 || d.LastError != "" {
		t.Fatalf("the zombie wrote %+v", d)
	}
}
