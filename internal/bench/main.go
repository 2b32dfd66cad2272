// Command bench measures what docs/performance.md promises, as ratios between the real program and small floors that
// stand on the same database in the same run. It takes at most three minutes and prints Markdown.
//
// Where there are two cores, the program (or the floor) whose turn it is has core 0 for itself, and PostgreSQL, Redis,
// the mail sink and the load share core 1. What is compared is measured in turns, round after round, and the middle of
// the rounds' ratios counts: machines drift by more from one hour to the next than most changes are worth.
//
// It runs itself in three more roles: "floor" serves the bare handlers, "hash" hashes passwords, "picture" makes squares of a
// picture, and each does nothing else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "floor" {
		return floor(ctx, args[1:])
	}
	if len(args) > 0 && args[0] == "hash" {
		return hashes(args[1:])
	}
	if len(args) > 1 && args[0] == "picture" {
		return alone(args[1:])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	binary := flags.String("bin", "", "the program; built when not given")
	report := flags.String("o", "", "also write the table between the marks of this file")
	only := flags.String("only", "", "measure just these, with commas between them: "+strings.Join(names(), ", "))
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := keepTo(otherCore()); err != nil {
		return err
	}
	return bench(ctx, *binary, *report, *only)
}

// measure is one line or two of the table.
type measure struct {
	name string
	take func(context.Context, *stage, *table) error
}

var measures = []measure{{"sign-in", signIns}, {"who-am-i", whoAmI}, {"isolation", isolation}, {"refresh", refreshes}, {"contracts", contracts}, {"codes", codes}, {"picture", pictures}, {"mail", mails}, {"start", starts}}

func names() (all []string) {
	for _, m := range measures {
		all = append(all, m.name)
	}
	return all
}

func bench(ctx context.Context, binary, report, only string) (err error) {
	s, err := setUp(ctx, binary)
	defer func() { err = errors.Join(err, s.close()) }()
	if err != nil {
		return err
	}
	var t table
	for _, m := range measures {
		if only != "" && !slices.Contains(strings.Split(only, ","), m.name) {
			continue
		}
		if err := s.settle(ctx); err != nil {
			return err
		}
		if err := m.take(ctx, s, &t); err != nil {
			return err
		}
	}
	t.print(os.Stdout)
	if report == "" {
		return nil
	}
	return between(report, func(w io.Writer) { t.print(w) })
}
