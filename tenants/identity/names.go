package identity

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// names are what an account can be found by, in canonical form; "" where it has none.
type names struct{ username, email, mobile string }

const (
	maxUsername = identifier.LongestUsername
	maxEmail    = 254
	maxName     = 150
	maxFullName = 500
)

// Grammar is which names and addresses a contract takes.
type Grammar uint8

// The grammars.
const (
	Django Grammar = iota // identifier.Username, Email and Mobile
	Loose                 // identifier.LooseUsername, LooseEmail and LooseMobile
)

func (g Grammar) username(name string) (ok bool, limit int) {
	if g == Loose {
		return identifier.LooseUsername(name), identifier.LongestLooseUsername
	}
	return identifier.Username(name), maxUsername
}

func (g Grammar) email(address string) (string, bool) {
	if g == Loose {
		return identifier.LooseEmail(address)
	}
	return identifier.Email(address)
}

// checkUsername gives the canonical form, or "" for what can be nobody's name and is not to be looked for.
func (g Grammar) checkUsername(p *fault.Problems, username string) string {
	ok, limit := g.username(username)
	switch {
	case username == "":
		return ""
	case len([]rune(username)) > limit:
		p.Add("username", fault.TooLong, "limit", limit)
		return ""
	case !ok:
		p.Add("username", fault.BadUsername)
		return ""
	}
	return identifier.CanonicalUsername(username)
}

func (g Grammar) checkEmail(p *fault.Problems, field, email string) string {
	if email == "" {
		return ""
	}
	key, ok := g.email(email)
	switch {
	case !ok:
		p.Add(field, fault.BadEmail)
	case len([]rune(email)) > maxEmail:
		p.Add(field, fault.TooLong, "limit", maxEmail)
	}
	return key
}

func (g Grammar) mobile(number string) (string, bool) {
	if g == Loose {
		return identifier.LooseMobile(number)
	}
	return identifier.Mobile(number, "")
}

func (g Grammar) checkMobile(p *fault.Problems, mobile string) string {
	if mobile == "" {
		return ""
	}
	key, ok := g.mobile(mobile)
	if !ok {
		p.Add("mobile", fault.BadMobile)
	}
	return key
}

func checkPersonName(p *fault.Problems, field, name string) { checkText(p, field, name, maxName) }

// checkText is for texts of one line, limit in code points.
func checkText(p *fault.Problems, field, text string, limit int) {
	if len([]rune(text)) > limit {
		p.Add(field, fault.TooLong, "limit", limit)
	}
	if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		p.Add(field, fault.BadCharacters)
	}
}

// nameKey is how a person's name is searched: NFKC, lower-case.
func nameKey(name string) string { return strings.ToLower(norm.NFKC.String(name)) }

// taken are the faults for a name that another account goes by, in whichever role.
var taken = map[string]*fault.Code{"username": fault.UsernameTaken, "email": fault.EmailTaken, "mobile": fault.MobileTaken}

type namedValue struct{ field, value string }

// given lists the names an account has, sorted by value: rows are always locked in that order, so that two sign-ups
// cannot wait for each other.
func (n names) given() []namedValue {
	var all []namedValue
	for _, v := range []namedValue{{"username", n.username}, {"email", n.email}, {"mobile", n.mobile}} {
		if v.value != "" {
			all = append(all, v)
		}
	}
	slices.SortStableFunc(all, func(a, b namedValue) int { return strings.Compare(a.value, b.value) })
	return all
}

// complainTaken complains about each name that belongs to somebody other than userID (0: to anybody). It is a courtesy,
// so that all complaints come together; claim decides.
func complainTaken(ctx context.Context, r reader, p *fault.Problems, n names, userID int64) error {
	for _, v := range n.given() {
		var owner []int64
		if err := r.Select(ctx, &owner, `select user_id from identifiers where tenant_id = $1 and value = $2`, v.value); err != nil {
			return err
		}
		if len(owner) == 1 && owner[0] != userID && !p.Has(v.field) {
			p.Add(v.field, taken[v.field])
		}
	}
	return nil
}

const (
	claimName = `insert into identifiers (tenant_id, value, user_id) values ($1, $2, $3) on conflict (tenant_id, value) do nothing`
	ownerOf   = `select user_id from identifiers where tenant_id = $1 and value = $2`
)

// claim makes every name the account's, or returns the complaints about those that are another's. The primary key of
// identifiers decides, also between parallel sign-ups.
func (u *unit) claim(ctx context.Context, n names, userID int64) error {
	var p fault.Problems
	for _, v := range n.given() {
		added, err := u.Exec(ctx, claimName, v.value, userID)
		if err != nil {
			return err
		}
		if added == 1 {
			continue
		}
		var owner int64
		if err := u.Get(ctx, &owner, ownerOf, v.value); err != nil {
			return err
		}
		if owner != userID {
			p.Add(v.field, taken[v.field])
		}
	}
	return p.Err()
}

const releaseNames = `delete from identifiers where tenant_id = $1 and user_id = $2 and not value in ($3, $4, $5)`

// release gives up the names that the account does not go by any more.
func (u *unit) release(ctx context.Context, keep names, userID int64) error {
	_, err := u.Exec(ctx, releaseNames, userID, keep.username, keep.email, keep.mobile)
	return err
}
