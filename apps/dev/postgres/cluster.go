package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cluster is one PostgreSQL data directory with its password, made whole by create or not there at all.
type cluster struct {
	dir   string // <home>/pg<major>, ours; only data inside it belongs to the account
	major int
	as    account
	bin   binaries
}

func (c *cluster) data() string         { return filepath.Join(c.dir, "data") }
func (c *cluster) passwordFile() string { return filepath.Join(c.dir, "password") }

func (c *cluster) password() (string, error) {
	text, err := os.ReadFile(c.passwordFile())
	if err != nil {
		return "", fmt.Errorf("cannot read the password of the database: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// cluster finds the cluster to run, or makes the first one.
func (f *folder) cluster(ctx context.Context, o Options) (*cluster, error) {
	home, err := f.home()
	if err != nil {
		return nil, err
	}
	sweep(home, o)
	clusters, err := clustersIn(home)
	if err != nil {
		return nil, err
	}
	as, err := accountFor(clusters)
	if err != nil {
		return nil, err
	}
	bin, err := locate(ctx, as, f.npm(o), clusters)
	if err != nil {
		return nil, err
	}
	for _, c := range clusters {
		if c.major == bin.major {
			c.as, c.bin = as, bin
			return c, nil
		}
	}
	return f.create(ctx, as, bin, o)
}

// clustersIn lists the clusters of a home, the one used last first.
func clustersIn(home string) ([]*cluster, error) {
	entries, err := os.ReadDir(home)
	if err != nil {
		return nil, unwritable(home, err)
	}
	var clusters []*cluster
	for _, entry := range entries {
		number, found := strings.CutPrefix(entry.Name(), "pg")
		if major, err := strconv.Atoi(number); found && err == nil {
			clusters = append(clusters, &cluster{dir: filepath.Join(home, entry.Name()), major: major})
		}
	}
	slices.SortFunc(clusters, func(a, b *cluster) int { return b.used().Compare(a.used()) })
	return clusters, nil
}

// used is the time of the last start: PostgreSQL writes postmaster.opts at each. Never started is long ago.
func (c *cluster) used() time.Time {
	info, err := os.Stat(filepath.Join(c.data(), "postmaster.opts"))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// create makes a cluster under another name and renames it: a kill in between leaves nothing that looks like one.
func (f *folder) create(ctx context.Context, as account, bin binaries, o Options) (*cluster, error) {
	home, err := f.settle(ctx, as, o)
	if err != nil {
		return nil, err
	}
	o.say("Creating the database in %s ...", home)
	temporary, err := os.MkdirTemp(home, unfinished+"*")
	if err != nil {
		return nil, unwritable(home, err)
	}
	c := &cluster{dir: temporary, major: bin.major, as: as, bin: bin}
	if err := c.initialise(ctx, o.Durable); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot create the database in %s: %w", home, err), os.RemoveAll(temporary))
	}
	c.dir = filepath.Join(home, fmt.Sprintf("pg%d", bin.major))
	return c, os.Rename(temporary, c.dir)
}

func (c *cluster) initialise(ctx context.Context, durable bool) error {
	err := errors.Join(
		os.Chmod(c.dir, 0o711),
		os.Mkdir(c.data(), 0o700),
		c.as.own(c.data()),
		writeDurably(c.passwordFile(), rand.Text()),
		c.as.own(c.passwordFile()), // initdb reads it; whose data these are may know it anyway
	)
	if err != nil {
		return err
	}
	args := []string{
		"--pgdata=" + c.data(), "--username=" + superuser, "--pwfile=" + c.passwordFile(),
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
	}
	if !durable {
		args = append(args, "--no-sync")
	}
	_, err = output(c.as.command(ctx, syscall.SIGKILL, c.bin.initdb(), args...))
	return err
}
