package journey_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const (
	operator = "operator@example.com"
	password = "a-long-enough-secret"
)

// dev is one `keyhall dev` for all tests of the package; each test has a tenant of its own in it.
type dev struct {
	url   string
	run   *exec.Cmd
	ended chan error
}

var running dev

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "keyhall-journey-*")
		if err != nil {
			return failed(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		if running, err = start(dir); err != nil {
			return failed(err)
		}
		code := m.Run()
		if err := running.stop(); err != nil {
			return failed(err)
		}
		return code
	}())
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "keyhall dev:", err)
	return 1
}

// start builds the program and runs it on a free port and a fresh folder until it is ready.
func start(dir string) (dev, error) {
	bin, data := filepath.Join(dir, "keyhall"), filepath.Join(dir, "data")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", bin, "github.com/keyhall/keyhall/apps/keyhall")
	build.Stderr = os.Stderr
	// PostgreSQL runs as another user when we are root, and has to pass through.
	// KEYHALL_BIN is for keyhalltest.StartDev.
	if err := errors.Join(os.Chmod(dir, 0o711), build.Run(), os.Setenv("KEYHALL_BIN", bin)); err != nil {
		return dev{}, err
	}
	d := dev{run: exec.CommandContext(context.Background(), bin, "dev"), ended: make(chan error, 1)}
	d.run.Env = append(os.Environ(), "KEYHALL_LISTEN=127.0.0.1:0", "KEYHALL_DATA_DIR="+data, "KEYHALL_HASH_COST=test", "KEYHALL_RATE_LIMITS=off",
		"KEYHALL_OPERATOR_EMAIL="+operator, "KEYHALL_OPERATOR_PASSWORD="+password, "KEYHALL_DATABASE_URL=", "KEYHALL_REDIS_URL=", "KEYHALL_PUBLIC_URL=")
	d.run.Stdout, d.run.Stderr = os.Stderr, os.Stderr
	if err := d.run.Start(); err != nil {
		return d, err
	}
	go func() { d.ended <- d.run.Wait() }()
	var err error
	d.url, err = d.address(filepath.Join(data, "ready.json"))
	return d, err
}

func (d dev) address(file string) (string, error) {
	deadline := time.After(60 * time.Second)
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		var ready struct{ URL string }
		if content, err := os.ReadFile(file); err == nil && json.Unmarshal(content, &ready) == nil {
			return ready.URL, nil
		}
		select {
		case err := <-d.ended:
			return "", errors.Join(errors.New("it ended before it was ready"), err)
		case <-deadline:
			return "", errors.Join(errors.New("it is not ready"), d.run.Process.Kill())
		case <-look.C:
		}
	}
}

// stop asks for an orderly end, which exits 0.
func (d dev) stop() error {
	if err := d.run.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-d.ended:
		return err
	case <-time.After(15 * time.Second):
		return errors.Join(errors.New("it does not stop"), d.run.Process.Kill())
	}
}
