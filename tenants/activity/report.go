package activity

import (
	"cmp"
	"slices"
	"time"
)

// Report is what happened in an interval.
type Report struct {
	Interval
	AsOf      time.Time // what happened later is not in it
	Days      []Day     // each day of the interval
	Methods   []Series  // sign-ins by method, most first
	Contracts []Series  // sign-ins by contract, most first
	Total     Day
	Before    Day   // in as many days before the interval
	Seen      *Seen // nil: nobody has counted yet
}

// Day is what happened in a day, or in several. Its Day is not set for several.
type Day struct {
	Day                                time.Time
	SignUps, SignIns, DeliveriesFailed int64
}

// Series is one kind of sign-ins, day by day.
type Series struct {
	Name  string // "": not known
	Count int64
	Days  []int64
}

// Seen is how many users there are, and how many were here lately.
type Seen struct {
	Users, Pending   int64
	Day, Week, Month int64 // had a session in use within a day, 7 days, 30 days
	At               time.Time
}

// row is a number of the tables.
type row struct {
	Day      time.Time `db:"day"`
	Event    string    `db:"event"`
	Method   string    `db:"method"`
	Contract string    `db:"contract"`
	Count    int64     `db:"count"`
}

const (
	signUp         = "sign_up"
	signIn         = "sign_in"
	deliveryFailed = "delivery_failed"
)

func (d *Day) add(r row) {
	switch r.Event {
	case signUp:
		d.SignUps += r.Count
	case signIn:
		d.SignIns += r.Count
	case deliveryFailed:
		d.DeliveriesFailed += r.Count
	}
}

// report puts rows of the interval and of the one before it in order.
func report(i Interval, rows []row, asOf time.Time) Report {
	out := Report{Interval: i, AsOf: asOf.UTC(), Days: make([]Day, i.days())}
	for n := range out.Days {
		out.Days[n].Day = i.From.AddDate(0, 0, n)
	}
	methods, contracts := shelf{days: i.days()}, shelf{days: i.days()}
	for _, r := range rows {
		n := i.place(r.Day)
		if n < 0 {
			out.Before.add(r)
			continue
		}
		out.Total.add(r)
		out.Days[n].add(r)
		if r.Event == signIn {
			methods.add(r.Method, n, r.Count)
			contracts.add(r.Contract, n, r.Count)
		}
	}
	out.Methods, out.Contracts = methods.sorted(), contracts.sorted()
	return out
}

// shelf collects series by name.
type shelf struct {
	days int
	all  []Series
}

func (s *shelf) add(name string, day int, count int64) {
	at := slices.IndexFunc(s.all, func(one Series) bool { return one.Name == name })
	if at < 0 {
		at = len(s.all)
		s.all = append(s.all, Series{Name: name, Days: make([]int64, s.days)})
	}
	s.all[at].Count += count
	s.all[at].Days[day] += count
}

func (s *shelf) sorted() []Series {
	slices.SortFunc(s.all, func(a, b Series) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return s.all
}
