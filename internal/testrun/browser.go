package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// browserNames are looked up on PATH, best first.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// source is one way to a browser.
type source func(*run, context.Context) (variables []string, err error)

// browser finds a Chromium that starts and gives the variables that make the tests use it: CHROME_PATH, and where
// its libraries are if they came with it. The pinned one comes before an installed one, for it is the same everywhere
// and made to run without a screen, which halves the time. What changes the machine comes last.
func (r *run) browser(ctx context.Context) ([]string, error) {
	problems := []error{errors.New("no Chromium for the browser tests (set CHROME_PATH to one)")}
	for _, try := range []source{(*run).givenBrowser, (*run).npmBrowser, (*run).installedBrowser, (*run).debianBrowser} {
		variables, err := try(r, ctx)
		if err == nil && variables != nil {
			return variables, nil
		}
		problems = append(problems, err)
	}
	return nil, errors.Join(problems...)
}

// givenBrowser is what CHROME_PATH names.
func (r *run) givenBrowser(ctx context.Context) ([]string, error) {
	if path := os.Getenv("CHROME_PATH"); path != "" {
		return r.starts(ctx, "CHROME_PATH="+path)
	}
	return nil, nil
}

func (r *run) installedBrowser(ctx context.Context) ([]string, error) {
	for _, name := range browserNames {
		if path, err := exec.LookPath(name); err == nil {
			return r.starts(ctx, "CHROME_PATH="+path)
		}
	}
	return nil, nil
}

// unpack prints where the package's Chromium is, after unpacking it and its libraries below TMPDIR. The variable is
// how the package is told to bring those.
const unpack = `process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x';
const { default: chromium } = await import('@sparticuz/chromium');
console.log(await chromium.executablePath());`

// npmBrowser installs the package that the browser tests pin, which is for x64 Linux. Where the system lacks the
// libraries that it needs, those in the package do.
func (r *run) npmBrowser(ctx context.Context) ([]string, error) {
	const pinned = adminUI + "/e2e/browser"
	if _, err := r.output(ctx, pinned, "npm", "ci", "--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts"); err != nil {
		return nil, err
	}
	dir := filepath.Join(r.cache, "browser")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	cmd := r.command(ctx, pinned, "node", "--input-type=module", "--eval", unpack)
	cmd.Env = slices.Concat(r.env, []string{"TMPDIR=" + dir})
	said, err := collect(cmd)
	if err != nil {
		return nil, err
	}
	path := "CHROME_PATH=" + strings.TrimSpace(said)
	if found, err := r.starts(ctx, path); err == nil {
		return found, nil
	}
	return r.starts(ctx, path, "LD_LIBRARY_PATH="+filepath.Join(dir, "al2023", "lib"))
}

// debianBrowser installs the distribution's package where that is in our power.
func (r *run) debianBrowser(ctx context.Context) ([]string, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("not root, so no `apt-get install chromium`")
	}
	if _, err := r.output(ctx, ".", "apt-get", "update", "-qq"); err != nil {
		return nil, err
	}
	cmd := r.command(ctx, ".", "apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium")
	cmd.Env = slices.Concat(r.env, []string{"DEBIAN_FRONTEND=noninteractive"})
	if _, err := collect(cmd); err != nil {
		return nil, err
	}
	return r.installedBrowser(ctx)
}

// starts shows that the browser of the variables runs here.
func (r *run) starts(ctx context.Context, variables ...string) ([]string, error) {
	path := strings.TrimPrefix(variables[0], "CHROME_PATH=")
	cmd := r.command(ctx, ".", path, "--version")
	cmd.Env = slices.Concat(r.env, variables)
	if _, err := collect(cmd); err != nil {
		return nil, fmt.Errorf("%s does not start: %w", path, err)
	}
	return variables, nil
}
