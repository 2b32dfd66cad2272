package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/pgtest"
	"github.com/keyhall/keyhall/internal/seal"
)

// TestMain lets this binary be the program itself.
func TestMain(m *testing.M) {
	if os.Getenv("KEYHALL_TEST_AS_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// hand is a person at the command line of one tenant.
type hand struct {
	t      *testing.T
	dir    string
	env    []string
	tenant string
}

func newHand(t *testing.T) hand {
	t.Helper()
	t.Parallel()
	h := pgtest.Get(t)
	env := append(os.Environ(), "KEYHALL_TEST_AS_PROGRAM=yes", "KEYHALL_DATABASE_URL="+h.URL,
		"KEYHALL_MASTER_KEY="+base64.StdEncoding.EncodeToString(make([]byte, seal.KeyBytes)), "KEYHALL_PUBLIC_URL=https://id.example.test")
	return hand{t, t.TempDir(), env, h.Tenant(t, "").Slug()}
}

// does runs a command and gives what it said and its exit code.
func (h hand) does(args ...string) (out, complaints string, code int) {
	h.t.Helper()
	cmd := exec.CommandContext(h.t.Context(), os.Args[0], args...)
	var stdout, stderr strings.Builder
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = h.env, h.dir, &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

func (h hand) file(name, content string) string {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return name
}

const people = `id,username,email,password_hash,bio
7,anna,anna@example.org,pbkdf2_sha256$260000$abcdefgh$R8Ggy0zXFBLyTuSVqgMDb7yVTRn/jxxBZ0pp4ZBpOTw=,=1+1
9,ben,not an address,,
11,anna,,,
`

func TestAFileIsImportedOnceAndToldRowByRow(t *testing.T) {
	h := newHand(t)
	file := h.file("people.csv", people)
	for range 2 { // a dry run changes nothing, so a second one finds the same
		out, _, code := h.does("import", "users", file, "--tenant", h.tenant, "--dry-run")
		if code != 1 || !strings.HasSuffix(out, "1 would be created, 0 here already, 2 refused.\n") {
			t.Fatalf("%d: %s", code, out)
		}
	}
	out, complaints, code := h.does("import", "users", file, "--tenant", h.tenant)
	if code != 1 || !strings.Contains(out, "line 3, id 9: email: Enter a valid e-mail address.") || !strings.Contains(out, "line 4, id 11: username: This username is taken.") ||
		!strings.HasSuffix(out, "1 created, 0 here already, 2 refused.\n") || !strings.Contains(complaints, "some rows were refused") {
		t.Fatalf("%d: %s%s", code, out, complaints)
	}
	out, _, code = h.does("import", "users", file, "--tenant", h.tenant, "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var last importSums
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || code != 1 || len(lines) != 4 || last != (importSums{Exists: 1, Refused: 2}) {
		t.Fatalf("%d, %v: %s", code, err, out)
	}
}

func TestWhatIsExportedCanBeImported(t *testing.T) {
	h := newHand(t)
	file := h.file("people.csv", people)
	h.does("import", "users", file, "--tenant", h.tenant)
	out, _, code := h.does("export", "users", "--tenant", h.tenant)
	if code != 0 || strings.Contains(out, "pbkdf2") || !strings.Contains(out, "'=1+1") {
		t.Fatalf("%d: %s", code, out)
	}
	for _, name := range []string{"all.csv", "all.jsonl"} {
		if out, complaints, code := h.does("export", "users", "--tenant", h.tenant, "-o", name, "--with-passwords"); code != 0 || out != "1 accounts written.\n" {
			t.Fatalf("%d: %s%s", code, out, complaints)
		}
		if about, err := os.Stat(filepath.Join(h.dir, name)); err != nil || about.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, about.Mode(), err)
		}
		other := newOther(t, h)
		if out, complaints, code := other.does("import", "users", name, "--tenant", other.tenant); code != 0 || out != "1 created, 0 here already, 0 refused.\n" {
			t.Fatalf("%d: %s%s", code, out, complaints)
		}
		out, _, _ := other.does("export", "users", "--tenant", other.tenant, "--with-passwords", "--format", "jsonl")
		if !strings.Contains(out, `"id":"7"`) || !strings.Contains(out, `"bio":"=1+1"`) || !strings.Contains(out, "pbkdf2_sha256$260000$") {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// newOther is the same person at another tenant.
func newOther(t *testing.T, h hand) hand {
	t.Helper()
	h.tenant = pgtest.Get(t).Tenant(t, "").Slug()
	return h
}

func TestMistakesAreToldInOneLine(t *testing.T) {
	h := newHand(t)
	for said, args := range map[string][]string{
		"There is no such tenant.":                 {"import", "users", h.file("a.csv", people), "--tenant", "nobody"},
		"no such file or directory":                {"import", "users", "none.csv", "--tenant", h.tenant},
		"--format csv or --format jsonl":           {"import", "users", h.file("a.txt", people), "--tenant", h.tenant},
		"missing flags: --tenant=SLUG":             {"export", "users"},
		"could not be read":                        {"import", "users", h.file("b.jsonl", "{\n"), "--tenant", h.tenant},
		"status: “all” is not one of the choices.": {"export", "users", "--tenant", h.tenant, "--status", "all"},
	} {
		out, complaints, code := h.does(args...)
		if code == 0 || out != "" && !strings.HasPrefix(out, "0 created") || strings.Count(strings.TrimSpace(complaints), "\n") > 0 || !strings.Contains(complaints, said) {
			t.Errorf("%v: %d: %s%s", args, code, out, complaints)
		}
	}
}
