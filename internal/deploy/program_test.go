package deploy

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// keyhall is the program, built once for the package.
var keyhall string

func TestMain(m *testing.M) {
	code, err := build(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func build(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "keyhall-deploy-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	keyhall = filepath.Join(dir, "keyhall")
	if said, err := exec.Command("go", "build", "-o", keyhall, "github.com/keyhall/keyhall/apps/keyhall").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, said)
	}
	return m.Run(), nil
}

// help is what a command says about itself; it fails the test when there is no such command.
func help(t *testing.T, command ...string) string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), keyhall, append(command, "--help")...).CombinedOutput()
	if err != nil {
		t.Fatalf("keyhall %s: %v\n%s", strings.Join(command, " "), err, said)
	}
	return string(said)
}

var variable = regexp.MustCompile(`\$(KEYHALL_[A-Z_]+)`)

// variables are those a command reads.
func variables(t *testing.T, command ...string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, found := range variable.FindAllStringSubmatch(help(t, command...), -1) {
		all[found[1]] = true
	}
	return all
}

var needed = regexp.MustCompile(`KEYHALL_[A-Z_]+`)

// required are the variables that a command complains about when it is run without any.
func required(t *testing.T, command ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), keyhall, command...)
	cmd.Env = []string{}
	said, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("keyhall %s runs without any variable", strings.Join(command, " "))
	}
	return needed.FindAllString(string(said), -1)
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mustExist(t *testing.T, where, path string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, path)); err != nil {
		t.Errorf("%s: %s does not exist", where, path)
	}
}
