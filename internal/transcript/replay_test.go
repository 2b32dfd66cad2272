package transcript

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// contracts is where the project keeps its transcripts: <contract>/testdata/<contract>.jsonl beside tenants.json.
const contracts = "../../apps/api/contracts"

// golden loads a contract's transcript and settings.
func golden(t *testing.T, contract string) ([]Record, map[string]json.RawMessage) {
	t.Helper()
	folder := filepath.Join(contracts, contract, "testdata")
	records, err := Load(filepath.Join(folder, contract+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	settings, err := LoadSettings(filepath.Join(folder, "tenants.json"))
	if err != nil {
		t.Fatal(err)
	}
	return records, settings
}

// recordedContracts are the contracts that have a transcript.
func recordedContracts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(contracts, "*", "testdata", "tenants.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s: %v", contracts, err)
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(filepath.Dir(filepath.Dir(f))))
	}
	return names
}

// The parrot complains about recorded secrets in requests, and about letters repaired or made up.
func TestGoldenTranscriptsPlayAgainstTheRightAnswers(t *testing.T) {
	t.Parallel()
	for contract, calls := range map[string][]string{
		"restauth": {
			`PATCH /admin/v1/tenants/cookies/settings {"contracts":{"restauth":{"session_cookies":true}}}`,
			`PATCH /admin/v1/tenants/demo/users/77 {"active":false}`,
			`PATCH /admin/v1/tenants/down/settings {"social":"silent"}`,
			`PATCH /admin/v1/tenants/expiry/settings {"lifetimes":{"email_key_seconds":1}}`,
			`PATCH /admin/v1/tenants/mandatory/settings {"contracts":{"restauth":{"email_required":false}}}`,
			`PATCH /admin/v1/tenants/mandatory/settings {"contracts":{"restauth":{"email_required":true}}}`,
			`PATCH /admin/v1/tenants/reset/users/77 {"active":false}`,
			`PATCH /admin/v1/tenants/reset/users/77 {"active":false}`,
			`PATCH /admin/v1/tenants/social/settings {"social":"stand-in"}`,
			`PATCH /admin/v1/tenants/timeout/settings {"lifetimes":{"reset_seconds":1}}`,
		},
		"coach": {`POST /admin/v1/tenants/approval/approvals {"decision":"approve","user_ids":[77]}`},
	} {
		t.Run(contract, func(t *testing.T) {
			t.Parallel()
			records, settings := golden(t, contract)
			p, server := newParrot(t, contract, records)
			Replay(t, server, contract, records, settings)
			for _, r := range records {
				if p.groups[r.Tenant] != nil && sends(p.groups[r.Tenant], r) && !p.heard[r.Name] {
					t.Errorf("%s was not played", r.Name)
				}
			}
			if slices.Sort(p.calls); !slices.Equal(p.calls, calls) {
				t.Errorf("the operator did\n%s\nexpected\n%s", strings.Join(p.calls, "\n"), strings.Join(calls, "\n"))
			}
		})
	}
}

func TestEveryTenantOfATranscriptHasSettings(t *testing.T) {
	t.Parallel()
	for _, contract := range recordedContracts(t) {
		records, settings := golden(t, contract)
		for _, g := range groups(contract, records) {
			if settings[g.settings] == nil {
				t.Errorf("%s: no settings for %s", contract, g.settings)
			}
		}
	}
}

// inChild marks the run of this test binary that plays wrong answers and must fail.
const inChild = "TRANSCRIPT_PLAYS_WRONG_ANSWERS"

func TestReplayReportsEachWrongAnswerAndStopsAtASetUp(t *testing.T) {
	t.Parallel()
	if os.Getenv(inChild) != "" {
		replayWrongAnswers(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), inChild+"=1")
	output, err := child.CombinedOutput()
	if err == nil {
		t.Fatalf("wrong answers passed:\n%s", output)
	}
	prefix := t.Name() + "/restauth/"
	for _, line := range []string{
		"--- FAIL: " + prefix + "tokens/register.bad_email",
		"--- PASS: " + prefix + "tokens/register.bad_username",
		"--- PASS: " + prefix + "tokens/login.after_logout_new_key",
		"--- FAIL: " + prefix + "oldpw/set-up_154",
		"set-up 154 failed; the rest of oldpw stands on it",
		"--- PASS: " + prefix + "logoutget/logoutget.ok",
		"--- SKIP: " + prefix + "social/fb.no_email_user_details",
		"needs provider: needs a stand-in for the social provider",
	} {
		if !strings.Contains(string(output), line) {
			t.Errorf("the report lacks %q", line)
		}
	}
	if strings.Contains(string(output), "oldpw.missing") {
		t.Error("a group went on after a set-up that failed")
	}
	if t.Failed() {
		t.Logf("the report:\n%s", output)
	}
}

func replayWrongAnswers(t *testing.T) {
	records, settings := golden(t, "restauth")
	p, server := newParrot(t, "restauth", records)
	server.Social = nil
	p.spoil["register.bad_email"] = func(a *answer) { a.body = []byte(`{"email":["Enter a valid e-mail address."]}`) }
	p.spoil["set-up 154"] = func(a *answer) { a.status = http.StatusConflict }
	Replay(t, server, "restauth", records, settings)
}

func TestGroupsThatNeedMessagesAreSkippedWithoutASink(t *testing.T) {
	t.Parallel()
	records, settings := golden(t, "restauth")
	p, server := newParrot(t, "restauth", records)
	p.silent = true
	Replay(t, server, "restauth", records, settings)
	if p.heard["verify.ok"] || !p.heard["login.ok_email"] {
		t.Errorf("verify.ok was played: %v; login.ok_email: %v", p.heard["verify.ok"], p.heard["login.ok_email"])
	}
}

func TestAPreparationMovesTheCookieSession(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	for _, g := range groups("restauth", records) {
		for _, r := range g.records {
			if moved := strings.HasPrefix(r.Name, "session."); moved != (g.name == "cookies") {
				t.Errorf("%s is played in %s", r.Name, g.name)
			}
		}
		if g.name == "cookies" && (len(g.records) != 5 || g.settings != "tokens") {
			t.Errorf("%d records with the settings of %s", len(g.records), g.settings)
		}
	}
}

// Every row of preparations must belong to a record, or it would rot unseen.
func TestPreparationsBelongToRecords(t *testing.T) {
	t.Parallel()
	for contract, rows := range preparations {
		records, _ := golden(t, contract)
		for name := range rows {
			if !slices.ContainsFunc(records, func(r Record) bool { return r.Name == name }) {
				t.Errorf("%s has no record %q", contract, name)
			}
		}
	}
}
