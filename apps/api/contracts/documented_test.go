package contracts_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/spec"
)

// documented is a request that a contract's document describes.
type documented struct {
	contract, method, path string
	statuses               []int
	why                    string // not empty: it may not be served yet
}

// Every status that the five documents list is described in openapi.yaml. What is described there has to be seen by some
// test (TestMain), so the page this writes is a promise kept. 500 is the exception: a client cannot bring it about, and its
// texts are in testdata/errors.
func TestStatusesOfTheDocuments(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	page.WriteString(statusesHead)
	for _, d := range readDocumented(t) {
		op, _, found := spec.Load().Find(d.method, strings.ReplaceAll(d.path, "{username}", "anna"))
		if !found && d.why == "" {
			t.Errorf("openapi.yaml has no %s %s", d.method, d.path)
		}
		var all []string
		for _, status := range d.statuses {
			if found && status != 500 && !op.Documents(status) {
				t.Errorf("openapi.yaml has no %d of %s %s", status, d.method, d.path)
			}
			all = append(all, strconv.Itoa(status))
		}
		state := "served"
		if !found {
			state = "waits for " + d.why
		}
		fmt.Fprintf(&page, "| `%s` | `%s %s` | %s | %s |\n", d.contract, d.method, d.path, strings.Join(all, ", "), state)
	}
	compare(t, filepath.Join("..", "..", "..", "docs", "contracts", "statuses.md"), page.Bytes())
}

const statusesHead = `# What the documents list

Written by ` + "`go test ./apps/api/contracts -run TestStatusesOfTheDocuments -update`" + `. Each request of the five documents with the statuses
that they list. Each of them, but for 500, is in ` + "`openapi.yaml`" + `, and a complete run of the package's tests fails when no test has seen it.
A 500 is a fault of our own; its texts are in ` + "`apps/api/contracts/testdata/errors`" + `.

| contract | request | statuses | |
|---|---|---|---|
`

func readDocumented(t *testing.T) (all []documented) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "documented.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line, why, _ := strings.Cut(strings.TrimSpace(line), " - ")
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) < 4 {
			t.Fatalf("documented.txt: %q", line)
		}
		d := documented{contract: words[0], method: words[1], path: words[2], why: why}
		for _, word := range words[3:] {
			status, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			d.statuses = append(d.statuses, status)
		}
		all = append(all, d)
	}
	return all
}
