package keyhalltest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// Dev is the real program, started for a test: `keyhall dev` with a data folder of its own.
type Dev struct {
	URL string
	// Operator is a client that may do everything.
	Operator *keyhall.Client
}

// What the operator of a Dev is called; the password is of chance.
const operatorEmail = "operator@example.com"

// readyTime is how long the program may take to start; the first time, it unpacks a database.
const readyTime = 2 * time.Minute

// StartDev runs the program `keyhall`, from the path in KEYHALL_BIN or else in PATH, and ends it with the test. One for all tests of a
// package is enough: each test makes a tenant of its own. Messages are read by Operator.System.Messages.
func StartDev(tb TB) *Dev {
	tb.Helper()
	program, err := exec.LookPath(orElse(os.Getenv("KEYHALL_BIN"), "keyhall"))
	if err != nil {
		tb.Fatal("keyhalltest: no keyhall to start; set KEYHALL_BIN: ", err)
	}
	dir, err := os.MkdirTemp("", "keyhalltest-*")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) }) // below the folder for what may be lost
	ctx, cancel := context.WithTimeout(tb.Context(), readyTime)
	defer cancel()
	d, err := startDev(ctx, tb, program, dir)
	if err != nil {
		tb.Fatal("keyhalltest: ", err)
	}
	return d
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func startDev(ctx context.Context, tb TB, program, dir string) (*Dev, error) {
	password, data := rand.Text(), filepath.Join(dir, "data")
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // PostgreSQL runs as another user where we are root, and has to pass through
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log")) //nolint:gosec // our own folder
	if err != nil {
		return nil, err
	}
	run := exec.Command(program, "dev") //nolint:gosec,noctx // what the caller names; it is interrupted, not killed, at the end
	run.Env = append(os.Environ(), "KEYHALL_LISTEN=127.0.0.1:0", "KEYHALL_DATA_DIR="+data, "KEYHALL_HASH_COST=test", "KEYHALL_RATE_LIMITS=off",
		"KEYHALL_OPERATOR_EMAIL="+operatorEmail, "KEYHALL_OPERATOR_PASSWORD="+password, "KEYHALL_DATABASE_URL=", "KEYHALL_REDIS_URL=", "KEYHALL_PUBLIC_URL=")
	run.Stdout, run.Stderr = log, log
	if err := run.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	tb.Cleanup(func() {
		if err := end(run, ended); err != nil {
			tb.Error("keyhalltest: ending keyhall dev: ", err)
		}
		_ = log.Close() // nothing more is written
	})
	address, err := whenReady(ctx, filepath.Join(data, "ready.json"), ended)
	if err != nil {
		said, _ := os.ReadFile(log.Name()) // or nothing
		return nil, fmt.Errorf("keyhall dev: %w\n%s", err, said)
	}
	client, err := keyhall.New(address)
	if err != nil {
		return nil, err
	}
	tokens, err := client.AdminAuth.Login(ctx, keyhall.AdminCredentials{Email: operatorEmail, Password: password})
	if err != nil {
		return nil, err
	}
	return &Dev{URL: address, Operator: client.With(keyhall.WithToken(tokens.AccessToken))}, nil
}

// whenReady waits for the file that the program writes once it serves.
func whenReady(ctx context.Context, file string, ended <-chan error) (string, error) {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		var ready struct{ URL string }
		if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, &ready) == nil && ready.URL != "" { //nolint:gosec // our own folder
			return ready.URL, nil
		}
		select {
		case <-look.C:
		case err := <-ended:
			return "", errors.Join(errors.New("it has ended"), err)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// endTime is how long the program may take to put everything away.
const endTime = 20 * time.Second

func end(run *exec.Cmd, ended <-chan error) error {
	if err := run.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-ended:
		var status *exec.ExitError
		if errors.As(err, &status) {
			return nil // interrupted; how that ended is no news
		}
		return err
	case <-time.After(endTime):
		return errors.Join(errors.New("it took too long"), run.Process.Kill())
	}
}
