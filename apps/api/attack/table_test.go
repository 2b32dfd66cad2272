package attack_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	attackRow  = regexp.MustCompile("(?m)^\\| ([A-Z]{3})-([0-9]{2}) \\| [^|]+ \\| `(Test\\w+)` \\| `([\\w/.]+)` \\|$")
	testHeader = regexp.MustCompile(`(?m)^func (Test[A-Z]{3}[0-9]{2}\w*)\(`)
)

// Each row of docs/attacks.md names a test that is there, and each test of this package with the id of an attack is in it.
func TestTheTableOfAttacksNamesTests(t *testing.T) {
	t.Parallel()
	const root = "../../.."
	page, err := os.ReadFile(filepath.Join(root, "docs", "attacks.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := attackRow.FindAllStringSubmatch(string(page), -1)
	if lines := strings.Count(string(page), "\n| ") - 1; len(rows) != lines {
		t.Errorf("%d rows of %d can be read", len(rows), lines)
	}
	named := map[string]bool{}
	for _, row := range rows {
		named[row[3]] = true
		if !strings.Contains(sourceOf(t, filepath.Join(root, row[4])), "func "+row[3]+"(") {
			t.Errorf("%s-%s: no %s in %s", row[1], row[2], row[3], row[4])
		}
	}
	for _, test := range testHeader.FindAllStringSubmatch(sourceOf(t, "."), -1) {
		if !named[test[1]] {
			t.Errorf("%s is not in the table", test[1])
		}
	}
}

// sourceOf is the text of all tests of a package.
func sourceOf(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
