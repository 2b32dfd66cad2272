package journey_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// Somebody else's program: outside the repository, without the workspace, with nothing but the SDK. It is the quick start of the
// SDK's README, as written.
func TestTheSDKsQuickStartWorksAsWritten(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	content, err := os.ReadFile("../../sdk/README.md")
	ok(t, err)
	_, after, found := strings.Cut(string(content), "<!-- quick start: built and run as written by internal/journey -->\n```go\n")
	program, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("the README has no quick start")
	}
	sdk, err := filepath.Abs("../../sdk")
	ok(t, err)
	dir := t.TempDir()
	module := "module example.com/quickstart\n\ngo 1.26.0\n\nrequire github.com/keyhall/keyhall/sdk v0.0.0\n\nreplace github.com/keyhall/keyhall/sdk => " + sdk + "\n"
	ok(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(module), 0o600))
	ok(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600))

	visitor := must[*keyhall.Client](t)(keyhall.New(running.url))
	admin := signInAsOperator(t, visitor)
	must[keyhall.Tenant](t)(admin.Tenants.Create(ctx, keyhall.TenantCreate{Slug: "quick", Name: "Quick"}))
	key := must[keyhall.NewKey](t)(admin.Tenant("quick").Keys.Create(ctx, keyhall.KeyCreate{Kind: keyhall.SecretKey, Name: "quick start"}))

	run := exec.CommandContext(ctx, "go", "run", ".")
	run.Dir = dir
	run.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off", // nothing may have to be fetched
		"KEYHALL_URL="+running.url, "KEYHALL_TENANT=quick", "KEYHALL_SECRET_KEY="+key.Key)
	out, err := run.CombinedOutput()
	if want := "approved carla\ncarla is a coach\ntenant quick approved true\n"; err != nil || string(out) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
}
