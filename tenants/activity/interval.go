package activity

import (
	"time"

	"github.com/keyhall/keyhall/internal/fault"
)

// Interval is a number of whole days, From to To, both included.
type Interval struct{ From, To time.Time }

// dayForm is how days are written (RFC 3339, full-date).
const dayForm = time.DateOnly

const (
	usual   = 30  // days of an interval that nobody chose
	longest = 366 // days that can be asked for
)

// ParseInterval reads two days; "" means the last 30 days, or as many before the end that is given. Faults: BadFormat on
// "from" or "to"; OutOfRange on "from" for an interval of no day or of more than 366.
func ParseInterval(from, to string, now time.Time) (Interval, error) {
	var p fault.Problems
	i := Interval{To: now.UTC().Truncate(24 * time.Hour)}
	if to != "" {
		i.To = parseDay(&p, "to", to)
	}
	i.From = i.To.AddDate(0, 0, 1-usual)
	if from != "" {
		i.From = parseDay(&p, "from", from)
	}
	if len(p) == 0 && (i.From.After(i.To) || i.days() > longest) {
		p.Add("from", fault.OutOfRange, "min", i.To.AddDate(0, 0, 1-longest).Format(dayForm), "max", i.To.Format(dayForm))
	}
	return i, p.Err()
}

func parseDay(p *fault.Problems, name, text string) time.Time {
	day, err := time.Parse(dayForm, text)
	if err != nil || day.Year() < 1970 {
		p.Add(name, fault.BadFormat)
	}
	return day
}

func (i Interval) days() int { return int(i.To.Sub(i.From)/(24*time.Hour)) + 1 }

// before is the interval of the same length that ends where i begins.
func (i Interval) before() Interval {
	return Interval{i.From.AddDate(0, 0, -i.days()), i.From.AddDate(0, 0, -1)}
}

// place is the number of a day in the interval, from 0.
func (i Interval) place(day time.Time) int { return int(day.Sub(i.From) / (24 * time.Hour)) }
