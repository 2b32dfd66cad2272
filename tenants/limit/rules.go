package limit

import (
	"net/netip"
	"time"
)

// Rule allows Limit units at once and gives them back evenly over Per: with 10 in 15 minutes, one each 90 seconds. So
// nobody is ever locked out for long, whoever used the units up. Both have to be positive. The name is part of the
// counter's key.
type Rule struct {
	Name  string
	Limit int
	Per   time.Duration
}

// interval is the time in which one unit comes back.
func (r Rule) interval() time.Duration { return r.Per / time.Duration(r.Limit) }

// Charge is one unit of a rule for a subject: a canonical identifier, a Network, or nothing where the rule is about
// the tenant as a whole. Different spellings of one identifier are different subjects: the caller gives the
// canonical one.
type Charge struct {
	Rule    Rule
	Subject string
}

// The rules for what strangers may call.
//
// A sign-in is charged as SignIn says before the password is hashed. The right password refunds what counts failures
// for the account, and never the others: else whoever owns one account could go on guessing at others. Failures are
// counted for the account from one network, so that a stranger who guesses does not keep the owner out, and with ten
// times the room from everywhere.
var (
	LoginIdentifier = Rule{"login-identifier", 10, 15 * time.Minute} // failures for one account from one network, whether it exists or not
	LoginAnywhere   = Rule{"login-anywhere", 100, 15 * time.Minute}  // failures for one account from all networks together
	LoginNetwork    = Rule{"login-network", 90, 15 * time.Minute}    // one password tried on many accounts: under 100
	LoginTenant     = Rule{"login-tenant", 20_000, 15 * time.Minute} // from everywhere; about what one core can hash
	SignUpNetwork   = Rule{"sign-up-network", 300, time.Hour}        // new accounts, refused ones included
	ResetIdentifier = Rule{"reset-identifier", 5, time.Hour}         // reset mails to one mailbox; past that they are silently not sent
	ResetNetwork    = Rule{"reset-network", 200, time.Hour}          // requests for a message, to whomever
	LinkIdentifier  = Rule{"link-identifier", 5, time.Hour}          // links to sign in to one mailbox; past that they are silently not sent
	NoticeMailbox   = Rule{"notice-mailbox", 3, time.Hour}           // notes that somebody signed up with a taken address; past that silently not sent
	ResendMailbox   = Rule{"resend-mailbox", 5, time.Hour}           // confirmation mails that are asked for again; past that silently not sent
	SocialNetwork   = Rule{"social-network", 600, time.Hour}         // sign-ins at a provider, each of which calls it
	SocialBegin     = Rule{"social-begin", 600, time.Hour}           // sign-ins at a provider that are begun
	VerifyNetwork   = Rule{"verify-network", 300, time.Hour}         // keys and codes from messages
	CodeDestination = Rule{"code-destination", 5, time.Hour}         // one-time codes to one mailbox or number that nobody used; a used one is refunded
	CodeDay         = Rule{"code-day", 20, 24 * time.Hour}           // one-time codes to one mailbox or number in all
	CodeGuess       = Rule{"code-guess", 9, 36 * time.Hour}          // wrong codes for one mailbox or number: never over 15 in 24 hours
	FactorGuess     = Rule{"factor-guess", 9, 36 * time.Hour}        // wrong codes of an administrator's second factor, from everywhere
	SMSNetwork      = Rule{"sms-network", 60, time.Hour}             // codes by SMS that one network asks for
	SMSPrefix       = Rule{"sms-prefix", 30, time.Hour}              // codes by SMS to numbers that differ in their last four digits only
	PictureUser     = Rule{"picture-user", 30, time.Hour}            // uploads by one account, each of which a worker decodes
	TrialTenant     = Rule{"trial-tenant", 30, time.Hour}            // messages for trial, which go to any address
	TrialProvider   = Rule{"trial-provider", 60, time.Hour}          // looks at providers, each of which calls addresses that a tenant names
	Invitations     = Rule{"invitations", 1000, 24 * time.Hour}      // to addresses that nobody has proven, from the tenant as a whole
	SearchNetwork   = Rule{"search-network", 1200, 15 * time.Minute} // searches for people by strangers; typing one name is several
)

// SMSTenant counts a tenant's text messages of a day, at most perDay.
func SMSTenant(perDay int) Rule { return Rule{"sms-tenant", perDay, 24 * time.Hour} }

// SignIn gives the charges of one try of a password. The first two, Failures, are to be refunded if it was right.
func SignIn(account, network string) []Charge {
	return []Charge{{LoginIdentifier, account + "\x00" + network}, {LoginAnywhere, account}, {LoginNetwork, network}, {LoginTenant, ""}}
}

// Failures are the charges of SignIn that count wrong passwords only.
func Failures(signIn []Charge) []Charge { return signIn[:2] }

// Network names the network that an address belongs to, as far as one customer of a provider usually has it: an IPv4
// address by itself, the /64 of an IPv6 address.
func Network(ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	switch {
	case ip.Is4():
		return ip.String() + "/32"
	case ip.Is6():
		return netip.PrefixFrom(ip, 64).Masked().String()
	default:
		return "unknown" // the zero Addr: all of those share one counter
	}
}
