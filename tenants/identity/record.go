package identity

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/password"
)

// Record is an account as it travels between systems: Import takes records, ExportUsers gives them. Empty values say
// nothing.
type Record struct {
	Line int // where it stands in its file, from 1

	// ID is the account's id in the system it comes from. A whole number from 1 to MaxImportedID stays the account's id;
	// any other text is kept as its external id.
	ID         string
	ExternalID string // where it is not the same as ID

	Username, Email, Mobile       string
	EmailVerified, MobileVerified bool
	FirstName, LastName, Name     string
	Type                          string // TypeUser or TypeCoach; "": TypeUser
	Group                         string // name or id; "": that of the type
	Approval                      string // "": whatever lets the account in
	Active                        *bool  // nil: true
	Locale                        string // BCP 47
	CreatedAt, LastLoginAt        *time.Time
	PasswordHash                  string // ours or another system's, see password.CheckStored; "" or "!...": none
	Profile                       Profile

	Known fault.Problems // what was wrong with its texts before they became a Record
}

// MaxImportedID is the largest number that stays an id. New accounts are counted on from the largest id there is, and
// JSON has whole numbers up to 2^53 only.
const MaxImportedID = 1<<52 - 1

const (
	maxExternalID = 255
	maxLocale     = 35
)

// candidate is a Record whose own rules were checked.
type candidate struct {
	Record
	names    names
	id       int64  // to be kept; 0: any
	external string // "": none
	group    int64
	makeName bool // has no username, and gets one made of its address
	problems fault.Problems
}

// rules are what a tenant wants of records.
type rules struct {
	grammar  Grammar
	settings *tenants.Settings
	groups   map[string]int64 // by name_key and by id
}

// grammarOf is the widest of the contracts' that the tenant speaks.
func grammarOf(s *tenants.Settings) Grammar {
	if s.Contracts.FitTrackee.Enabled || s.Contracts.SimpleJWT.Enabled {
		return Loose
	}
	return Django
}

// check collects every complaint about a record that does not depend on other accounts.
func (r rules) check(rec Record) candidate {
	c := candidate{Record: rec, problems: slices.Clone(rec.Known)}
	p := &c.problems
	c.id, c.external = rec.oldID(p)
	c.checkNames(r.grammar, p)
	if !slices.Contains([]string{"", TypeUser, TypeCoach}, c.Type) {
		p.Add("user_type", fault.NotChoice, "value", c.Type)
	}
	if c.Type == "" {
		c.Type = TypeUser
	}
	c.group = r.groupOf(c.Record, p)
	c.Approval = r.approvalOf(c.Record, p)
	checkLocale(p, c.Locale)
	if strings.HasPrefix(c.PasswordHash, "!") { // Django's way to say that there is none
		c.PasswordHash = ""
	}
	if c.PasswordHash != "" {
		if err := password.CheckStored(c.PasswordHash); err != nil {
			p.Add("password_hash", fault.From(err).Code)
		}
	}
	c.Profile.check(p)
	return c
}

func (r Record) oldID(p *fault.Problems) (id int64, external string) {
	id, err := strconv.ParseInt(r.ID, 10, 64)
	if err != nil || id < 1 || id > MaxImportedID || strconv.FormatInt(id, 10) != r.ID {
		id = 0
	}
	checkText(p, "id", r.ID, maxExternalID)
	checkText(p, "external_id", r.ExternalID, maxExternalID)
	if r.ExternalID != "" {
		return id, r.ExternalID
	}
	return id, r.ID
}

func (c *candidate) checkNames(g Grammar, p *fault.Problems) {
	c.names = names{username: g.checkUsername(p, c.Username), email: g.checkEmail(p, "email", c.Email), mobile: g.checkMobile(p, c.Mobile)}
	if c.Username == "" && c.Email == "" && c.Mobile == "" && len(*p) == 0 {
		p.Add("email", fault.Required)
	}
	if c.makeName = c.Username == "" && c.Email != ""; c.makeName {
		c.Username = usernameFrom(c.Email)
		c.names.username = identifier.CanonicalUsername(c.Username)
	}
	checkPersonName(p, "first_name", c.FirstName)
	checkPersonName(p, "last_name", c.LastName)
	checkText(p, "name", c.Name, maxFullName)
}

func (r rules) groupOf(rec Record, p *fault.Problems) int64 {
	if rec.Group == "" {
		return firstGroup(rec.Type)
	}
	id, known := r.groups[nameKey(strings.TrimSpace(rec.Group))]
	if !known {
		p.Add("group", fault.GroupUnknown)
	}
	return id
}

// approvalOf lets in whoever has no word about it: an import is an admin's word.
func (r rules) approvalOf(rec Record, p *fault.Problems) string {
	switch rec.Approval {
	case ApprovalNotRequired, ApprovalPending, ApprovalApproved, ApprovalRejected:
		return rec.Approval
	case "":
	default:
		p.Add("approval", fault.NotChoice, "value", rec.Approval)
	}
	if firstApproval(rec.Type, r.settings) == ApprovalPending {
		return ApprovalApproved
	}
	return ApprovalNotRequired
}

func checkLocale(p *fault.Problems, locale string) {
	if locale == "" {
		return
	}
	if _, err := language.Parse(locale); err != nil || len(locale) > maxLocale {
		p.Add("locale", fault.BadFormat)
	}
}
