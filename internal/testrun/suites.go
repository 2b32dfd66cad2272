package main

import (
	"context"
	"fmt"
	"time"
)

// suite is a part of the run. Its function adds what it finds to the tally; the error is for a suite that could not
// do its work, and counts as one failure.
type suite struct {
	name string
	run  func(*run, context.Context) error
}

// suites are in the order in which a newcomer wants to hear of failures: what does not compile comes first, the
// browser last. e2e uses the program that build made.
var suites = []suite{
	{"build", (*run).build},
	{"vet", (*run).vet},
	{"go", (*run).goTests},
	{"fuzz", (*run).fuzz},
	{"sdk", (*run).sdkTests},
	{"ui", (*run).uiTests},
	{"generated", (*run).generated},
	{"spec", (*run).spec},
	{"e2e", (*run).e2e},
}

func suiteNames() []string {
	var names []string
	for _, s := range suites {
		names = append(names, s.name)
	}
	return names
}

// all runs the suites one after the other: two cores are busy with one, and tests that measure time stay honest.
func (r *run) all(ctx context.Context, chosen []suite) {
	defer func() { r.fail("clean-up", time.Now(), r.cleanUp(context.WithoutCancel(ctx))) }()
	for _, s := range chosen {
		begun := time.Now()
		err := s.run(r, ctx)
		if ctx.Err() != nil {
			err = fmt.Errorf("interrupted: %w", context.Cause(ctx))
		}
		r.fail(s.name, begun, err)
		if ctx.Err() != nil {
			return
		}
	}
}

// fail counts an error as one failure; nil is none.
func (r *run) fail(name string, begun time.Time, err error) {
	if err == nil {
		return
	}
	r.tally.add(result{name: name, failed: 1, took: time.Since(begun), details: err.Error()})
}

// step is a command that is no test: it prints a line when it worked, and is one failure when it did not.
func (r *run) step(ctx context.Context, name, dir, program string, args ...string) error {
	begun := time.Now()
	if _, err := r.output(ctx, dir, program, args...); err != nil {
		return err
	}
	r.tally.add(result{name: name, took: time.Since(begun)})
	return nil
}

func (r *run) build(ctx context.Context) error {
	return r.step(ctx, "make build", ".", "make", "--no-print-directory", "build")
}

func (r *run) vet(ctx context.Context) error {
	return r.step(ctx, "go vet", ".", "go", append([]string{"vet", "./..."}, sdkModules...)...)
}

func (r *run) spec(ctx context.Context) error {
	return r.step(ctx, "openapi.yaml lint", ".", "make", "--no-print-directory", "lint-spec")
}
