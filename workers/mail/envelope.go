package mail

import (
	"bytes"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"
)

// Envelope is one finished message to one person.
type Envelope struct {
	From    netmail.Address // name and addr-spec; also the SMTP sender
	To      string          // addr-spec only: no name, no list
	ReplyTo string          // addr-spec, or empty
	Subject string          // one line, at most 255 characters
	Text    string          // plain text, complete on its own
	HTML    string          // empty: a plain message

	MessageID string    // <outbox-id@domain>: the same for every attempt
	Date      time.Time // when the message was written, not when it is sent
}

// message is an envelope ready for the wire.
type message struct {
	from, to string // in angle brackets
	hello    string // the sender's domain, our name for EHLO
	utf8     bool   // an address needs SMTPUTF8 (RFC 6531)
	content  []byte // header and body, lines ending in CRLF
}

var messageID = regexp.MustCompile(`^<[A-Za-z0-9._+-]{1,128}@[A-Za-z0-9.-]{1,253}>$`)

// compose checks every value that reaches a header before anything is sent, and writes the MIME.
func (e Envelope) compose() (*message, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	from, err := parseAddress("sender", e.From.Address)
	if err != nil {
		return nil, err
	}
	to, err := parseAddress("recipient", e.To)
	if err != nil {
		return nil, err
	}
	msg := e.headers()
	msg.FromMailAddress(&netmail.Address{Name: e.From.Name, Address: from.Address})
	msg.ToMailAddress(to)
	if e.ReplyTo != "" {
		reply, err := parseAddress("reply", e.ReplyTo)
		if err != nil {
			return nil, err
		}
		msg.ReplyToMailAddress(reply)
	}
	return pack(msg, from, to)
}

func (e Envelope) check() error {
	switch {
	case strings.TrimSpace(e.Subject) == "" || utf8.RuneCountInString(e.Subject) > 255:
		return reason("the subject must have 1 to 255 characters")
	case hasControl(e.Subject):
		return reason("the subject must be one line without control characters")
	case hasControl(e.From.Name) || utf8.RuneCountInString(e.From.Name) > 255:
		return reason("the sender's name must be one line of at most 255 characters")
	case !messageID.MatchString(e.MessageID):
		return reason("the message id must look like <id@domain>")
	case e.Date.IsZero():
		return reason("the message has no date")
	case e.Text == "":
		return reason("the message has no text")
	}
	return nil
}

// headers makes a message with all but the addresses. Auto-Submitted (RFC 3834) and X-Auto-Response-Suppress keep
// holiday notices from coming back.
func (e Envelope) headers() *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.Subject(e.Subject)
	msg.SetMessageIDWithValue(strings.Trim(e.MessageID, "<>"))
	msg.SetDateWithValue(e.Date)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	msg.SetBodyString(gomail.TypeTextPlain, e.Text)
	if e.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, e.HTML)
	}
	return msg
}

// pack writes the message out in full, so that nothing but the network can fail half-way through DATA.
func pack(msg *gomail.Msg, from, to *netmail.Address) (*message, error) {
	var content bytes.Buffer
	if _, err := msg.WriteTo(&content); err != nil {
		return nil, err
	}
	_, domain := splitAddress(from.Address)
	bare := func(a *netmail.Address) string { return (&netmail.Address{Address: a.Address}).String() }
	return &message{
		from: bare(from), to: bare(to), hello: domain,
		utf8: !ascii(from.Address + to.Address), content: content.Bytes(),
	}, nil
}

// parseAddress reads exactly one addr-spec (RFC 5322 section 3.4.1). A domain beyond ASCII becomes its IDNA form.
func parseAddress(role, text string) (*netmail.Address, error) {
	bad := reason("the " + role + "'s address cannot be read")
	if len(text) > 320 || hasControl(text) || strings.ContainsAny(text, "<>") {
		return nil, bad
	}
	address, err := netmail.ParseAddress("<" + text + ">")
	if err != nil {
		return nil, bad
	}
	local, domain := splitAddress(address.Address)
	if !ascii(domain) {
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return nil, bad
		}
	}
	return &netmail.Address{Address: local + "@" + domain}, nil
}

func splitAddress(address string) (local, domain string) {
	at := strings.LastIndexByte(address, '@')
	return address[:at], address[at+1:]
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f })
}
