package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const adminUI = "admin-ui"

// uiTests runs the unit tests of the admin UI.
func (r *run) uiTests(ctx context.Context) error {
	if err := r.make(ctx, "ui-deps"); err != nil {
		return err
	}
	begun := time.Now()
	report := filepath.Join(r.temp, "vitest.json")
	_, failed := r.output(ctx, adminUI, "npm", "test", "--silent", "--", "--reporter=default", "--reporter=json", "--outputFile.json="+report)
	res, err := readVitest(report)
	if err != nil {
		return blame(failed, err)
	}
	res.took = time.Since(begun)
	r.tally.add(res.blaming(failed))
	return nil
}

// make runs a target of the Makefile quietly.
func (r *run) make(ctx context.Context, target string) error {
	_, err := r.output(ctx, ".", "make", "--no-print-directory", target)
	return err
}

// blame prefers the failure of a command to what follows from it: that there is no report.
func blame(command, report error) error {
	if command != nil {
		return command
	}
	return report
}

// blaming adds what the command of the suite said. A command that failed is a failure whatever its report says, and so
// is a suite without a single test.
func (r result) blaming(failed error) result {
	switch {
	case failed != nil:
		r.failed, r.details = max(r.failed, 1), failed.Error()
	case r.passed+r.failed == 0:
		r.failed, r.details = 1, "no test was run"
	}
	return r
}

// readVitest reads the report of Vitest's json reporter, which is Jest's.
func readVitest(path string) (result, error) {
	var report struct {
		TestResults []struct {
			Name, Status, Message string
			AssertionResults      []struct{ Status, FullName string }
		}
	}
	if err := readJSON(path, &report); err != nil {
		return result{}, err
	}
	res := result{name: adminUI + " (vitest)"}
	for _, file := range report.TestResults {
		if file.Status == "failed" && len(file.AssertionResults) == 0 {
			res.failed++ // the file could not be run at all
		}
		for _, test := range file.AssertionResults {
			switch test.Status {
			case "passed":
				res.passed++
			case "failed":
				res.failed++
			default: // skipped, pending, todo, disabled
				res.skipped = append(res.skipped, adminUI+" "+test.FullName+": "+test.Status)
			}
		}
	}
	return res, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// readPlaywright reads the report of Playwright's json reporter.
func readPlaywright(path string) (result, error) {
	var report struct {
		Suites []playwrightSuite
		Errors []struct{ Message string }
	}
	if err := readJSON(path, &report); err != nil {
		return result{}, err
	}
	res := result{name: adminUI + " (browser)", failed: len(report.Errors)}
	for _, s := range report.Suites {
		s.count(&res)
	}
	return res, nil
}

type playwrightSuite struct {
	Title  string
	Suites []playwrightSuite
	Specs  []struct {
		Title string
		Tests []struct{ Status string }
	}
}

// count adds the tests of a suite. A test that passed only when it was tried again is flaky, which is no pass.
func (s playwrightSuite) count(into *result) {
	for _, spec := range s.Specs {
		for _, test := range spec.Tests {
			switch test.Status {
			case "expected":
				into.passed++
			case "skipped":
				into.skipped = append(into.skipped, strings.Join([]string{adminUI, s.Title, spec.Title}, " ")+": skipped")
			default: // unexpected, flaky
				into.failed++
			}
		}
	}
	for _, inner := range s.Suites {
		inner.count(into)
	}
}
