package journey_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// outside is somebody else's program: outside the repository, without the workspace, with nothing but the modules that it needs.
// It is a piece of the SDK's README, as written.
func outside(t *testing.T, mark string, modules ...string) (dir string) {
	t.Helper()
	content, err := os.ReadFile("../../sdk/README.md")
	ok(t, err)
	_, after, found := strings.Cut(string(content), "<!-- "+mark+" as written by internal/journey -->\n```go\n")
	program, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatalf("the README has no program of %q", mark)
	}
	module := "module example.com/outside\n\ngo 1.26.0\n"
	for _, folder := range modules {
		here, err := filepath.Abs("../../" + folder)
		ok(t, err)
		name := "github.com/keyhall/keyhall/" + folder
		module += "\nrequire " + name + " v0.0.0-00010101000000-000000000000\nreplace " + name + " => " + here + "\n"
	}
	dir = t.TempDir()
	ok(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(module), 0o600))
	ok(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600))
	return dir
}

func TestTheSDKsQuickStartWorksAsWritten(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := outside(t, "quick start: built and run", "sdk")
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

// The guards of Fiber and gRPC are modules of their own, so they have to be found and built by their own go.mod.
func TestTheSDKsGuardsAreBuiltAsWritten(t *testing.T) {
	t.Parallel()
	dir := outside(t, "guards: built", "sdk", "sdk/fiberguard", "sdk/grpcguard")
	// What they depend on is in the module cache, but its sums are theirs.
	for _, guard := range []string{"fiberguard", "grpcguard"} {
		sums, err := os.ReadFile("../../sdk/" + guard + "/go.sum")
		ok(t, err)
		file, err := os.OpenFile(filepath.Join(dir, "go.sum"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		ok(t, err)
		_, err = file.Write(sums)
		ok(t, errors.Join(err, file.Close()))
	}
	build := exec.CommandContext(t.Context(), "go", "vet", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if out, err := build.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
