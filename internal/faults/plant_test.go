//go:build linux

package faults

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/keyhall/keyhall/apps/dev/postgres"
	"github.com/keyhall/keyhall/internal/smtpsink"
	"github.com/keyhall/keyhall/migrations"
)

// plant is the shape of production: a database, a Redis, a mail server, two servers, two workers, all processes of
// their own but for the stand-ins of Redis and the mail server.
type plant struct {
	t       *testing.T
	owner   string // database URL of the schema's owner, a superuser
	env     []string
	redis   *redis
	mails   *smtpsink.Sink
	addr    [2]string
	apis    [2]*api
	servers [2]*program
	workers [2]*program
}

// loginRole is what the servers connect as.
const loginRole, loginPassword = "keyhall_server", "cluster-secret-1"

func newPlant(t *testing.T) *plant {
	t.Helper()
	p := &plant{t: t, redis: startRedis(t), mails: smtpsink.Start(t)}
	p.owner = database(t)
	p.env = []string{
		"KEYHALL_REDIS_URL=" + p.redis.url(), "KEYHALL_MASTER_KEY=" + masterKey, "KEYHALL_PUBLIC_URL=https://id.example.test",
		"KEYHALL_SMTP_URL=" + p.mails.URL(), "KEYHALL_TRUSTED_PROXIES=127.0.0.1", "KEYHALL_DATABASE_URL=" + asRuntime(t, p.owner),
	}
	p.do([]string{"KEYHALL_DATABASE_URL=" + p.owner, "KEYHALL_RUNTIME_PASSWORD=" + loginPassword}, "migrate", "--runtime-role", loginRole)
	p.do(append(slices.Clone(p.env), "KEYHALL_OPERATOR_PASSWORD="+password), "operator", "create", operator)
	p.do(p.env, "tenant", "create", tenant, "Faults")
	for i := range p.servers {
		p.addr[i] = address(t)
		p.apis[i] = newAPI(p.addr[i])
		p.serve(i)
		p.work(i)
	}
	for i, a := range p.apis {
		t.Logf("server %d: ready %s after its start", i, a.ready(t, p.servers[i], patience).Round(time.Millisecond))
	}
	return p
}

// masterKey is base64 of 32 bytes.
const masterKey = "a2V5aGFsbC1mYXVsdHMta2V5aGFsbC1mYXVsdHMtMDE="

// database starts a durable PostgreSQL and gives its owner's URL.
func database(t *testing.T) string {
	t.Helper()
	s, err := postgres.Start(t.Context(), postgres.Options{DataDir: folder(t), Durable: true})
	ok(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	ok(t, migrations.CreateDatabase(t.Context(), s.URL("postgres"), "keyhall"))
	return s.URL("keyhall")
}

func asRuntime(t *testing.T, owner string) string {
	t.Helper()
	u, err := url.Parse(owner)
	ok(t, err)
	u.User = url.UserPassword(loginRole, loginPassword)
	return u.String()
}

// do runs a command that has to succeed.
func (p *plant) do(env []string, args ...string) {
	p.t.Helper()
	tool := run(p.t, env, args...)
	if code := tool.exit(p.t, patience); code != 0 {
		p.t.Fatalf("%s: exit code %d: %s", tool.name, code, tool.tail())
	}
}

func (p *plant) serve(i int) {
	p.t.Helper()
	p.servers[i] = run(p.t, append(slices.Clone(p.env), "KEYHALL_LISTEN="+p.addr[i]), "serve")
}

func (p *plant) work(i int) {
	p.t.Helper()
	p.workers[i] = run(p.t, p.env, "work")
}

// killAndRestart takes one of the four processes.
func (p *plant) killAndRestart(which int) {
	p.t.Helper()
	if i := which % 2; which < 2 {
		p.servers[i].kill()
		p.serve(i)
		p.apis[i].ready(p.t, p.servers[i], patience)
	} else {
		p.workers[i].kill()
		p.work(i)
	}
}

// signedIn is somebody's key of the rest-auth contract and access token of the native one.
type signedIn struct{ byKey, byToken *api }

// bring signs up and in at one server.
func (p *plant) bring(at *api, name string) signedIn {
	p.t.Helper()
	s := signUp{name: name}
	status, err := at.signUp(s)
	ok(p.t, err)
	if status != http.StatusCreated {
		p.t.Fatalf("signing %s up: %d", name, status)
	}
	var key struct{ Key string }
	var tokens struct {
		Access string `json:"access_token"`
	}
	visitor := at.from(name)
	visitor.must(p.t, http.StatusOK, http.MethodPost, "/t/"+tenant+"/rest-auth/login/", map[string]string{"username": name, "password": password}, &key)
	visitor.must(p.t, http.StatusOK, http.MethodPost, "/t/"+tenant+"/v1/sign-in", map[string]string{"identifier": name, "password": password}, &tokens)
	return signedIn{at.as("Authorization", "Token "+key.Key), at.as("Authorization", "Bearer "+tokens.Access)}
}

// at gives the same person at another server.
func (s signedIn) at(other *api) signedIn {
	return signedIn{other.as("Authorization", s.byKey.head["Authorization"]), other.as("Authorization", s.byToken.head["Authorization"])}
}

func secret() string { return rand.Text() }
