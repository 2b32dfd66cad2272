package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// event is a line of `go test -json` (go doc test2json).
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output
	Test        string
	Output      string
	Elapsed     float64 // seconds
	FailedBuild string  // the import path whose build failed
}

// pack is a package under test.
type pack struct {
	result
	outputs map[string]*strings.Builder // of tests that have not passed; "" is the package's own
	order   []string
	running []string
}

// reader turns events into results.
type reader struct {
	packs  map[string]*pack
	builds map[string]*strings.Builder
	emit   func(result)
}

// readEvents reads the events of a whole `go test -json` and emits a result for each package that had tests, or
// could not run them.
func readEvents(from io.Reader, emit func(result)) error {
	r := &reader{packs: map[string]*pack{}, builds: map[string]*strings.Builder{}, emit: emit}
	lines := json.NewDecoder(from)
	for {
		var e event
		err := lines.Decode(&e)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the output of go test cannot be read: %w", err)
		}
		r.read(e)
	}
}

func (r *reader) read(e event) {
	if e.Action == "build-output" {
		builder(r.builds, e.ImportPath).WriteString(e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := r.pack(e.Package)
	switch {
	case e.Action == "output":
		p.say(e.Test, e.Output)
	case e.Action == "run":
		p.running = append(p.running, e.Test)
	case e.Test != "":
		p.end(e)
	case e.Action == "pass", e.Action == "fail", e.Action == "skip":
		r.close(p, e)
	}
}

func (r *reader) pack(path string) *pack {
	p := r.packs[path]
	if p == nil {
		name := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		p = &pack{result: result{name: name}, outputs: map[string]*strings.Builder{}}
		r.packs[path] = p
	}
	return p
}

// say keeps what a test printed until it is known whether anybody needs it.
func (p *pack) say(test, line string) {
	for _, noise := range []string{"=== RUN", "=== PAUSE", "=== CONT", "=== NAME"} {
		if strings.HasPrefix(line, noise) {
			return
		}
	}
	if p.outputs[test] == nil {
		p.order = append(p.order, test)
	}
	builder(p.outputs, test).WriteString(line)
}

func (p *pack) end(e event) {
	if e.Action == "pass" || e.Action == "fail" || e.Action == "skip" {
		p.running = slices.DeleteFunc(p.running, func(test string) bool { return test == e.Test })
	}
	switch e.Action {
	case "pass":
		p.passed++
		delete(p.outputs, e.Test)
	case "fail":
		p.failed++
	case "skip":
		p.skipped = append(p.skipped, p.name+" "+e.Test+": "+reason(p.outputs[e.Test]))
		delete(p.outputs, e.Test)
	}
}

// reason is the text of t.Skip: "    file_test.go:12: why".
func reason(said *strings.Builder) string {
	if said == nil {
		return "no reason given"
	}
	for line := range strings.Lines(said.String()) {
		if _, why, found := strings.Cut(line, ".go:"); found {
			_, why, _ = strings.Cut(why, ": ")
			return strings.TrimSpace(why)
		}
	}
	return "no reason given"
}

// close emits a package. One that failed without a failing test (it does not compile, it panicked, it ran out of
// time) is one failure; the tests it was in the middle of are told with it.
func (r *reader) close(p *pack, e event) {
	p.took = time.Duration(e.Elapsed * float64(time.Second))
	if e.Action == "fail" {
		p.failed = max(p.failed, 1)
		if said := r.builds[e.FailedBuild]; said != nil {
			p.details = said.String()
		}
		for _, test := range p.order {
			if said := p.outputs[test]; said != nil {
				p.details += said.String()
			}
		}
		for _, test := range p.running {
			p.details += test + " did not finish\n"
		}
	}
	if p.passed+p.failed+len(p.skipped) > 0 {
		r.emit(p.result)
	}
	delete(r.packs, e.Package)
}

func builder(all map[string]*strings.Builder, name string) *strings.Builder {
	if all[name] == nil {
		all[name] = &strings.Builder{}
	}
	return all[name]
}
