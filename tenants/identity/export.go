package identity

import (
	"context"
	"strconv"

	"github.com/keyhall/keyhall/tenants"
)

// Whoever told nothing has no profile.
const selectRecords = `select ` + userColumns + `, p.bio, p.location, p.timezone,
	to_char(p.birth_date, 'YYYY-MM-DD') as birth_date, coalesce(p.fav_sport_1, '') as fav_sport_1, coalesce(p.fav_sport_2, '') as fav_sport_2,
	coalesce(p.fav_sport_3, '') as fav_sport_3, coalesce(p.private, false) as private from `

const withProfile = ` left join profiles p on p.tenant_id = u.tenant_id and p.user_id = u.id`

type recordRow struct {
	userRow
	Bio       *string `db:"bio"`
	Location  *string `db:"location"`
	Timezone  *string `db:"timezone"`
	BirthDate *string `db:"birth_date"`
	FavSport1 string  `db:"fav_sport_1"`
	FavSport2 string  `db:"fav_sport_2"`
	FavSport3 string  `db:"fav_sport_3"`
	Private   bool    `db:"private"`
}

// record leaves the password out unless it is asked for.
func (r recordRow) record(passwords bool) Record {
	created := r.CreatedAt.UTC()
	rec := Record{
		ID: strconv.FormatInt(r.ID, 10), ExternalID: r.ExternalID, Username: r.Username, Email: r.Email, EmailVerified: r.EmailVerified,
		Mobile: r.Mobile, MobileVerified: r.MobileVerified, FirstName: r.FirstName, LastName: r.LastName, Name: r.Name,
		Type: r.Type, Group: r.GroupName, Approval: r.Approval, Active: &r.Active, Locale: r.Locale, CreatedAt: &created, LastLoginAt: r.LastLoginAt,
		Profile: Profile{
			Bio: r.Bio, Location: r.Location, Timezone: r.Timezone, BirthDate: r.BirthDate,
			FavSport1: r.FavSport1, FavSport2: r.FavSport2, FavSport3: r.FavSport3, Private: r.Private,
		},
	}
	if passwords {
		rec.PasswordHash = r.PasswordHash
	}
	return rec
}

// exportPage is how many accounts are read at a time.
const exportPage = 500

// ExportUsers hands the accounts that f names to each, from the lowest id up, as records that Import reads. That it
// happened, and whether password hashes were among it, is noted in the trail first. f's cursor and limit do not count.
// Faults: NotChoice on "status", and whatever each returns.
func (s *Service) ExportUsers(ctx context.Context, in *tenants.Scope, by By, f UserFilter, passwords bool, each func(Record) error, c Client) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := f.weigh(ctx, in); err != nil {
		return err
	}
	err := s.unit(ctx, in, c, func(u *unit) error {
		return u.note(ctx, by, "users.exported", 0, map[string]any{"passwords": passwords})
	})
	for last := int64(0); err == nil; {
		var rows []recordRow
		query, args := f.oldest(last, exportPage)
		if err := in.List(ctx, &rows, query, args...); err != nil {
			return err
		}
		for _, row := range rows {
			if err := each(row.record(passwords)); err != nil {
				return err
			}
			last = row.ID
		}
		if len(rows) < exportPage {
			return nil
		}
	}
	return err
}
