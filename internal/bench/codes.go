package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// One address gets only so many codes in an hour, so there are many addresses, each of an account.
const (
	codeTenant = "tenant-1"
	codePeople = 1200
)

func codeAddress(i int) string { return fmt.Sprintf("code%d@bench.example", i) }

// codes measures how many one-time codes are sent (written, with the mail that is owed, and acknowledged) and, once the mails are
// there, signed in with (the attempt charged, the code compared and used up, and a session opened) in a second.
func codes(ctx context.Context, s *stage, t *table) error {
	if err := s.importPeople(ctx); err != nil {
		return err
	}
	var sent, checked atomic.Int64
	path := s.serve.url + "/t/" + codeTenant + "/v1"
	send := shot{status: fasthttp.StatusAccepted, fill: func(_ int, r *fasthttp.Request) {
		post(r, path+"/codes", `{"destination":"`+codeAddress(int(sent.Add(1)-1))+`"}`)
	}}
	sending, err := s.once(ctx, func() result { return upTo(codePeople, 8, 3*time.Second, send) })
	if err != nil {
		return err
	}
	known, err := s.sink.codes(ctx, min(int(sent.Load()), codePeople))
	if err != nil {
		return err
	}
	check := shot{fill: func(_ int, r *fasthttp.Request) {
		i := int(checked.Add(1) - 1)
		post(r, path+"/sign-in/code", `{"destination":"`+codeAddress(i)+`","code":"`+known[codeAddress(i)]+`"}`)
	}}
	checking, err := s.once(ctx, func() result { return upTo(int64(len(known)), 8, 3*time.Second, check) })
	if err != nil {
		return err
	}
	t.noise(sending)
	t.noise(checking)
	for _, one := range []struct {
		what string
		turn turn
	}{{"one-time codes sent by mail, 8 clients", sending}, {"signed in with one-time codes, 8 clients", checking}} {
		cost, store := one.turn.perRequest()
		t.add(one.what, "", per(one.turn.rate()), "", "", true, fmt.Sprintf("p50 %s, p99 %s; CPU per request, server + PostgreSQL: %s + %s",
			short(one.turn.quantile(.5)), short(one.turn.quantile(.99)), short(cost), short(store)))
	}
	return nil
}

// once measures a slice that cannot be repeated.
func (s *stage) once(ctx context.Context, run func() result) (turn, error) {
	s.awaitQuiet(ctx)
	one := s.measure(s.serve, run)
	return one, one.err()
}

// importPeople makes the accounts without a password each, which would take its time to hash.
func (s *stage) importPeople(ctx context.Context) error {
	var file strings.Builder
	for i := range codePeople {
		fmt.Fprintf(&file, "{\"username\":\"code%d\",\"email\":%q,\"email_verified\":true}\n", i, codeAddress(i))
	}
	name := filepath.Join(s.dir, "people.jsonl")
	if err := os.WriteFile(name, []byte(file.String()), 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, s.binary, "import", "users", name, "--tenant", codeTenant)
	cmd.Env = s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

var codeInMail = regexp.MustCompile(`(?m)^\s*(\d{6,8})\s*$`)

// codes waits for the mails to so many people and gives the code of each.
func (s *sink) codes(ctx context.Context, count int) (map[string]string, error) {
	known := map[string]string{}
	ctx, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	for len(known) < count {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d codes came: %w", len(known), count, ctx.Err())
		}
		for i := range count {
			if code := s.code(codeAddress(i)); code != "" {
				known[codeAddress(i)] = code
			}
		}
	}
	return known, nil
}
