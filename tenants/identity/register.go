package identity

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/password"
	"github.com/keyhall/keyhall/tenants/token"
)

// Registration is what somebody gives to sign up. Whether a name is needed is the contract's word.
type Registration struct {
	Username, Email, Mobile string
	Password                string // "": an account without one, for admins who invite
	FirstName, LastName     string
	Name                    string   // the whole name, where it is asked for as one
	Profile                 *Profile // what else the sign-up tells
	Type                    string   // TypeUser or TypeCoach; "" is TypeUser
	Locale                  string
	Grammar                 Grammar // what may be a name
	Proof                   Proof   // whether addresses and numbers were proven by code before
	UsernameRequired        bool
	MakeUsername            bool // make one from the e-mail address when none is given
	EmailRequired           bool
	AnyPassword             bool           // ask nothing of the password but its length, for a contract whose clients know no other rule
	Want                    Shape          // token to give when the account may act at once
	Again                   *string        // the password a second time, where the contract asks for it
	Known                   fault.Problems // complaints the contract has already, in the core's words; told with the core's own
}

// Register makes an account and, if it may act at once, signs it in. The Grant has no token when the tenant demands a
// confirmed address or an approval first, or hides which accounts exist. A mail that asks for confirmation goes out
// unless the tenant wants none. Faults: RegistrationClosed; UsersFull; per field Required, BadUsername, UsernameTaken, BadEmail,
// EmailTaken, TooLong, the password rules; without any of these PasswordsDiffer on ""; RateLimited; Busy.
func (s *Service) Register(ctx context.Context, in *tenants.Scope, r Registration, c Client) (Grant, error) {
	if !in.Settings().Registration.Open {
		return Grant{}, fault.RegistrationClosed
	}
	if err := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.SignUpNetwork, Subject: c.Network()}); err != nil {
		return Grant{}, err
	}
	// Before the names are looked at: a full tenant does not tell by another answer which are taken.
	if err := roomFor(ctx, in, in.Tenant().MaxUsers); err != nil {
		return Grant{}, err
	}
	n, err := s.checkRegistration(ctx, in, r, c)
	if err != nil {
		return s.hideTaken(ctx, in, r, c, err)
	}
	hash, err := s.Hashes.Hash(ctx, in.ID().String(), r.Password)
	if err != nil {
		return Grant{}, err
	}
	g, err := s.create(ctx, in, r, n, hash, self(0), c)
	if err != nil {
		return s.hideTaken(ctx, in, r, c, err)
	}
	return g, s.sign(ctx, in, &g)
}

// checkRegistration collects every complaint about r and gives its canonical names.
func (s *Service) checkRegistration(ctx context.Context, in *tenants.Scope, r Registration, c Client) (names, error) {
	p := slices.Clone(r.Known)
	if r.UsernameRequired && r.Username == "" && !p.Has("username") {
		p.Add("username", fault.Required)
	}
	if r.EmailRequired && r.Email == "" && !p.Has("email") {
		p.Add("email", fault.Required)
	}
	n := names{username: r.Grammar.checkUsername(&p, r.Username), email: r.Grammar.checkEmail(&p, "email", r.Email), mobile: r.Grammar.checkMobile(&p, r.Mobile)}
	if r.Username == "" && r.Email == "" && r.Mobile == "" && len(p) == 0 {
		p.Add("email", fault.Required)
	}
	checkPersonName(&p, "first_name", r.FirstName)
	checkPersonName(&p, "last_name", r.LastName)
	checkText(&p, "name", r.Name, maxFullName)
	if r.Profile != nil {
		r.Profile.check(&p)
	}
	if !slices.Contains([]string{"", TypeUser, TypeCoach}, r.Type) {
		p.Add("user_type", fault.NotChoice, "value", r.Type)
	}
	if err := complainTaken(ctx, in, &p, n, 0); err != nil {
		return names{}, err
	}
	if r.Proof != ProofIgnored {
		if err := forgiveYielding(ctx, in, &p, n.mobile, c); err != nil {
			return names{}, err
		}
	}
	if r.Proof == ProofNeeded {
		if err := complainUnproven(ctx, in, &p, n, c); err != nil {
			return names{}, err
		}
	}
	if !p.Has("password") {
		p = append(p, r.policy(in).Check("password", r.Password, about(User{
			Username: r.Username, FirstName: r.FirstName,
			LastName: r.LastName, Email: r.Email,
		})...)...)
	}
	if len(told(in, p)) == 0 && r.Again != nil && *r.Again != r.Password {
		p.Add("", fault.PasswordsDiffer)
	}
	return n, p.Err()
}

