package fittrackee

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/keyhall/keyhall/tenants/identity"
)

// The words of "status".
const (
	success  = "success"
	failure  = "error"
	fail     = "fail" // of pictures
	notFound = "not found"
)

type saidOut struct {
	Message string `json:"message"`
	Status  string `json:"status"`
}

// tokenOut has texts and nothing else: a client reads it into a table of texts. In tenants that hide accounts, and where the
// account may not act yet, there is no token.
type tokenOut struct {
	Token   string `json:"auth_token,omitempty"`
	Message string `json:"message"`
	Status  string `json:"status"`
}

type dataOut struct {
	Data    profileOut `json:"data"`
	Message string     `json:"message,omitempty"`
	Status  string     `json:"status"`
}

type profileOut struct {
	Admin         bool    `json:"admin"`
	Bio           *string `json:"bio"`
	BirthDate     *string `json:"birth_date"` // an HTTP date, at midnight
	CreatedAt     string  `json:"created_at"` // an HTTP date
	Email         string  `json:"email"`
	FirstName     *string `json:"first_name"`
	ID            int64   `json:"id"`
	LastName      *string `json:"last_name"`
	Location      *string `json:"location"`
	Activities    int64   `json:"nb_activities"`
	Sports        int64   `json:"nb_sports"`
	Picture       bool    `json:"picture"`
	Timezone      *string `json:"timezone"`
	TotalDistance float64 `json:"total_distance"` // km
	TotalDuration string  `json:"total_duration"`
	Username      string  `json:"username"`
}

func show(u identity.User, p identity.Profile) profileOut {
	return profileOut{
		Bio: p.Bio, BirthDate: httpDay(p.BirthDate), CreatedAt: u.CreatedAt.UTC().Format(http.TimeFormat), Email: u.Email,
		FirstName: told(u.FirstName, p.BlankFirstName), ID: u.ID, LastName: told(u.LastName, p.BlankLastName), Location: p.Location,
		Activities: p.Activities, Sports: p.Sports, Picture: u.HasPicture, Timezone: p.Timezone, TotalDistance: p.DistanceKm,
		TotalDuration: duration(p.Seconds), Username: u.Username,
	}
}

// told is null for a name that nobody gave, and empty for one that somebody emptied.
func told(name string, emptied bool) *string {
	if name == "" && !emptied {
		return nil
	}
	return &name
}

// httpDay writes a date as RFC 9110 5.6.7 writes times.
func httpDay(day *string) *string {
	if day == nil {
		return nil
	}
	t, err := time.Parse(time.DateOnly, *day)
	if err != nil {
		return nil // the core keeps no such date
	}
	text := t.Format(http.TimeFormat)
	return &text
}

// duration is what Python shows of one: 6:50:27, or 3 days, 1:00:00.
func duration(seconds int64) string {
	const day = 24 * 60 * 60
	days, rest := seconds/day, seconds%day
	clock := fmt.Sprintf("%d:%02d:%02d", rest/3600, rest/60%60, rest%60)
	switch days {
	case 0:
		return clock
	case 1:
		return "1 day, " + clock
	default:
		return fmt.Sprintf("%d days, %s", days, clock)
	}
}

// body is what a client sent. Its members are looked at one by one, since a member of a wrong type is no complaint of its
// own here.
type body map[string]any

// read takes an object with something in it.
func read(raw json.RawMessage) (body, bool) {
	var b body
	err := json.Unmarshal(raw, &b)
	return b, err == nil && len(b) > 0
}

// text gives a member that is a text.
func (b body) text(name string) (string, bool) {
	text, ok := b[name].(string)
	return text, ok
}
