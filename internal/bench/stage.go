package main

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/keyhall/keyhall/apps/dev/postgres"
	"github.com/keyhall/keyhall/apps/dev/redis"
	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/migrations"
)

// stage is everything that is measured and what it stands on.
type stage struct {
	dir, binary string
	spare       time.Duration // what may still be spent on waiting for quiet and on repeating slices

	database *postgres.Server
	redis    *redis.Server
	sink     *sink
	env      []string

	serve, work, floor *child
	postmaster         int
	people             []somebody
}

// child is a process of the stage.
type child struct {
	cmd   *exec.Cmd
	url   string
	ended chan struct{}
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) stop() {
	if c == nil {
		return
	}
	_ = c.cmd.Process.Signal(os.Interrupt)
	select {
	case <-c.ended:
	case <-time.After(10 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
}

const (
	loginRole     = "keyhall_bench"
	loginPassword = "bench"
	operator      = "operator@bench.example"
	secret        = "tall-Cedar-47-river"
)

// setUp starts everything. What it returns has to be closed, with an error too.
func setUp(ctx context.Context, binary string) (s *stage, err error) {
	s = &stage{binary: binary, spare: 45 * time.Second}
	if s.dir, err = os.MkdirTemp("", "keyhall-bench-*"); err != nil {
		return s, err
	}
	// PostgreSQL runs as another user when we are root, and has to pass through.
	if err := os.Chmod(s.dir, 0o711); err != nil {
		return s, err
	}
	for _, step := range []func(context.Context) error{s.build, s.startStores, s.migrate, s.startFloor, s.startPrograms, s.populate} {
		if err := step(ctx); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *stage) close() error {
	for _, c := range []*child{s.serve, s.work, s.floor} {
		c.stop()
	}
	var err error
	if s.sink != nil {
		err = s.sink.close()
	}
	if s.redis != nil {
		s.redis.Close()
	}
	if s.database != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		err = errors.Join(err, s.database.Stop(ctx))
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// build makes the program as `make build` does.
func (s *stage) build(ctx context.Context) error {
	if s.binary != "" {
		var err error
		s.binary, err = filepath.Abs(s.binary)
		return err
	}
	s.binary = filepath.Join(s.dir, "keyhall")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", s.binary, "github.com/keyhall/keyhall/apps/keyhall")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

func (s *stage) startStores(ctx context.Context) (err error) {
	if s.sink, err = startSink(); err != nil {
		return err
	}
	if s.redis, err = redis.Start(ctx, "127.0.0.1:0"); err != nil {
		return err
	}
	s.database, err = postgres.Start(ctx, postgres.Options{DataDir: filepath.Join(s.dir, "postgres"), Durable: true})
	if err != nil {
		return err
	}
	return migrations.CreateDatabase(ctx, s.database.URL("postgres"), "keyhall")
}

// migrate also fixes what all programs of the stage are told.
func (s *stage) migrate(ctx context.Context) error {
	owner := s.database.URL("keyhall")
	if _, err := migrations.Up(ctx, owner); err != nil {
		return err
	}
	if err := migrations.GrantRuntime(ctx, owner, loginRole, loginPassword); err != nil {
		return err
	}
	u, err := url.Parse(owner)
	if err != nil {
		return err
	}
	u.User = url.UserPassword(loginRole, loginPassword)
	s.env = []string{
		"PATH=" + os.Getenv("PATH"), "KEYHALL_DATABASE_URL=" + u.String(), "KEYHALL_REDIS_URL=" + s.redis.URL(),
		"KEYHALL_MASTER_KEY=" + base64.StdEncoding.EncodeToString(seal.Random(32)), "KEYHALL_PUBLIC_URL=https://id.example.test",
		"KEYHALL_SMTP_URL=" + s.sink.url(), "KEYHALL_TRUSTED_PROXIES=127.0.0.1", "KEYHALL_OPERATOR_PASSWORD=" + secret,
	}
	return nil
}

// child starts a process on the core of whoever is measured. What it logs goes to /dev/null; a log that is not written
// at all would flatter it.
func (s *stage) child(name string, env []string, args ...string) (*child, error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = null.Close() }()
	c := &child{cmd: exec.Command(name, args...)}
	c.cmd.Env, c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = append(env, s.env...), s.dir, null, null
	c.ended, err = startOn(ownCore(), c.cmd)
	return c, err
}

func (s *stage) startFloor(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	if s.floor, err = s.child(self, []string{placed + "=yes"}, "floor", "-database", s.database.URL("keyhall"), "-listen", address); err != nil {
		return err
	}
	s.floor.url = "http://" + address
	return s.floor.answers(ctx, "/")
}

func (s *stage) startPrograms(ctx context.Context) (err error) {
	cmd := exec.CommandContext(ctx, s.binary, "operator", "create", operator)
	cmd.Env = s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if s.work, err = s.child(s.binary, nil, "work"); err != nil {
		return err
	}
	s.serve, _, err = s.startServer(ctx)
	return err
}

// settle does what autovacuum does within a minute: without statistics PostgreSQL takes plans that nobody would have
// who has used the program for longer than that.
func (s *stage) settle(ctx context.Context) error {
	db, err := sql.Open("postgres", s.database.URL("keyhall"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "vacuum analyze")
	return errors.Join(err, db.Close())
}

// startServer starts `keyhall serve` and tells how long it took until the first 200 from /readyz.
func (s *stage) startServer(ctx context.Context) (*child, time.Duration, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	c, err := s.child(s.binary, []string{"KEYHALL_LISTEN=" + address}, "serve")
	if err != nil {
		return nil, 0, err
	}
	c.url = "http://" + address
	err = c.answers(ctx, "/readyz")
	return c, time.Since(began), err
}

// answers waits for any answer below 500.
func (c *child) answers(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+path, nil)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(request); err == nil {
			if _ = answer.Body.Close(); answer.StatusCode < http.StatusInternalServerError {
				return nil
			}
		}
		select {
		case <-look.C:
		case <-c.ended:
			return fmt.Errorf("%s ended", strings.Join(c.cmd.Args, " "))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