// told drops the complaints that a tenant which hides its accounts does not utter.
func told(in *tenants.Scope, p fault.Problems) fault.Problems {
	if !in.Settings().Privacy.HideAccountExistence {
		return p
	}
	return slices.DeleteFunc(slices.Clone(p), func(f fault.Field) bool { return f.Code == fault.EmailTaken })
}

func policyOf(in *tenants.Scope) password.Policy {
	p := in.Settings().Password
	return password.Policy{MinLength: p.MinLength, CheckCommon: p.CheckCommon, CheckSimilarity: p.CheckSimilarity}
}

func (r Registration) policy(in *tenants.Scope) password.Policy {
	if r.AnyPassword {
		return lengthAlone(in)
	}
	return policyOf(in)
}

// lengthAlone is the tenant's policy for contracts whose clients know no other rule.
func lengthAlone(in *tenants.Scope) password.Policy {
	return password.Policy{MinLength: in.Settings().Password.MinLength}
}

// about are the things a password must not resemble, in the order complaints are looked for.
func about(u User) []password.Attribute {
	return []password.Attribute{
		{Label: "username", Value: u.Username},
		{Label: "first name", Value: u.FirstName},
		{Label: "last name", Value: u.LastName},
		{Label: "email address", Value: u.Email},
	}
}

const (
	nextUserID = `update tenant_counters set users = users + 1 where tenant_id = $1 returning users`
	insertUser = `insert into users (tenant_id, id, username, username_key, email, email_key, mobile, mobile_key, first_name, last_name,
		first_name_key, last_name_key, password_hash, password_changed_at, user_type, group_id, approval, locale, name, created_at, updated_at)
		values ($1, $2, $3, nullif($4, ''), $5, nullif($6, ''), $7, nullif($8, ''), $9, $10, $11, $12, nullif($13, ''), $14, $15, $16, $17, $18, $19, $14, $14)`
)

// create writes the account with its names, its confirmation mail, its audit row and maybe its session.
func (s *Service) create(ctx context.Context, in *tenants.Scope, r Registration, n names, hash string, by By, c Client) (Grant, error) {
	var g Grant
	err := s.unit(ctx, in, c, func(u *unit) error {
		a, err := u.insert(ctx, r, n, hash)
		if err != nil {
			return err
		}
		if by.Kind == "user" {
			by = self(a.ID)
		}
		if err := u.note(ctx, by, "user.registered", a.ID, map[string]any{"contract": c.Contract, "user_type": a.Type}); err != nil {
			return err
		}
		if in.Settings().Email.Verification != "none" {
			if err := u.askToVerify(ctx, a); err != nil {
				return err
			}
		}
		g = Grant{User: a.User}
		if r.Want == NoToken || tokenless(a.User, in.Settings()) {
			return nil
		}
		g, err = u.open(ctx, a, r.Want)
		return err
	})
	return g, err
}

