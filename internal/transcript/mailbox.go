package transcript

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

const (
	patience = 10 * time.Second // messages travel through a queue
	interval = 50 * time.Millisecond
)

// mailbox hands out the secrets of a tenant's messages, each live one for one recorded one.
type mailbox struct {
	valid map[string]letter // the recorded letters, by secret
	taken map[string]string // the recorded secret, by the live one
	known map[string]bool   // addresses that signed up
	due   map[bool]int      // letters on their way so far: resets (true), keys (false)
}

func newMailbox(records []Record) *mailbox {
	return &mailbox{
		valid: validLetters(records), taken: map[string]string{}, known: map[string]bool{}, due: map[bool]int{},
	}
}

// expect counts the letter that a successful request sets off: a sign-up sends a key, a reset of an address that signed
// up sends a token. Counting is only a reason to wait a little: what is held back for good is not waited for in vain.
func (m *mailbox) expect(q Request) {
	path := q.route()
	address := strings.ToLower(strings.TrimSpace(q.fields()["email"]))
	switch {
	case address == "":
	case strings.HasSuffix(path, "/registration"), strings.HasSuffix(path, "/user/create"):
		m.known[address] = true
		m.due[false]++
	case strings.HasSuffix(path, "/password/reset") && m.known[address]:
		m.due[true]++
	}
}

// newest waits for the newest live letter of the recorded one's kind that no other recorded secret has taken.
func (m *mailbox) newest(ctx context.Context, a *Admin, slug string, recorded letter) (letter, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	var live letter
	for complete := false; !complete; {
		seen, all, err := m.look(ctx, a, slug, recorded)
		switch {
		case err == nil:
			live, complete = seen, all
		case ctx.Err() == nil:
			return letter{}, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			complete = true
		}
	}
	if live.secret() == "" {
		return live, fmt.Errorf("no new message with the secrets of %s within %s", recorded.secret(), patience)
	}
	m.taken[live.secret()] = recorded.secret()
	return live, nil
}

// look finds the newest free letter; complete says that all letters on their way have arrived.
func (m *mailbox) look(ctx context.Context, a *Admin, slug string, recorded letter) (found letter, complete bool, err error) {
	messages, err := a.Messages(ctx, slug)
	if err != nil {
		return letter{}, false, err
	}
	arrived := 0
	for _, message := range messages {
		l, ok := message.letter(recorded.isReset())
		if !ok {
			continue
		}
		arrived++
		owner, taken := m.taken[l.secret()]
		if found.secret() == "" && (!taken || owner == recorded.secret()) {
			found = l
		}
	}
	return found, found.secret() != "" && arrived >= m.due[recorded.isReset()], nil
}

func (m Message) letter(reset bool) (letter, bool) {
	if reset {
		l := letter{uid: m.text("uid"), token: m.text("token")}
		return l, l.uid != "" && l.token != ""
	}
	l := letter{key: m.text("key")}
	return l, l.key != ""
}

func (m Message) text(name string) string {
	var text string
	if json.Unmarshal(m.Data[name], &text) != nil {
		return "" // not there, or no text
	}
	return text
}
