package keyhall_test

import (
	"os"
	"strings"
	"testing"
)

// Whoever uses the SDK inherits what it needs; that is the standard library.
func TestTheModuleNeedsNoOther(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "require") {
		t.Errorf("go.mod has requirements:\n%s", text)
	}
}
