//go:build linux

package faults

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// devHouse is `keyhall dev` on one data folder, run after run.
type devHouse struct {
	t        *testing.T
	dir      string
	address  string
	api      *api
	env      []string
	run      *program
	killed   int
	restarts []time.Duration
}

func newDevHouse(t *testing.T) *devHouse {
	t.Helper()
	h := &devHouse{t: t, dir: folder(t), address: address(t)}
	h.api = newAPI(h.address)
	h.env = []string{"KEYHALL_DATA_DIR=" + h.dir, "KEYHALL_LISTEN=" + h.address, "KEYHALL_HASH_COST=test", "KEYHALL_RATE_LIMITS=off"}
	t.Cleanup(func() {
		for _, pid := range processesOf(t, h.dir) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // a PostgreSQL that a failed test left behind
		}
	})
	return h
}

func (h *devHouse) start(env ...string) {
	h.t.Helper()
	h.run = run(h.t, append(slices.Clone(h.env), env...), "dev")
}

// kill ends the process, and every other time its PostgreSQL as well before that notices.
func (h *devHouse) kill() {
	h.t.Helper()
	var all []int
	if h.killed++; h.killed%2 == 0 {
		all = processesOf(h.t, filepath.Join(h.dir, "postgres"))
	}
	h.run.kill()
	for _, pid := range all {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may be gone by now
	}
}

// stop ends it in good order; nothing of it may be left, PostgreSQL least of all.
func (h *devHouse) stop() {
	h.t.Helper()
	h.run.terminate(h.t, promise(10*time.Second))
	noneLeft(h.t, h.dir, time.Second)
}

// Everything on one machine, killed at random instants: while it starts, and while people sign up.
func TestFaultDevIsKilledUnderSignUps(t *testing.T) {
	t.Parallel()
	random := dice(t)
	h := newDevHouse(t)
	h.start("KEYHALL_OPERATOR_EMAIL="+operator, "KEYHALL_OPERATOR_PASSWORD="+password)
	first := h.api.ready(t, h.run, promise(15*time.Second))
	h.api.administer(t).must(t, http.StatusCreated, http.MethodPost, "/admin/v1/tenants", map[string]string{"slug": tenant, "name": "Faults"}, nil)

	people := newLoad(t, "person", h.api)
	people.begin(6)
	for range kills() {
		h.oneLife(random, people)
	}
	people.end()

	admin := h.api.administer(t)
	present := people.judge(admin)
	drained := admin.settle(t)
	h.checkMails(admin, present)
	h.checkDemo(admin)
	h.stop()
	slices.Sort(h.restarts)
	t.Logf("%d kills: %d sign-ups acknowledged and all there, %d of unknown outcome; the outbox was empty %s after the last look",
		h.killed, people.acks.Load(), people.unknowns(), drained.Round(time.Millisecond))
	t.Logf("to /readyz: first start %s, after a kill median %s, longest %s", first.Round(time.Millisecond), h.restarts[len(h.restarts)/2], h.restarts[len(h.restarts)-1])
	if median := h.restarts[len(h.restarts)/2]; median > promise(3*time.Second) {
		t.Errorf("a start after a kill takes %s", median)
	}
}

// oneLife lets some people sign up, kills the house, one time in four once more while it starts, and starts it again.
func (h *devHouse) oneLife(random *rand.Rand, people *load) {
	h.t.Helper()
	people.more(1 + random.IntN(30))
	h.kill()
	if random.IntN(4) == 0 {
		h.start()
		<-time.After(rand.N(time.Second)) // not waiting for anything: any instant will do
		h.kill()
	}
	h.start()
	h.restarts = append(h.restarts, h.api.ready(h.t, h.run, patience).Round(time.Millisecond))
}

// checkMails looks into the sink: one mail for each account, whoever died in between.
func (h *devHouse) checkMails(admin *api, present []signUp) {
	h.t.Helper()
	owed := map[string]int{}
	for _, d := range admin.deliveries(h.t, "") {
		owed[d.To]++
		if d.State != "sent" || len(d.Attempts) > 1+h.killed {
			h.t.Errorf("a message to %s is %s after %d attempts", d.To, d.State, len(d.Attempts))
		}
	}
	for _, s := range present {
		var mails []struct{ Data struct{ Key string } }
		h.api.must(h.t, http.StatusOK, http.MethodGet, "/dev/messages?tenant="+tenant+"&to="+url.QueryEscape(s.email()), nil, &mails)
		if len(mails) != 1 || mails[0].Data.Key == "" || owed[s.email()] != 1 {
			h.t.Errorf("%s got %d mails, %d were owed", s.name, len(mails), owed[s.email()])
		}
	}
}

// checkDemo: filling the demo tenant was cut short many times, and is complete in the end.
func (h *devHouse) checkDemo(admin *api) {
	h.t.Helper()
	eventually(h.t, patience, func() error {
		_, err := os.Stat(filepath.Join(h.dir, "demo.done"))
		return err
	})
	var page struct{ Data []struct{ Username string } }
	admin.must(h.t, http.StatusOK, http.MethodGet, "/admin/v1/tenants/demo/users", nil, &page)
	if len(page.Data) != 7 {
		h.t.Errorf("the demo tenant has the users %v", page.Data)
	}
}
