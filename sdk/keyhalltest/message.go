package keyhalltest

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// Message is a mail that the fake did not send.
type Message struct {
	To   string
	Kind string // "verify_email", "password_reset", "password_changed", "approved", "rejected", "user_invitation", "otp", "sign_in_link"
	Key  string // of verify_email and sign_in_link
	Code string // of otp
	UID  string // of password_reset and invitation
	// Token is of password_reset and invitation.
	Token string
}

// Messages gives the mails to an address so far, oldest first; to all with "".
func (t *Tenant) Messages(to string) []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(t.messages), func(m Message) bool { return to != "" && !strings.EqualFold(m.To, to) })
}

// FixKeys has mails carry this secret from now on instead of one of chance, so that tests can write it down. "" ends that.
func (t *Tenant) FixKeys(secret string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fixed = secret
}

// mail keeps a message, with a secret where its kind has one.
func (t *Tenant) mail(a *account, kind string) {
	m := Message{To: value(a.Email), Kind: kind}
	secret := t.fixed
	if secret == "" {
		secret = rand.Text()
	}
	switch kind {
	case "otp":
		m.Code = t.codes[a.ID].text
		secret = ""
	case "verify_email", "sign_in_link":
		m.Key = secret
	case "password_reset", "user_invitation":
		m.UID, m.Token = uid(a), secret
	}
	if t.keys == nil {
		t.keys = map[string]int64{}
	}
	t.keys[kind+" "+secret] = a.ID
	t.messages = append(t.messages, m)
}

// messages is GET /dev/messages, newest first as there.
func (s *Server) messages(w http.ResponseWriter, r *http.Request) {
	found := []keyhall.DevMessage{}
	t := s.tenant(r.URL.Query().Get("tenant"))
	if t != nil {
		for _, m := range slices.Backward(t.Messages(r.URL.Query().Get("to"))) {
			data := keyhall.DevMessageData{"key": m.Key, "uid": m.UID, "token": m.Token, "otp": m.Code}
			for name, value := range data {
				if value == "" {
					delete(data, name)
				}
			}
			found = append(found, keyhall.DevMessage{Tenant: t.Slug, To: m.To, Kind: m.Kind, Channel: keyhall.ChannelEmail, Data: data, SentAt: s.Clock.Now()})
		}
	}
	write(w, http.StatusOK, found)
}