func (u *unit) insert(ctx context.Context, r Registration, n names, hash string) (account, error) {
	if r.Type == "" {
		r.Type = TypeUser
	}
	if r.MakeUsername && r.Username == "" {
		var err error
		if r.Username, err = u.freeUsername(ctx, r.Email); err != nil {
			return account{}, err
		}
		n.username = identifier.CanonicalUsername(r.Username)
	}
	proven, err := u.useProofs(ctx, r.Proof, n)
	if err != nil {
		return account{}, err
	}
	var id int64 // who waits for one counts those that were made meanwhile
	if err := u.Get(ctx, &id, nextUserID); err != nil {
		return account{}, err
	}
	if err := roomFor(ctx, u, u.Scope().Tenant().MaxUsers); err != nil {
		return account{}, err
	}
	_, err = u.Exec(ctx, insertUser, id, r.Username, n.username, r.Email, n.email, r.Mobile, n.mobile, r.FirstName, r.LastName,
		nameKey(r.FirstName), nameKey(r.LastName), hash, u.Now(), r.Type, firstGroup(r.Type), firstApproval(r.Type, u.settings()), r.Locale, r.Name)
	if err != nil {
		return account{}, err
	}
	if err := u.claim(ctx, n, id); err != nil {
		return account{}, err
	}
	for _, d := range proven {
		if _, err := u.proven(ctx, account{User: User{ID: id}}, d); err != nil {
			return account{}, err
		}
	}
	if r.Profile != nil {
		if err := u.saveProfile(ctx, id, *r.Profile); err != nil {
			return account{}, err
		}
	}
	return accountByID(ctx, u.Tx, id)
}

// freeUsername makes a username from an address, with a number behind it when that is taken.
func (u *unit) freeUsername(ctx context.Context, email string) (string, error) {
	base := usernameFrom(email)
	for try, name := 0, base; ; try, name = try+1, base+strconv.Itoa(1000+rand.N(9000)) {
		var p fault.Problems
		err := complainTaken(ctx, u.Tx, &p, names{username: identifier.CanonicalUsername(name)}, 0)
		if err != nil || len(p) == 0 || try == 20 {
			return name, err
		}
	}
}

// usernameFrom makes a username of what stands before the @.
func usernameFrom(email string) string {
	local, _, _ := strings.Cut(email, "@")
	base := strings.Map(func(c rune) rune {
		if c < 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune(".+-_", c)) {
			return unicode.ToLower(c)
		}
		return -1
	}, local)
	if base == "" {
		return "user"
	}
	return base[:min(len(base), 100)]
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// askToVerify mails a fresh key to the account's own address.
func (u *unit) askToVerify(ctx context.Context, a account) error {
	if a.EmailKey == "" || a.EmailVerified {
		return nil
	}
	key := token.NewMailKey()
	expires, err := u.giveProof(ctx, a, proofVerify, key, a.EmailKey, seconds(u.settings().Lifetimes.EmailKey))
	if err != nil {
		return err
	}
	return u.send(ctx, letter{message: "verify_email", to: a, secret: map[string]any{"key": key}, expires: expires})
}

// hideTaken turns "this e-mail is taken" into a success without a token in tenants that hide which accounts exist; the
// owner of the address is told by mail instead, a few times an hour at most. Every other complaint passes, alone.
func (s *Service) hideTaken(ctx context.Context, in *tenants.Scope, r Registration, c Client, err error) (Grant, error) {
	var all fault.Problems
	all.AddErr(err)
	switch rest := told(in, all); {
	case len(rest) == len(all):
		return Grant{}, err
	case len(rest) > 0:
		return Grant{}, rest.Err()
	}
	if _, err := s.Hashes.Hash(ctx, in.ID().String(), r.Password); err != nil { // the same work as for a new account
		return Grant{}, err
	}
	var p fault.Problems
	key := r.Grammar.checkEmail(&p, "email", r.Email)
	enough := s.Limiter.Take(ctx, in.ID().String(), limit.Charge{Rule: limit.NoticeMailbox, Subject: key}) != nil
	err = s.unit(ctx, in, c, func(u *unit) error {
		owner, err := accountBy(ctx, u.Tx, `u.email_key = $2`, key)
		if errors.Is(err, fault.PathUnknown) {
			return nil
		}
		if err != nil || enough {
			return err
		}
		return u.send(ctx, letter{message: "sign_up_attempt", to: owner})
	})
	return Grant{User: User{Username: r.Username, Email: r.Email, FirstName: r.FirstName, LastName: r.LastName, Type: r.Type, Active: true}}, err
}
