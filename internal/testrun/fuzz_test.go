package main

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFuzzTargetsAreFound(t *testing.T) {
	t.Parallel()
	got := readTargets("FuzzA\nFuzzB\nok  \texample/a\t0.01s\nFuzzC\nok  \texample/b\t(cached)\n?   \texample/c\t[no test files]\n")
	if want := []target{{"example/a", "FuzzA"}, {"example/a", "FuzzB"}, {"example/b", "FuzzC"}}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	dir := t.TempDir()
	with, without := filepath.Join(dir, "a_test.go"), filepath.Join(dir, "b_test.go")
	write(t, with, "package a\n\nfunc FuzzA(f *testing.F) {}\n")
	write(t, without, "package b\n\n// func FuzzB( is only talked of\n")
	packages, err := fuzzed([]string{"example/a " + without + " " + with, "example/b " + without, "example/c"})
	if err != nil || !slices.Equal(packages, []string{"example/a"}) {
		t.Errorf("got %v, %v", packages, err)
	}
}

const fuzzedPackage = `package p

import "testing"

func FuzzGood(f *testing.F) { f.Fuzz(func(*testing.T, string) {}) }

func FuzzBad(f *testing.F) {
	f.Add("x")
	f.Fuzz(func(t *testing.T, s string) { t.Fatal("seen " + s) })
}
`

func TestAFuzzTargetThatFailsIsAFailure(t *testing.T) {
	t.Parallel()
	r, out := newTestRun(t)
	write(t, filepath.Join(r.root, "go.mod"), "module example\n\ngo 1.26\n")
	write(t, filepath.Join(r.root, "p_test.go"), fuzzedPackage)
	r.env = append(r.env, "GOWORK=off", "GOFLAGS=")
	if err := r.fuzzFor(t.Context(), "1s"); err != nil {
		t.Fatal(err)
	}
	if r.tally.failed != 1 || r.tally.passed != 1 || !strings.Contains(out.String(), "seen x") || !strings.Contains(out.String(), "example.FuzzGood") {
		t.Errorf("%d failed: %s", r.tally.failed, out)
	}
}

// Go's own lateness is not a finding; what came before all of the time was over, or with an input, is one.
func TestTheEndOfTheTimeIsNoFinding(t *testing.T) {
	t.Parallel()
	for text, late := range map[string]bool{
		"--- FAIL: FuzzX (10.17s)\n    context deadline exceeded\nFAIL":                                        true,
		"--- FAIL: FuzzX (9.17s)\n    context deadline exceeded\nFAIL":                                         false,
		"--- FAIL: FuzzX (10.83s)\n    context deadline exceeded\n    Failing input written to testdata\nFAIL": false,
		"--- FAIL: FuzzX (10.83s)\n    panic: context deadline exceeded\nFAIL":                                 false,
	} {
		if endedLate(errors.New(text), "10s") != late {
			t.Errorf("%q: wanted %v", text, late)
		}
	}
	if endedLate(nil, "10s") {
		t.Error("nothing has failed")
	}
}
