package identity

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// surroundings are what is in the database of that which a batch mentions.
type surroundings struct {
	counter    int64 // the last id given to an account
	byID       map[int64]names
	byExternal map[string]int64
	owned      map[string]bool // canonical names that are somebody's
}

const (
	// Kept plans, those of foreign keys among them, were made for tables that were nearly empty when an import into a new
	// database began: they read each table from end to end for each row.
	planAnew = `select set_config('plan_cache_mode', 'force_custom_plan', true) where $1::uuid is not null`
	// Who makes accounts waits here, so that nobody takes an id between the look and the insert.
	lockCounter = `select users from tenant_counters where tenant_id = $1 for update`
	// Two selects, for with an or between them no index would do.
	selectByOldID = `select ` + oldIDColumns + ` from users where tenant_id = $1 and id = any($2)
		union select ` + oldIDColumns + ` from users where tenant_id = $1 and external_id = any($3)`
	oldIDColumns = `id, coalesce(external_id, '') as external_id, coalesce(username_key, '') as username_key, coalesce(email_key, '') as email_key,
		coalesce(mobile_key, '') as mobile_key`
	selectOwned = `select value from identifiers where tenant_id = $1 and value = any($2)`
)

type oldIDRow struct {
	ID          int64  `db:"id"`
	ExternalID  string `db:"external_id"`
	UsernameKey string `db:"username_key"`
	EmailKey    string `db:"email_key"`
	MobileKey   string `db:"mobile_key"`
}

func (u *unit) lookAround(ctx context.Context, batch []candidate, lock bool) (surroundings, error) {
	here := surroundings{byID: map[int64]names{}, byExternal: map[string]int64{}, owned: map[string]bool{}}
	if _, err := u.Exec(ctx, planAnew); err != nil {
		return here, err
	}
	if lock {
		if err := u.Get(ctx, &here.counter, lockCounter); err != nil {
			return here, err
		}
	}
	var ids []int64
	var externals, values []string
	for _, c := range batch {
		ids, externals = append(ids, c.id), append(externals, c.external)
		for _, v := range c.names.given() {
			values = append(values, v.value)
		}
	}
	var rows []oldIDRow
	if err := u.Select(ctx, &rows, selectByOldID, pq.Array(ids), pq.Array(externals)); err != nil {
		return here, err
	}
	for _, r := range rows {
		here.byID[r.ID] = names{r.UsernameKey, r.EmailKey, r.MobileKey}
		if r.ExternalID != "" {
			here.byExternal[r.ExternalID] = r.ID
		}
	}
	var owned []string
	err := u.Select(ctx, &owned, selectOwned, pq.Array(values))
	for _, value := range owned {
		here.owned[value] = true
	}
	return here, err
}

// Whole batches travel as one JSON text each: one trip, whatever their size.
const (
	moveCounter   = `update tenant_counters set users = $2 where tenant_id = $1`
	insertBrought = `insert into users (tenant_id, id, external_id, username, username_key, email, email_key, email_verified_at, mobile, mobile_key,
		mobile_verified_at, first_name, last_name, first_name_key, last_name_key, name, password_hash, password_changed_at, user_type, group_id,
		approval, active, locale, created_at, last_login_at, updated_at)
		select $1::uuid, id, external_id, username, username_key, email, email_key, email_verified_at, mobile, mobile_key,
		mobile_verified_at, first_name, last_name, first_name_key, last_name_key, name, password_hash, $3, user_type, group_id,
		approval, active, locale, created_at, last_login_at, $3
		from jsonb_to_recordset($2::jsonb) as r(id bigint, external_id text, username text, username_key text, email text, email_key text,
		email_verified_at timestamptz, mobile text, mobile_key text, mobile_verified_at timestamptz, first_name text, last_name text,
		first_name_key text, last_name_key text, name text, password_hash text, user_type text, group_id bigint, approval text, active boolean,
		locale text, created_at timestamptz, last_login_at timestamptz)`
	insertBroughtNames = `insert into identifiers (tenant_id, value, user_id) select $1::uuid, value, user_id
		from jsonb_to_recordset($2::jsonb) as r(value text, user_id bigint) order by value collate "C"`
	insertBroughtProfiles = `insert into profiles (tenant_id, user_id, bio, location, timezone, birth_date, fav_sport_1, fav_sport_2, fav_sport_3, private)
		select $1::uuid, user_id, bio, location, timezone, birth_date, fav_sport_1, fav_sport_2, fav_sport_3, private
		from jsonb_to_recordset($2::jsonb) as r(user_id bigint, bio text, location text, timezone text, birth_date date,
		fav_sport_1 text, fav_sport_2 text, fav_sport_3 text, private boolean)`
	insertBroughtNotes = `insert into audit (tenant_id, id, at, actor_kind, actor_id, action, user_id, ip, request_id)
		select $1::uuid, id, $3, $4, $5, 'user.imported', user_id, $6, $7 from jsonb_to_recordset($2::jsonb) as r(id uuid, user_id bigint)`
)

// broughtUser is a row of users. What is left out becomes null.
type broughtUser struct {
	ID               int64      `json:"id"`
	ExternalID       string     `json:"external_id,omitempty"`
	Username         string     `json:"username"`
	UsernameKey      string     `json:"username_key,omitempty"`
	Email            string     `json:"email"`
	EmailKey         string     `json:"email_key,omitempty"`
	EmailVerifiedAt  *time.Time `json:"email_verified_at"`
	Mobile           string     `json:"mobile"`
	MobileKey        string     `json:"mobile_key,omitempty"`
	MobileVerifiedAt *time.Time `json:"mobile_verified_at"`
	FirstName        string     `json:"first_name"`
	LastName         string     `json:"last_name"`
	FirstNameKey     string     `json:"first_name_key"`
	LastNameKey      string     `json:"last_name_key"`
	Name             string     `json:"name"`
	PasswordHash     string     `json:"password_hash,omitempty"`
	Type             string     `json:"user_type"`
	GroupID          int64      `json:"group_id"`
	Approval         string     `json:"approval"`
	Active           bool       `json:"active"`
	Locale           string     `json:"locale"`
	CreatedAt        time.Time  `json:"created_at"`
	LastLoginAt      *time.Time `json:"last_login_at"`
}

