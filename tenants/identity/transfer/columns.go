package transfer

import (
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
)

// column is one value of a record.
type column struct {
	name string
	set  func(r *identity.Record, text string) *fault.Code // text is not empty; nil: fine
	get  func(r *identity.Record) any                      // string, bool or nil
}

// columns are what files have, in the order in which they are written.
var columns = []column{
	text("id", func(r *identity.Record) *string { return &r.ID }),
	text("external_id", func(r *identity.Record) *string { return &r.ExternalID }),
	text("username", func(r *identity.Record) *string { return &r.Username }),
	text("email", func(r *identity.Record) *string { return &r.Email }),
	flag("email_verified", func(r *identity.Record) *bool { return &r.EmailVerified }),
	text("mobile", func(r *identity.Record) *string { return &r.Mobile }),
	flag("mobile_verified", func(r *identity.Record) *bool { return &r.MobileVerified }),
	text("first_name", func(r *identity.Record) *string { return &r.FirstName }),
	text("last_name", func(r *identity.Record) *string { return &r.LastName }),
	text("name", func(r *identity.Record) *string { return &r.Name }),
	text("user_type", func(r *identity.Record) *string { return &r.Type }),
	text("group", func(r *identity.Record) *string { return &r.Group }),
	text("approval", func(r *identity.Record) *string { return &r.Approval }),
	active,
	text("locale", func(r *identity.Record) *string { return &r.Locale }),
	moment("created_at", func(r *identity.Record) **time.Time { return &r.CreatedAt }),
	moment("last_login_at", func(r *identity.Record) **time.Time { return &r.LastLoginAt }),
	told("bio", func(r *identity.Record) **string { return &r.Profile.Bio }),
	told("location", func(r *identity.Record) **string { return &r.Profile.Location }),
	told("timezone", func(r *identity.Record) **string { return &r.Profile.Timezone }),
	told("birth_date", func(r *identity.Record) **string { return &r.Profile.BirthDate }),
	text("fav_sport_1", func(r *identity.Record) *string { return &r.Profile.FavSport1 }),
	text("fav_sport_2", func(r *identity.Record) *string { return &r.Profile.FavSport2 }),
	text("fav_sport_3", func(r *identity.Record) *string { return &r.Profile.FavSport3 }),
	flag("private", func(r *identity.Record) *bool { return &r.Profile.Private }),
	text(passwordColumn, func(r *identity.Record) *string { return &r.PasswordHash }),
}

const passwordColumn = "password_hash"

var byName = func() map[string]*column {
	all := map[string]*column{}
	for i := range columns {
		all[columns[i].name] = &columns[i]
	}
	return all
}()

// Columns are the names that files may have.
func Columns() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

func text(name string, at func(*identity.Record) *string) column {
	return column{
		name,
		func(r *identity.Record, text string) *fault.Code { *at(r) = text; return nil },
		func(r *identity.Record) any { return orNothing(*at(r)) },
	}
}

func orNothing(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// told is a text that may be missing, which is not the same as empty; a file cannot tell the two apart.
func told(name string, at func(*identity.Record) **string) column {
	return column{
		name,
		func(r *identity.Record, text string) *fault.Code { *at(r) = &text; return nil },
		func(r *identity.Record) any {
			if *at(r) == nil {
				return nil
			}
			return orNothing(**at(r))
		},
	}
}

func flag(name string, at func(*identity.Record) *bool) column {
	return column{
		name,
		func(r *identity.Record, text string) *fault.Code {
			yes, ok := truth(text)
			if *at(r) = yes; !ok {
				return fault.NotBoolean
			}
			return nil
		},
		func(r *identity.Record) any { return *at(r) },
	}
}

var active = column{
	"active",
	func(r *identity.Record, text string) *fault.Code {
		yes, ok := truth(text)
		if r.Active = &yes; !ok {
			return fault.NotBoolean
		}
		return nil
	},
	func(r *identity.Record) any { return r.Active == nil || *r.Active },
}

// truth reads what databases write for true and false.
func truth(text string) (yes, ok bool) {
	switch strings.ToLower(text) {
	case "true", "t", "1", "yes", "y":
		return true, true
	case "false", "f", "0", "no", "n":
		return false, true
	}
	return false, false
}

func moment(name string, at func(*identity.Record) **time.Time) column {
	return column{
		name,
		func(r *identity.Record, text string) *fault.Code {
			t, ok := parseTime(text)
			if !ok {
				return fault.BadTime
			}
			*at(r) = &t
			return nil
		},
		func(r *identity.Record) any {
			if *at(r) == nil {
				return nil
			}
			return (*at(r)).UTC().Format(time.RFC3339Nano)
		},
	}
}

// layouts are what databases write; a fraction of a second may follow in each. Without a zone it is UTC.
var layouts = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly}

// parseTime takes also the milliseconds since 1970 that Firebase writes.
func parseTime(text string) (time.Time, bool) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil && len(text) == 13 {
		return time.UnixMilli(ms).UTC(), true
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			t = t.UTC()
			return t, 1 <= t.Year() && t.Year() <= 9999
		}
	}
	return time.Time{}, false
}
