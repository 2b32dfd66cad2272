package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rounds is how often things that are compared have their turn.
const rounds = 3

// signIns compares sign-ins with what the hashing threads can do at most.
func signIns(ctx context.Context, s *stage, t *table) error {
	var ratios, limits, rates []float64
	var cost time.Duration
	for range rounds {
		limit, err := s.hashLimit(ctx)
		if err != nil {
			return err
		}
		ours, err := s.take(ctx, s.serve, func() result { return closed(8, 4*time.Second, s.signIn()) })
		if err != nil {
			return err
		}
		cost, _ = ours.perRequest()
		ratios, limits, rates = append(ratios, ours.rate()/limit), append(limits, limit), append(rates, ours.rate())
		t.noise(ours)
	}
	t.add("sign-ins/s (Argon2id 19 MiB, t=2), of what the hashing threads can hash at all", per(median(limits)), per(median(rates)),
		ratio(median(ratios)), "≥ 0.97", median(ratios) >= 0.97, fmt.Sprintf("%s of server time each, hash included", short(cost)))
	return nil
}

// hashLimit hashes on the core that the server has in its turn.
func (s *stage) hashLimit(ctx context.Context) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	var said strings.Builder
	cmd := exec.CommandContext(ctx, self, "hash", "-length", "2s")
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{placed + "=yes"}, &said, os.Stderr
	s.awaitQuiet(ctx)
	ended, err := startOn(ownCore(), cmd)
	if err != nil {
		return 0, err
	}
	<-ended
	return strconv.ParseFloat(strings.TrimSpace(said.String()), 64)
}

// whoAmI compares reading oneself, by both kinds of token, with one prepared SELECT.
func whoAmI(ctx context.Context, s *stage, t *table) error {
	const clients, length = 16, 3 * time.Second
	shots := []shot{s.meOfFloor(), s.meByToken(), s.meByKey()}
	who := []*child{s.floor, s.serve, s.serve}
	turns, err := s.inTurns(ctx, t, who, func(i int) result { return closed(clients, length, shots[i]) })
	if err != nil {
		return err
	}
	for i, name := range []string{"", "“who am I” by access token (JWT), session and account read", "“who am I” by key (rest-auth), session and account read"} {
		if i > 0 {
			t.compare(name+" under RLS, of one prepared SELECT", turns[0], turns[i], 0.4)
		}
	}
	return nil
}

// inTurns gives each its turn, several rounds long.
func (s *stage) inTurns(ctx context.Context, t *table, who []*child, run func(i int) result) ([][]turn, error) {
	turns := make([][]turn, len(who))
	for range rounds {
		for i, c := range who {
			one, err := s.take(ctx, c, func() result { return run(i) })
			if err != nil {
				return nil, err
			}
			turns[i] = append(turns[i], one)
			t.noise(one)
		}
	}
	return turns, nil
}

// isolation asks how long "who am I" takes while 32 people sign in without a pause.
func isolation(ctx context.Context, s *stage, t *table) error {
	const rate, storm = 100, 32
	var calm, rough []time.Duration
	unserved, signedIn := 0, 0.0
	for range 2 {
		quiet, err := s.take(ctx, s.serve, func() result { return open(rate, 5*time.Second, s.meByToken()) })
		if err != nil {
			return err
		}
		var behind result
		busy, err := s.take(ctx, s.serve, func() result {
			stop := make(chan result)
			go func() { stop <- closed(storm, 7*time.Second, s.signIn()) }()
			time.Sleep(time.Second) // the storm has to build up
			r := open(rate, 5*time.Second, s.meByToken())
			behind = <-stop
			return r
		})
		if err != nil {
			return err
		}
		calm, rough = append(calm, quiet.quantile(.99)), append(rough, busy.quantile(.99))
		unserved, signedIn = unserved+busy.unserved+quiet.unserved, behind.rate()
		t.noise(quiet)
		t.noise(busy)
	}
	c, r := slices.Min(calm), slices.Min(rough)
	factor := float64(r) / float64(c)
	t.add("p99 of “who am I” at 100/s with 32 people signing in, of the quiet one", short(c), short(r), fmt.Sprintf("%.1f ×", factor),
		"≤ 3 ×, ≤ 10 ms, all served", factor <= 3 && r <= 10*time.Millisecond && unserved == 0,
		fmt.Sprintf("%d unserved; %.0f sign-ins/s meanwhile", unserved, signedIn))
	return nil
}

// refreshes compares refreshing, with reuse detection and a signed access token, with one prepared UPDATE.
func refreshes(ctx context.Context, s *stage, t *table) error {
	const clients, length = 8, 3 * time.Second
	shots := []shot{s.refreshOfFloor(), s.refresh()}
	turns, err := s.inTurns(ctx, t, []*child{s.floor, s.serve}, func(i int) result { return closed(clients, length, shots[i]) })
	if err != nil {
		return err
	}
	t.compare("refreshes/s with reuse detection and EdDSA, of one prepared UPDATE … RETURNING", turns[0], turns[1], 0.4)
	return nil
}

// mails measures from before the sign-up's answer, which comes after the commit, to the last byte at the mail server.
func mails(ctx context.Context, s *stage, t *table) error {
	const count = 60
	var all []time.Duration
	for i := range count {
		name := fmt.Sprintf("letter%d", i)
		to := name + "@bench.example"
		bell := s.sink.bell(to)
		var made struct{}
		if err := s.call(ctx, "/t/tenant-0/v1/sign-up", "", map[string]string{"username": name, "email": to, "password": secret}, &made); err != nil {
			return err
		}
		answered := time.Now()
		select {
		case <-bell:
			all = append(all, max(0, s.sink.at(to).Sub(answered)))
		case <-time.After(10 * time.Second):
			return fmt.Errorf("no mail to %s", to)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	slices.Sort(all)
	p99 := all[len(all)*99/100]
	t.add("mail handed to the SMTP server after the sign-up's answer, idle queue, p99 of 60", "", short(p99), "", "≤ 150 ms", p99 <= 150*time.Millisecond,
		"median "+short(all[len(all)/2]))
	return nil
}

// starts measures a fresh server on the database as it is now.
func starts(ctx context.Context, s *stage, t *table) error {
	var times []time.Duration
	var memory []float64
	for range 5 {
		s.awaitQuiet(ctx)
		c, took, err := s.startServer(ctx)
		if err != nil {
			return err
		}
		time.Sleep(time.Second) // what the start left behind may settle
		times, memory = append(times, took), append(memory, rss(c.pid()))
		c.stop()
	}
	start, idle := median(times), median(memory)
	t.add("`serve` from start to its first 200 (/readyz)", "", short(start), "", "≤ 100 ms", start <= 100*time.Millisecond, "fastest "+short(slices.Min(times)))
	t.add("idle memory (RSS) of a fresh `serve`", "", fmt.Sprintf("%.1f MiB", idle), "", "≤ 40 MiB", idle <= 40,
		fmt.Sprintf("%.1f MiB after all of the above", rss(s.serve.pid())))
	return nil
}
