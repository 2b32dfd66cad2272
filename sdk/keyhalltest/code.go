package keyhalltest

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// code is a one-time code that waits.
type code struct {
	text  string
	tries int // left
	sent  time.Time
}

// What holds for codes of a new tenant.
const (
	codeTries    = 3
	codeCooldown = 3 * time.Minute
	codeLife     = 15 * time.Minute
	codeDigits   = 7
)

// FixCodes has one-time codes be this text from now on instead of digits of chance. "" ends that.
func (t *Tenant) FixCodes(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fixedCode = text
}

func (t *Tenant) newCode() string {
	if t.fixedCode != "" {
		return t.fixedCode
	}
	n, err := rand.Int(rand.Reader, big.NewInt(10_000_000))
	if err != nil {
		t.server.tb.Error(err)
		return ""
	}
	return fmt.Sprintf("%0*d", codeDigits, n)
}

func requestCode(c *call) (int, any, *problem) {
	var in keyhall.CodeRequest
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	a := c.byName(in.Destination)
	if a == nil {
		return 0, nil, invalidFields(400, field("destination", "account_unknown", "There is no account with this e-mail address."))
	}
	now := c.server.Clock.Now()
	if old := c.codes[a.ID]; old != nil && now.Sub(old.sent) < codeCooldown {
		return 0, nil, &problem{Status: 429, Code: "code_cooling", Title: "A code was sent a moment ago. Wait before you ask for the next one."}
	}
	if c.codes == nil {
		c.codes = map[int64]*code{}
	}
	c.codes[a.ID] = &code{text: c.newCode(), tries: codeTries, sent: now}
	c.mail(a, "otp")
	return 202, nil, nil
}

func signInByCode(c *call) (int, any, *problem) {
	var in keyhall.CodeSignIn
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	none := &problem{Status: 403, Code: "code_none", Title: "There is no code waiting. Ask for one first."}
	a := c.byName(in.Destination)
	if a == nil {
		return 0, nil, none
	}
	waiting := c.codes[a.ID]
	switch {
	case waiting == nil || waiting.tries == 0 || c.server.Clock.Now().Sub(waiting.sent) >= codeLife:
		return 0, nil, none
	case waiting.text != in.Code:
		if waiting.tries--; waiting.tries == 0 {
			return 0, nil, &problem{Status: 403, Code: "code_dead", Title: "This code is not right, and that was the last try. Ask for a new one."}
		}
		return 0, nil, &problem{Status: 403, Code: "code_wrong", Title: fmt.Sprintf("This code is not right. Tries left: %d.", waiting.tries)}
	}
	waiting.tries = 0
	a.EmailVerified = true
	if wrong := c.standing(a); wrong != nil {
		return 0, nil, wrong
	}
	return 200, c.open(a), nil
}

func requestSignInLink(c *call) (int, any, *problem) {
	var in keyhall.EmailOnly
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	if a := c.byName(in.Email); a != nil && c.standing(a) == nil {
		c.mail(a, "sign_in_link")
	}
	return 202, nil, nil
}

func signInByLink(c *call) (int, any, *problem) {
	var in keyhall.EmailKey
	if wrong := c.into(&in); wrong != nil {
		return 0, nil, wrong
	}
	a := c.byID(c.keys["sign_in_link "+in.Key])
	if a == nil {
		return 0, nil, &problem{Status: 404, Code: "key_invalid", Title: "This link is not valid any more. Ask for a new one."}
	}
	delete(c.keys, "sign_in_link "+in.Key)
	a.EmailVerified = true
	if wrong := c.standing(a); wrong != nil {
		return 0, nil, wrong
	}
	return 200, c.open(a), nil
}
