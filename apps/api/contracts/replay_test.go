package contracts_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/provider"
	"github.com/keyhall/keyhall/internal/transcript"
)

// Every contract with a transcript answers as recorded, in two tenants at the same time with the same users, and nothing
// passes between them. What was played is counted in docs/contracts.
func TestRecordedConversations(t *testing.T) {
	t.Parallel()
	s := serve(t)
	files, err := filepath.Glob("*/testdata/tenants.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	var counted []replayed
	for _, file := range files {
		folder := filepath.Dir(file)
		name := filepath.Base(filepath.Dir(folder))
		r := replayed{contract: name, file: filepath.Join(folder, name+".jsonl")}
		if r.all, err = transcript.Load(r.file); err != nil {
			t.Fatal(err)
		}
		settings, err := transcript.LoadSettings(file)
		if err != nil {
			t.Fatal(err)
		}
		server := transcript.Connect(s.url, operatorEmail, operatorPassword)
		server.Client.Transport, server.Twins = witness{t}, true
		server.Social, server.Silent = standIns(t)
		r.tally = transcript.Replay(t, server, name, r.all, settings)
		counted = append(counted, r)
	}
	if t.Failed() || strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		return // a part of it counts nothing
	}
	compare(t, filepath.Join("..", "..", "..", "docs", "contracts", "README.md"), countOf(t, counted))
}

// standIns are settings with providers that know whom the recordings are about, and with ones that nobody answers for. Each provider
// has its own, for the same tokens are of several people.
func standIns(t *testing.T) (social, silent json.RawMessage) {
	t.Helper()
	facebook, google, twitter := provider.Start(t), provider.Start(t), provider.Start(t)
	fay := provider.User{ID: "1001", Email: "fay@example.com", First: "Fay", Last: "Book"}
	facebook.Know("good", fay)
	facebook.Know("good2", fay)
	facebook.Know("noemail", provider.User{ID: "1002", First: "No", Last: "Mail"})
	google.Know("good", provider.User{ID: "2001", Email: "gus@example.com", Verified: true, First: "Gus", Last: "Le"})
	twitter.Know("good", provider.User{ID: "3001", Screen: "theSeanCook", First: "Sean", Last: "Cook", Secret: "sec"})
	facebook.KnowCode("good-code", "good")
	google.KnowCode("good-code", "good")
	settings := func(endpoint, address string) json.RawMessage {
		apps := map[string]any{
			"facebook": facebook.Apps("facebook", endpoint, address)["facebook"], "google": google.Apps("", "", "")["google"],
			"twitter": twitter.Apps("", "", "")["twitter"],
		}
		text, err := json.Marshal(map[string]any{"social": map[string]any{"providers": apps}})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	return settings("inspect", facebook.URL+"/facebook/inspect"), settings("inspect", "http://127.0.0.1:1")
}

// replayed is one transcript and what was played of it.
type replayed struct {
	contract, file string
	all            []transcript.Record
	tally          *transcript.Tally
}

func (r replayed) played(class transcript.Class) (all []transcript.Record) {
	for _, one := range r.tally.Played() {
		if one.Keyhall.Class == class {
			all = append(all, one)
		}
	}
	return all
}

// countOf writes the page. Each override has to name the section of the paper that it follows.
func countOf(t *testing.T, all []replayed) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(head)
	for _, r := range all {
		exact, override, prepared := r.played(transcript.Exact), r.played(transcript.Override), r.played(transcript.Skip)
		fmt.Fprintf(&b, "| [`%s`](../../apps/api/contracts/%s/NOTES.md) | %d | %d | %d | %d | %d | `%s` |\n", r.contract, r.contract,
			len(exact)+len(override)+len(prepared)+len(r.tally.Skipped()), len(exact), len(override), len(prepared),
			len(r.tally.Skipped()), checksum(t, r.file))
	}
	for _, r := range all {
		fmt.Fprintf(&b, "\n## %s\n", r.contract)
		for _, one := range r.played(transcript.Override) {
			if one.Keyhall.Section == "" || one.Keyhall.Why == "" {
				t.Errorf("%s: the override %s names no section or no reason", r.contract, one.Name)
			}
		}
		list(&b, "Not replayed", r.tally.Skipped())
		list(&b, "Prepared", r.played(transcript.Skip))
		list(&b, "Override", r.played(transcript.Override))
	}
	return b.Bytes()
}

const head = `# The recorded conversations

Written by ` + "`go test ./apps/api/contracts -run TestRecordedConversations -update`" + ` from what the test played; the test fails when this
page is stale. Each contract's ` + "`testdata/<contract>.jsonl`" + ` holds exchanges with the original server. All of them are replayed over HTTP in
two tenants at the same time, with the same users.

- *Exact*: the answer is the original's.
- *Override*: the answer differs on purpose, for the reason and by the section of the contract's paper given below.
- *Prepared*: the recording needs a state that a client cannot bring about (an expired token, a disabled user); the test brings it about first.

| contract | exchanges | exact | override | prepared | not replayed | SHA-256 of the file |
|---|---|---|---|---|---|---|
`

// list writes records by what they have in common: section and reason.
func list(b *bytes.Buffer, title string, records []transcript.Record) {
	names, order := map[string][]string{}, []string{}
	for _, r := range records {
		reason := strings.ReplaceAll(r.Keyhall.Section+" | "+r.Keyhall.Why, "\n", " ")
		if names[reason] == nil {
			order = append(order, reason)
		}
		names[reason] = append(names[reason], "`"+r.Name+"`")
	}
	if len(order) == 0 {
		return
	}
	slices.Sort(order)
	fmt.Fprintf(b, "\n| %s | section | why |\n|---|---|---|\n", title)
	for _, reason := range order {
		fmt.Fprintf(b, "| %s | %s |\n", strings.Join(names[reason], ", "), reason)
	}
}

func checksum(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(content))[:16]
}
