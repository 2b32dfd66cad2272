package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/keyset"
	"github.com/keyhall/keyhall/tenants"
)

// Delivery is a job that sends something to a person, as admins see it: without what is sealed, and without the
// payload.
type Delivery struct {
	ID        uuid.UUID  `db:"id"`
	Channel   string     `db:"channel"` // email, sms
	Message   string     `db:"message"` // verify_email, ...
	UserID    int64      `db:"user_id"` // 0: about no account
	Recipient string     `db:"recipient"`
	State     string     `db:"state"`
	CreatedAt time.Time  `db:"created_at"`
	ExpiresAt *time.Time `db:"expires_at"`
	DoneAt    *time.Time `db:"done_at"`  // when it was sent, failed, expired or was cancelled
	NextTry   *time.Time `db:"next_try"` // only while pending
	Waits     string     `db:"waits"`    // day or month: the limit of the tenant that it waits for; "": none
	LastError string     `db:"last_error"`
	Attempts  []Attempt  // oldest first
}

// Attempt is one try of a delivery.
type Attempt struct {
	Number  int       `db:"attempt"` // from 1
	At      time.Time `db:"at"`      // when its outcome was known
	Outcome string    `db:"outcome"` // retry, sent, failed, expired
	Answer  string    `db:"answer"`  // what the other side said
	Status  *int      `db:"status"`  // of HTTP; nil: there was no such answer
}

// Filter narrows a list of deliveries; zero values do not.
type Filter struct {
	Channel string // email, sms
	State   string
	UserID  int64
	Webhook uuid.UUID // the endpoint: what it was told, instead of what went to people
	Sort    string    // created_at or -created_at; "" is the latter
	Cursor  string    // what the page before said is next
	Limit   int       // 1 to 200; 0 means 50
}

// channels are the job kinds that deliver to people, by the channel's public name.
var channels = map[string]string{"email": "mail", "sms": "sms"}

var states = []string{Pending, Sent, Failed, Expired, Cancelled}

const selectDeliveries = `select id, case kind when 'mail' then 'email' else kind end as channel, coalesce(payload ->> 'message', '') as message,
		coalesce(user_id, 0) as user_id, recipient, state, created_at, expires_at, done_at,
		last_error,
		case when state = 'pending' and held then (select full_until from message_limits m where m.tenant_id = $1 and m.kind = outbox.kind)
			when state = 'pending' then not_before end as next_try,
		case when state = 'pending' and held then (select coalesce(full_of, '') from message_limits m where m.tenant_id = $1 and m.kind = outbox.kind)
			else '' end as waits
	from outbox where tenant_id = $1 and kind = any($2::text[]) and ($3 = '' or state = $3)`

var orders = keyset.List{ID: "id", Columns: map[string]keyset.Column{"created_at": {SQL: "created_at", Time: true}}}

// Deliveries lists what was or will be sent, newest first unless f says otherwise, and the cursor of the next page, empty on
// the last. Faults: NotChoice on "channel", "state" or "sort", CursorInvalid.
func Deliveries(ctx context.Context, in *tenants.Scope, f Filter) (page []Delivery, next string, err error) {
	if err := f.check(); err != nil {
		return nil, "", err
	}
	order, err := orders.Order(cmp.Or(f.Sort, "-created_at"))
	if err != nil {
		return nil, "", err
	}
	parts, err := order.After(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	query, args := f.query(parts[0])
	page = []Delivery{}
	if err := in.Select(ctx, &page, query, args...); err != nil {
		return nil, "", err
	}
	if limit := f.limit(); len(page) > limit {
		page = page[:limit]
		last := page[limit-1]
		next = order.Cursor(last.CreatedAt, last.ID.String())
	}
	return page, next, fill(ctx, in, page)
}

// query says only what narrows, so that the planner can pick the index of what is asked for.
func (f Filter) query(part keyset.Part) (string, []any) {
	q, args := selectDeliveries, []any{f.kinds(), f.State}
	narrow := func(condition string, values ...any) {
		places := make([]any, len(values))
		for i, v := range values {
			args = append(args, v)
			places[i] = len(args) + 1
		}
		q += fmt.Sprintf(condition, places...)
	}
	switch {
	case f.Webhook != uuid.Nil:
		narrow(` and kind = 'webhook' and recipient = $%d`, f.Webhook.String())
	case f.UserID != 0:
		narrow(` and user_id = $%d`, f.UserID)
	}
	narrow(part.Where, part.Args...)
	narrow(` order by `+part.By+` limit $%d`, f.limit()+1)
	return q, args
}

func (f Filter) check() error {
	var p fault.Problems
	if _, known := channels[f.Channel]; !known && f.Channel != "" {
		p.Add("channel", fault.NotChoice, "value", f.Channel)
	}
	if f.State != "" && !slices.Contains(states, f.State) {
		p.Add("state", fault.NotChoice, "value", f.State)
	}
	return p.Err()
}

// kinds is a PostgreSQL array of the job kinds wanted.
func (f Filter) kinds() string {
	if f.Webhook != uuid.Nil {
		return "{webhook}"
	}
	if kind, ok := channels[f.Channel]; ok {
		return "{" + kind + "}"
	}
	return "{mail,sms}"
}

func (f Filter) limit() int {
	if f.Limit <= 0 {
		return 50
	}
	return min(f.Limit, 200)
}

const selectAttempts = `select outbox_id, attempt, at, outcome, answer, status from delivery_attempts
	where tenant_id = $1 and outbox_id = any($2::uuid[]) order by outbox_id, attempt`

// fill adds the attempts, and brings times to UTC.
func fill(ctx context.Context, in *tenants.Scope, page []Delivery) error {
	ids := make([]string, len(page))
	place := make(map[uuid.UUID]*Delivery, len(page))
	for i := range page {
		d := &page[i]
		d.Attempts = []Attempt{}
		d.CreatedAt, d.ExpiresAt, d.DoneAt, d.NextTry = d.CreatedAt.UTC(), utc(d.ExpiresAt), utc(d.DoneAt), utc(d.NextTry)
		ids[i], place[d.ID] = d.ID.String(), d
	}
	var rows []struct {
		Of uuid.UUID `db:"outbox_id"`
		Attempt
	}
	if err := in.Select(ctx, &rows, selectAttempts, "{"+strings.Join(ids, ",")+"}"); err != nil {
		return err
	}
	for _, r := range rows {
		r.At = r.At.UTC()
		place[r.Of].Attempts = append(place[r.Of].Attempts, r.Attempt)
	}
	return nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
