//go:build linux

package faults

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The password is made up at the first start and told then, and never again.
func TestFaultDevTellsThePasswordOnce(t *testing.T) {
	t.Parallel()
	h := newDevHouse(t)
	h.start()
	first := h.api.ready(t, h.run, promise(15*time.Second))
	secret := h.told()
	h.stop()

	h.start()
	later := h.api.ready(t, h.run, promise(3*time.Second))
	t.Logf("to /readyz: first start %s, a later one %s", first.Round(time.Millisecond), later.Round(time.Millisecond))
	eventually(t, patience, h.greeted)
	if said := h.run.out.String(); strings.Contains(said, "Password") || strings.Contains(said, secret) {
		t.Errorf("the second start tells the password again: %s", said)
	}
	h.letsIn(secret)
	h.stop()
	if !free(h.address) {
		t.Errorf("%s is still taken", h.address)
	}
}

// A kill between making the password and telling it locks nobody out.
func TestFaultDevIsKilledBeforeItTellsThePassword(t *testing.T) {
	t.Parallel()
	h := killedUntold(t)
	h.start()
	h.api.ready(t, h.run, patience)
	h.told()
	h.stop()
}

// killedUntold gives a house that was killed in that moment, which is short: a house that was quicker is left for a new one.
func killedUntold(t *testing.T) *devHouse {
	t.Helper()
	for range 10 {
		h := newDevHouse(t)
		h.start()
		eventually(t, patience, func() error {
			if _, err := os.Stat(filepath.Join(h.dir, "operator.password")); err != nil && h.greeted() != nil {
				return err
			}
			return nil
		})
		h.kill()
		if _, err := os.Stat(filepath.Join(h.dir, "operator.password")); err == nil {
			return h
		}
	}
	t.Fatal("the password was told before the kill, ten times in a row")
	return nil
}

func (h *devHouse) greeted() error {
	if !strings.Contains(h.run.out.String(), "Dashboard") {
		return errors.New("it has not said yet that it is ready")
	}
	return nil
}

// told waits for the greeting and gives the password in it, which must be there once and be the right one.
func (h *devHouse) told() string {
	h.t.Helper()
	eventually(h.t, patience, func() error {
		if n := strings.Count(h.run.out.String(), "Password"); n != 1 {
			return fmt.Errorf("the password is told %d times", n)
		}
		return h.greeted()
	})
	_, after, _ := strings.Cut(h.run.out.String(), "Password")
	secret, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	h.letsIn(secret)
	return secret
}

func (h *devHouse) letsIn(secret string) {
	h.t.Helper()
	h.api.must(h.t, http.StatusOK, http.MethodPost, "/admin/v1/auth/login", map[string]string{"email": "operator@localhost", "password": secret}, nil)
}
