package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goTestOf runs `go test -json` on a package of the given files and gives the results that are read from it.
func goTestOf(t *testing.T, files map[string]string) []result {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module "+module+"/sample\n\ngo 1.26\n")
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "./...")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOWORK=off")
	said, _ := cmd.Output() // that it fails is what some of these are about
	var all []result
	if err := readEvents(strings.NewReader(string(said)), func(r result) { all = append(all, r) }); err != nil {
		t.Fatal(err)
	}
	return all
}

const imports = "package sample\nimport \"testing\"\n"

func TestGoTestsAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	all := goTestOf(t, map[string]string{"a_test.go": imports + `
		func TestGood(t *testing.T) { t.Log("quiet"); t.Run("one", func(*testing.T) {}) }
		func TestBad(t *testing.T) { t.Run("half", func(t *testing.T) { t.Error("broken here") }) }
		func TestLater(t *testing.T) { t.Skip("no server given") }`})
	if len(all) != 1 || all[0].passed != 2 || all[0].failed != 2 || all[0].name != "sample" {
		t.Fatalf("got %+v", all)
	}
	if d := all[0].details; !strings.Contains(d, "broken here") || strings.Contains(d, "quiet") || strings.Contains(d, "=== RUN") {
		t.Errorf("details are:\n%s", d)
	}
	if len(all[0].skipped) != 1 || !strings.HasSuffix(all[0].skipped[0], "TestLater: no server given") {
		t.Errorf("skipped are %q", all[0].skipped)
	}
}

func TestPackageThatCannotRunIsAFailure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ source, says string }{
		"does not compile":   {imports + `func TestA(*testing.T) { undefined() }`, "undefined: undefined"},
		"panics":             {imports + `func TestA(t *testing.T) { t.Log("was here"); panic("gone wrong") }`, "gone wrong"},
		"ends by itself":     {"package sample\nimport (\"os\"; \"testing\")\nfunc TestA(*testing.T) { os.Exit(3) }", "TestA did not finish"},
		"fails before tests": {"package sample\nimport (\"os\"; \"testing\")\nfunc TestMain(*testing.M) { println(\"no database\"); os.Exit(1) }", "no database"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := goTestOf(t, map[string]string{"a_test.go": c.source})
			if len(all) != 1 || all[0].failed != 1 || !strings.Contains(all[0].details, c.says) {
				t.Errorf("got %+v", all)
			}
		})
	}
}

func TestPackageWithoutTestsIsNotListed(t *testing.T) {
	t.Parallel()
	if all := goTestOf(t, map[string]string{"a.go": "package sample\n"}); len(all) != 0 {
		t.Errorf("got %+v", all)
	}
}
