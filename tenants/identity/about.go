package identity

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identifier"
)

// Profile is what a user tells about himself beyond his names, and what the tenant counts for him.
type Profile struct {
	Bio            *string `db:"bio"` // nil: never told, which is not the same as empty
	Location       *string `db:"location"`
	Timezone       *string `db:"timezone"`   // IANA name
	BirthDate      *string `db:"birth_date"` // YYYY-MM-DD
	FavSport1      string  `db:"fav_sport_1"`
	FavSport2      string  `db:"fav_sport_2"`
	FavSport3      string  `db:"fav_sport_3"`
	Private        bool    `db:"private"`
	BlankFirstName bool    `db:"blank_first_name"` // the first name is empty because the user said so
	BlankLastName  bool    `db:"blank_last_name"`
	Counters               // set by the tenant alone
}

// Counters are what a tenant's own back end counts for a user. Users read them and cannot set them.
type Counters struct {
	Activities int64   `db:"activities"`
	Sports     int64   `db:"sports"`
	DistanceKm float64 `db:"distance_km"`
	Seconds    int64   `db:"duration_seconds"`
}

const (
	selectProfile = `select bio, location, timezone, to_char(birth_date, 'YYYY-MM-DD') as birth_date, fav_sport_1, fav_sport_2, fav_sport_3, private,
		blank_first_name, blank_last_name, activities, sports, distance_km, duration_seconds from profiles where tenant_id = $1 and user_id = $2`
	upsertProfile = `insert into profiles (tenant_id, user_id, bio, location, timezone, birth_date, fav_sport_1, fav_sport_2, fav_sport_3, private,
		blank_first_name, blank_last_name, activities, sports, distance_km, duration_seconds) values ($1, $2, $3, $4, $5, $6::date, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		on conflict (tenant_id, user_id) do update set bio = excluded.bio, location = excluded.location, timezone = excluded.timezone, birth_date = excluded.birth_date,
		fav_sport_1 = excluded.fav_sport_1, fav_sport_2 = excluded.fav_sport_2, fav_sport_3 = excluded.fav_sport_3, private = excluded.private,
		blank_first_name = excluded.blank_first_name, blank_last_name = excluded.blank_last_name, activities = excluded.activities,
		sports = excluded.sports, distance_km = excluded.distance_km, duration_seconds = excluded.duration_seconds`
)

// Profile gives what is known about a user beyond his names. Who told nothing has an empty one.
func (s *Service) Profile(ctx context.Context, in *tenants.Scope, userID int64) (Profile, error) {
	return profileOf(ctx, in, userID)
}

func profileOf(ctx context.Context, r reader, userID int64) (Profile, error) {
	var p Profile
	err := r.Get(ctx, &p, selectProfile, userID)
	if errors.Is(err, sql.ErrNoRows) {
		return Profile{}, nil
	}
	return p, err
}

// saveProfile writes the whole profile; the caller holds the lock on the user's row.
func (u *unit) saveProfile(ctx context.Context, userID int64, p Profile) error {
	_, err := u.Exec(ctx, upsertProfile, userID, p.Bio, p.Location, p.Timezone, p.BirthDate, p.FavSport1, p.FavSport2, p.FavSport3, p.Private,
		p.BlankFirstName, p.BlankLastName, p.Activities, p.Sports, p.DistanceKm, p.Seconds)
	return err
}

// SetCounters writes what a tenant's own back end has counted for a user, in place of what it counted before. Faults:
// PathUnknown; OutOfRange on the counter.
func (s *Service) SetCounters(ctx context.Context, in *tenants.Scope, by By, userID int64, counted Counters, c Client) (Counters, error) {
	if err := counted.check(); err != nil {
		return Counters{}, err
	}
	return counted, s.unit(ctx, in, c, func(u *unit) error {
		if _, err := accountForUpdate(ctx, u.Tx, userID); err != nil {
			return err
		}
		p, err := profileOf(ctx, u, userID)
		if err != nil || p.Counters == counted {
			return err
		}
		p.Counters = counted
		if err := u.saveProfile(ctx, userID, p); err != nil {
			return err
		}
		return u.note(ctx, by, "user.counters_set", userID, nil)
	})
}

// mostCounted is the largest number that a JavaScript client reads as it is.
const mostCounted = 1<<53 - 1

func (c Counters) check() error {
	var p fault.Problems
	for _, one := range []struct {
		field string
		value int64
	}{{"activities", c.Activities}, {"sports", c.Sports}, {"distance_meters", int64(c.DistanceKm * 1000)}, {"duration_seconds", c.Seconds}} {
		if one.value < 0 || one.value > mostCounted {
			p.Add(one.field, fault.OutOfRange, "min", 0, "max", int64(mostCounted))
		}
	}
	return p.Err()
}

// maxStory bounds the texts for which the old servers had no bound, in code points.
const maxStory = 10_000

func (p Profile) check(all *fault.Problems) {
	for _, text := range []struct {
		field string
		value *string
	}{{"bio", p.Bio}, {"location", p.Location}, {"fav_sport_1", &p.FavSport1}, {"fav_sport_2", &p.FavSport2}, {"fav_sport_3", &p.FavSport3}} {
		checkStory(all, text.field, text.value)
	}
	if p.Timezone != nil && !identifier.Timezone(*p.Timezone) {
		all.Add("timezone", fault.BadTimezone)
	}
	if p.BirthDate != nil {
		if day, err := time.Parse(time.DateOnly, *p.BirthDate); err != nil || day.Year() < 1 {
			all.Add("birth_date", fault.BadDate)
		}
	}
}

// checkStory is for texts that may have lines.
func checkStory(all *fault.Problems, field string, text *string) {
	if text == nil {
		return
	}
	if len([]rune(*text)) > maxStory {
		all.Add(field, fault.TooLong, "limit", maxStory)
	}
	if strings.ContainsRune(*text, 0) {
		all.Add(field, fault.NullCharacter)
	}
}
