//go:build linux

package faults

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// refusal is a start that must fail with one line that names the trouble.
type refusal struct {
	name string
	args []string
	env  []string
	says []string // parts of the line
}

func (r refusal) check(t *testing.T) {
	t.Helper()
	began := time.Now()
	p := run(t, r.env, r.args...)
	code := p.exit(t, patience)
	said := strings.TrimSpace(p.errs.String())
	t.Logf("exit %d after %s: %s", code, time.Since(began).Round(time.Millisecond), said)
	if code == 0 || said == "" || strings.Contains(said, "\n") {
		t.Errorf("%s: exit code %d and not one line: %q", r.name, code, said)
	}
	for _, part := range r.says {
		if !strings.Contains(said, part) {
			t.Errorf("%s: does not say %q: %q", r.name, part, said)
		}
	}
	for _, secret := range []string{masterKey, loginPassword, "hidden-word"} {
		if strings.Contains(said, secret) {
			t.Errorf("%s: tells a secret: %q", r.name, said)
		}
	}
}

// refusals are what servers do not start with.
func (p *plant) refusals(t *testing.T) {
	listen := "KEYHALL_LISTEN=" + address(t)
	with := func(extra ...string) []string { return append(append(slices.Clone(p.env), listen), extra...) }
	without := func(name string) []string {
		return slices.DeleteFunc(with(), func(v string) bool { return strings.HasPrefix(v, name+"=") })
	}
	serve, work := []string{"serve"}, []string{"work"}
	for _, r := range []refusal{
		{"cheap hashes", serve, with("KEYHALL_HASH_COST=test"), []string{"KEYHALL_HASH_COST"}},
		{"no limits", serve, with("KEYHALL_RATE_LIMITS=off"), []string{"KEYHALL_RATE_LIMITS"}},
		{"a superuser", serve, with("KEYHALL_DATABASE_URL=" + p.owner), []string{"superuser", "--runtime-role"}},
		{"a superuser who works", work, with("KEYHALL_DATABASE_URL=" + p.owner), []string{"superuser", "--runtime-role"}},
		{"no mail server", serve, without("KEYHALL_SMTP_URL"), []string{"KEYHALL_SMTP_URL"}},
		{"no mail server to work with", work, without("KEYHALL_SMTP_URL"), []string{"KEYHALL_SMTP_URL"}},
		{"no Redis named", serve, without("KEYHALL_REDIS_URL"), []string{"KEYHALL_REDIS_URL"}},
		{"a broken Redis URL", serve, with("KEYHALL_REDIS_URL=:hidden-word:"), []string{"KEYHALL_REDIS_URL"}},
		{"a short master key", serve, with("KEYHALL_MASTER_KEY=aGlkZGVuLXdvcmQ="), []string{"KEYHALL_MASTER_KEY", "32 bytes"}},
		{"a broken mail URL", serve, with("KEYHALL_SMTP_URL=smtp://me:hidden-word@:x"), []string{"KEYHALL_SMTP_URL"}},
		{"a broken public URL", serve, with("KEYHALL_PUBLIC_URL=id.example.test"), []string{"KEYHALL_PUBLIC_URL"}},
		{"a broken database URL", serve, with("KEYHALL_DATABASE_URL=mysql://me:hidden-word@x"), []string{"KEYHALL_DATABASE_URL"}},
		{"a database that is not there", serve, with("KEYHALL_DATABASE_URL=postgres://me:hidden-word@" + address(t) + "/x?sslmode=disable"), []string{"KEYHALL_DATABASE_URL"}},
		{"a database without the schema", serve, with("KEYHALL_DATABASE_URL=" + asRuntime(t, strings.Replace(p.owner, "/keyhall?", "/postgres?", 1))), []string{"keyhall migrate"}},
		{"proxies that are none", serve, with("KEYHALL_TRUSTED_PROXIES=everybody"), []string{"KEYHALL_TRUSTED_PROXIES"}},
		{"a busy port", serve, with("KEYHALL_LISTEN=" + p.addr[0]), []string{p.addr[0], "KEYHALL_LISTEN"}},
	} {
		t.Run(r.name, r.check)
	}
}

// What dev cannot start with.
func TestFaultDevRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	t.Cleanup(func() { ok(t, taken.Close()) })
	busy := taken.Addr().String()
	file := filepath.Join(folder(t), "file")
	ok(t, os.WriteFile(file, nil, 0o600))
	in := func(extra ...string) []string {
		return append([]string{"KEYHALL_DATA_DIR=" + folder(t), "KEYHALL_LISTEN=127.0.0.1:0"}, extra...)
	}
	for _, r := range []refusal{
		{"a broken mail URL", []string{"dev"}, in("KEYHALL_SMTP_URL=hidden-word"), []string{"KEYHALL_SMTP_URL"}},
		{"proxies that are none", []string{"dev"}, in("KEYHALL_TRUSTED_PROXIES=everybody"), []string{"KEYHALL_TRUSTED_PROXIES"}},
		{"a broken database URL to migrate", []string{"migrate"}, in("KEYHALL_DATABASE_URL=me:hidden-word@x"), []string{"postgres://"}},
		{"a busy port", []string{"dev"}, in("KEYHALL_LISTEN=" + busy), []string{busy, "KEYHALL_LISTEN"}},
		{"an address without a port", []string{"dev"}, in("KEYHALL_LISTEN=nonsense"), []string{`KEYHALL_LISTEN: "nonsense"`, "127.0.0.1:8080"}},
		{"a port that there is not", []string{"dev"}, in("KEYHALL_LISTEN=127.0.0.1:99999"), []string{`KEYHALL_LISTEN: "127.0.0.1:99999"`, "127.0.0.1:8080"}},
		{
			"no database there to migrate",
			[]string{"migrate"},
			in("KEYHALL_DATABASE_URL=postgres://me:hidden-word@" + address(t) + "/x?sslmode=disable"),
			[]string{"migrated: dial tcp", "KEYHALL_DATABASE_URL"},
		},
		{"an unwritable folder", []string{"dev"}, in("KEYHALL_DATA_DIR=" + filepath.Join(file, "below")), []string{"KEYHALL_DATA_DIR"}},
		{"a broken database URL", []string{"dev"}, in("KEYHALL_DATABASE_URL=mysql://me:hidden-word@x"), []string{"KEYHALL_DATABASE_URL"}},
		{"a database that is not there", []string{"dev"}, in("KEYHALL_DATABASE_URL=postgres://me:hidden-word@" + address(t) + "/x?sslmode=disable"), []string{"KEYHALL_DATABASE_URL"}},
		{"no PostgreSQL where it is said to be", []string{"dev"}, in("KEYHALL_POSTGRES_BIN=/nonsense"), []string{"KEYHALL_POSTGRES_BIN"}},
		{"no PostgreSQL and no npm", []string{"dev"}, in("KEYHALL_POSTGRES_BIN=npm", "PATH="), []string{"PostgreSQL", "npm", "KEYHALL_DATABASE_URL"}},
		{"a broken public URL", []string{"dev"}, in("KEYHALL_PUBLIC_URL=nonsense"), []string{"KEYHALL_PUBLIC_URL"}},
		{"no such command", []string{"fly"}, nil, []string{"fly"}},
	} {
		t.Run(r.name, r.check)
	}
}
