// Command crowd fills a data folder of `keyhall dev` with as many tenants and people as a large platform has, and
// measures how long the dashboard's lists take among them. The folder stays: `keyhall dev` opens it.
//
// The people are made by SQL, as a million sign-ups would take hours; tables, triggers and counters are those of the
// migrations. Nobody of them can sign in.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/keyhall/keyhall/apps/dev/postgres"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
}

type options struct {
	binary, dir            string
	tenants, people, inBig int
	waiting                int
	onlyMeasure            bool
	browser                string
}

func run(ctx context.Context, args []string) error {
	var o options
	flags := flag.NewFlagSet("crowd", flag.ContinueOnError)
	flags.StringVar(&o.binary, "bin", "bin/keyhall", "the program")
	flags.StringVar(&o.dir, "data-dir", ".keyhall-large", "the data folder to fill")
	flags.IntVar(&o.tenants, "tenants", 10_000, "how many tenants there are in the end")
	flags.IntVar(&o.people, "users", 1_000_000, "how many users they have together")
	flags.IntVar(&o.inBig, "big", 200_000, "how many of them the tenant big has")
	flags.IntVar(&o.waiting, "pending", 5_000, "how many of big's wait for approval")
	flags.StringVar(&o.browser, "browser", "", "the folder of the dashboard, to have it measured in a browser, too")
	flags.BoolVar(&o.onlyMeasure, "measure", false, "the folder is full already: only measure")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var err error
	if o.binary, err = filepath.Abs(o.binary); err != nil {
		return err
	}
	if !o.onlyMeasure {
		if err := fill(ctx, o); err != nil {
			return err
		}
	}
	return look(ctx, o)
}

// fill lets the program make the folder, and fills its database while the program is stopped.
func fill(ctx context.Context, o options) error {
	if _, err := os.Stat(filepath.Join(o.dir, "crowd")); err == nil {
		return fmt.Errorf("%s is full already; -measure only measures, or remove the folder", o.dir)
	}
	fmt.Println("making", o.dir)
	p, err := start(ctx, o)
	if err != nil {
		return err
	}
	if err := p.stop(); err != nil {
		return err
	}
	err = withDatabase(ctx, o, func(url string) error {
		if err := seed(ctx, url, o); err != nil {
			return err
		}
		return count(ctx, url)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.dir, "crowd"), nil, 0o600)
}

// withDatabase runs the folder's database without the program.
func withDatabase(ctx context.Context, o options, do func(url string) error) error {
	db, err := postgres.Start(ctx, postgres.Options{DataDir: filepath.Join(o.dir, "postgres")})
	if err != nil {
		return err
	}
	err = do(db.URL("keyhall"))
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return errors.Join(err, db.Stop(ending))
}

func look(ctx context.Context, o options) error {
	// Who was approved by the measurement before waits again.
	if err := withDatabase(ctx, o, func(url string) error { return wait(ctx, url, o) }); err != nil {
		return err
	}
	p, err := start(ctx, o)
	if err != nil {
		return err
	}
	err = measure(ctx, p, o)
	if err == nil && o.browser != "" {
		err = browse(ctx, p, o)
	}
	err = errors.Join(err, approve(ctx, p)) // the last: the queue of approvals is empty then
	return errors.Join(err, p.stop())
}

// browse has the dashboard opened among the crowd, by a browser.
func browse(ctx context.Context, p *program, o options) error {
	cmd := exec.CommandContext(ctx, "npx", "playwright", "test", "--config", "crowd/playwright.config.ts")
	cmd.Dir, cmd.Stdout, cmd.Stderr = o.browser, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "KEYHALL_URL="+p.url, "KEYHALL_OPERATOR_EMAIL="+operator, "KEYHALL_OPERATOR_PASSWORD="+secret)
	return cmd.Run()
}