type broughtName struct {
	Value  string `json:"value"`
	UserID int64  `json:"user_id"`
}

type broughtProfile struct {
	UserID    int64   `json:"user_id"`
	Bio       *string `json:"bio"`
	Location  *string `json:"location"`
	Timezone  *string `json:"timezone"`
	BirthDate *string `json:"birth_date"`
	FavSport1 string  `json:"fav_sport_1"`
	FavSport2 string  `json:"fav_sport_2"`
	FavSport3 string  `json:"fav_sport_3"`
	Private   bool    `json:"private"`
}

type broughtNote struct {
	ID     uuid.UUID `json:"id"`
	UserID int64     `json:"user_id"`
}

// row is the candidate as a row of users.
func (c *candidate) row(now time.Time) broughtUser {
	r := broughtUser{
		ID: c.id, ExternalID: c.external, Username: c.Username, UsernameKey: c.names.username, Email: c.Email, EmailKey: c.names.email,
		Mobile: c.Mobile, MobileKey: c.names.mobile, FirstName: c.FirstName, LastName: c.LastName, FirstNameKey: nameKey(c.FirstName),
		LastNameKey: nameKey(c.LastName), Name: c.Name, PasswordHash: c.PasswordHash, Type: c.Type, GroupID: c.group, Approval: c.Approval,
		Active: c.Active == nil || *c.Active, Locale: c.Locale, CreatedAt: now, LastLoginAt: c.LastLoginAt,
	}
	if c.EmailVerified && c.Email != "" {
		r.EmailVerifiedAt = &now
	}
	if c.MobileVerified && c.Mobile != "" {
		r.MobileVerifiedAt = &now
	}
	if c.CreatedAt != nil {
		r.CreatedAt = *c.CreatedAt
	}
	return r
}

func (c *candidate) profileRow() broughtProfile {
	p := c.Profile
	return broughtProfile{c.id, p.Bio, p.Location, p.Timezone, p.BirthDate, p.FavSport1, p.FavSport2, p.FavSport3, p.Private}
}

// create writes new accounts, their names, profiles and audit entries. counter is the last id given so far; every
// candidate has an id afterwards.
func (m *importer) create(ctx context.Context, u *unit, fresh []*candidate, counter int64) error {
	if len(fresh) == 0 {
		return nil
	}
	last := number(fresh, counter)
	if _, err := u.Exec(ctx, moveCounter, last); err != nil {
		return err
	}
	var users []broughtUser
	var claims []broughtName
	var profiles []broughtProfile
	var notes []broughtNote
	for _, c := range fresh {
		users = append(users, c.row(u.Now()))
		claims = append(claims, c.claims()...)
		notes = append(notes, broughtNote{uuid.Must(uuid.NewV7()), c.id})
		if c.Profile != (Profile{}) {
			profiles = append(profiles, c.profileRow())
		}
	}
	if err := u.insertAll(ctx, insertBrought, users, u.Now()); err != nil {
		return err
	}
	if err := u.insertAll(ctx, insertBroughtNames, claims); err != nil {
		return err
	}
	if err := u.insertAll(ctx, insertBroughtProfiles, profiles); err != nil {
		return err
	}
	if err := u.insertAll(ctx, insertBroughtNotes, notes, u.Now(), m.by.Kind, m.by.ID, m.client.IP, m.client.RequestID); err != nil {
		return err
	}
	ids := make([]int64, 0, len(fresh))
	for _, c := range fresh {
		ids = append(ids, c.id)
	}
	if err := u.tellOfImported(ctx, m.by, ids); err != nil {
		return err
	}
	return m.invite(ctx, u, fresh)
}

// number gives ids to those who brought none, behind all others, and tells the last one.
func number(fresh []*candidate, counter int64) int64 {
	for _, c := range fresh {
		counter = max(counter, c.id)
	}
	for _, c := range fresh {
		if c.id == 0 {
			counter++
			c.id = counter
		}
	}
	return counter
}

// claims are the account's names, each once: a username may be the account's own address.
func (c *candidate) claims() []broughtName {
	var all []broughtName
	for i, v := range c.names.given() { // sorted by value
		if i == 0 || all[len(all)-1].Value != v.value {
			all = append(all, broughtName{v.value, c.id})
		}
	}
	return all
}

func (u *unit) insertAll(ctx context.Context, insert string, rows any, args ...any) error {
	raw, err := json.Marshal(rows)
	if err != nil || string(raw) == "null" {
		return err
	}
	_, err = u.Exec(ctx, insert, append([]any{string(raw)}, args...)...)
	return err
}

// invite mails an invitation to those who can use it, if that is wanted.
func (m *importer) invite(ctx context.Context, u *unit, fresh []*candidate) error {
	for _, c := range fresh {
		closed := c.Active != nil && !*c.Active || c.Approval == ApprovalRejected
		if !m.options.Invite || c.PasswordHash != "" || c.Email == "" || closed {
			continue
		}
		a := account{User: User{ID: c.id, Username: c.Username, Email: c.Email, FirstName: c.FirstName, Locale: c.Locale}, EmailKey: c.names.email}
		if _, err := u.invite(ctx, m.by, a, Invitation{}); err != nil {
			return err
		}
	}
	return nil
}
