package journey_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestTheREADMEsCurlJourneyWorksAsWritten(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(content), "<!-- journey: run as written by internal/journey -->\n```sh\n")
	script, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("the README has no journey")
	}
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	shell.Env = append(os.Environ(), "KEYHALL="+running.url, "EMAIL="+operator, "PASSWORD="+password)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"slug":"acme"`, `{"detail":"ok"}`, `"outcome":"changed"`, `"approved":true`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the journey does not show %s:\n%s", want, out)
		}
	}
}
