package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// fuzzTime is how long each target is fed with inputs of chance. What was found interesting is kept in Go's build
// cache, so that the next run begins with it.
const fuzzTime = "10s"

// target is one fuzz test.
type target struct{ pkg, name string }

func (r *run) fuzz(ctx context.Context) error { return r.fuzzFor(ctx, fuzzTime) }

// fuzzFor runs each fuzz target of all modules, one on each core. A target with all cores to itself would be fed more in
// the same time; `go test -fuzz` is for that.
func (r *run) fuzzFor(ctx context.Context, each string) error {
	targets, err := r.fuzzTargets(ctx)
	if err != nil {
		return err
	}
	results := make(chan result)
	go func() {
		defer close(results)
		var lanes errgroup.Group
		lanes.SetLimit(runtime.NumCPU())
		for _, t := range targets {
			lanes.Go(func() error {
				if ctx.Err() == nil {
					results <- r.fuzzOne(ctx, t, each)
				}
				return nil
			})
		}
		_ = lanes.Wait() // a target's failure is its result
	}()
	for one := range results {
		r.tally.add(one)
	}
	return ctx.Err()
}

// fuzzOne feeds one target. Without a bound a failing input would be made smaller for a minute before anybody hears of it.
func (r *run) fuzzOne(ctx context.Context, t target, each string) result {
	begun := time.Now()
	_, err := r.output(ctx, ".", "go", "test", "-run=^$", "-fuzz=^"+t.name+"$", "-fuzztime="+each, "-fuzzminimizetime=5s", "-parallel=1", t.pkg)
	if endedLate(err, each) {
		err = nil
	}
	one := result{name: strings.TrimPrefix(t.pkg, module+"/") + "." + t.name, passed: 1, took: time.Since(begun)}
	if err != nil {
		one.passed, one.failed, one.details = 0, 1, err.Error()
	}
	return one
}

var fuzzFailed = regexp.MustCompile(`(?m)^--- FAIL: \w+ \(([0-9.]+s)\)\n +context deadline exceeded\n`)

// endedLate tells that a target was fed for all of its time and that the end of the time was the only thing that went
// wrong, which Go 1.26 reports as a failure of the target (golang/go#75804). An input that fails is always named.
func endedLate(err error, each string) bool {
	if err == nil || strings.Contains(err.Error(), "Failing input") {
		return false
	}
	found := fuzzFailed.FindStringSubmatch(err.Error())
	if found == nil {
		return false
	}
	fed, fedErr := time.ParseDuration(found[1])
	wanted, wantedErr := time.ParseDuration(each)
	return fedErr == nil && wantedErr == nil && fed >= wanted
}

// fuzzTargets asks the test binaries for their targets. Only those are built whose source has one.
func (r *run) fuzzTargets(ctx context.Context) ([]target, error) {
	const tests = `{{.ImportPath}}{{range .TestGoFiles}} {{$.Dir}}/{{.}}{{end}}{{range .XTestGoFiles}} {{$.Dir}}/{{.}}{{end}}`
	listed, err := r.output(ctx, ".", "go", "list", "-f", tests, "work")
	if err != nil {
		return nil, err
	}
	packages, err := fuzzed(strings.Split(strings.TrimSpace(listed), "\n"))
	if err != nil || len(packages) == 0 {
		return nil, err
	}
	printed, err := r.output(ctx, ".", "go", append([]string{"test", "-list=^Fuzz"}, packages...)...)
	if err != nil {
		return nil, err
	}
	return readTargets(printed), nil
}

var fuzzFunc = regexp.MustCompile(`(?m)^func Fuzz\w*\(`)

// fuzzed keeps the packages, each given as a line with its test files behind it, that have a fuzz target.
func fuzzed(lines []string) ([]string, error) {
	var packages []string
	for _, line := range lines {
		pkg, files, _ := strings.Cut(line, " ")
		for _, file := range strings.Fields(files) {
			source, err := os.ReadFile(filepath.Clean(file))
			if err != nil {
				return nil, fmt.Errorf("looking for fuzz targets: %w", err)
			}
			if fuzzFunc.Match(source) {
				packages = append(packages, pkg)
				break
			}
		}
	}
	return packages, nil
}

// readTargets reads what `go test -list` prints: the names of a package, then a line that names the package.
func readTargets(printed string) (targets []target) {
	var names []string
	for line := range strings.Lines(printed) {
		words := strings.Fields(line)
		switch {
		case len(words) == 1:
			names = append(names, words[0])
		case len(words) > 1 && words[0] == "ok":
			for _, name := range names {
				targets = append(targets, target{words[1], name})
			}
			names = nil
		}
	}
	return targets
}
