package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// What each list, search and filter has to answer within, for 95 of 100 requests, on the server: those of the dashboard, and
// the search for usernames that anybody has by simplejwt.
const (
	bar       = 150 * time.Millisecond
	publicBar = 50 * time.Millisecond
)

// times is how often each question is asked.
const times = 60

// question is one list; path makes the address of the nth time it is asked. Those of a tenant are asked without an account.
type question struct {
	name string
	path func(n int) string
}

func always(name, path string) question { return question{name, func(int) string { return path }} }

func varied(name, format string, value func(n int) any) question {
	return question{name, func(n int) string { return fmt.Sprintf(format, value(n)) }}
}

const (
	big    = "/admin/v1/tenants/big"
	public = "/t/big/api/users/"
)

var (
	sorts       = []string{"created_at", "-created_at", "last_login_at", "-last_login_at", "email", "-email", "username", "-username", "invited_until", "-invited_until"}
	tenantSorts = []string{"slug", "-slug", "name", "-name", "created_at", "-created_at"}

	first = []string{"mia", "noah", "lin", "om", "els", "t", "sof", "j", "pri", "ka"}

	questions = []question{
		always("tenants, first page", "/admin/v1/tenants"),
		varied("tenants, by the start of a slug", "/admin/v1/tenants?q=club-%d", func(n int) any { return 7 * n }),
		varied("tenants, by a name", "/admin/v1/tenants?q=%s", func(n int) any { return first[n%len(first)] }),
		varied("tenants, sorted", "/admin/v1/tenants?sort=%s", func(n int) any { return tenantSorts[n%len(tenantSorts)] }),
		always("tenants, suspended", "/admin/v1/tenants?status=suspended"),
		always("users, first page", big+"/users"),
		varied("users, a page far back", big+"/users?cursor=%d", func(n int) any { return 100 + 3000*n }),
		varied("users, by the start of a name", big+"/users?q=%s", func(n int) any { return first[n%len(first)] }),
		varied("users, by an address", big+"/users?q=mia%d@example.com", func(n int) any { return 16 * n }),
		varied("users, by a number", big+"/users?q=%d", func(n int) any { return 1 + 3001*n }),
		always("users, nobody found", big+"/users?q=nobody-has-this-name"),
		varied("users, sorted", big+"/users?sort=%s", func(n int) any { return sorts[n%len(sorts)] }),
		varied("users, sorted, a page far back", big+"/users?sort=%s", farBack),
		varied("users, pending, sorted", big+"/users?status=pending&sort=%s", func(n int) any { return sorts[n%len(sorts)] }),
		varied("users, a name, sorted", big+"/users?q=%s", func(n int) any { return first[n%len(first)] + "&sort=" + sorts[n%len(sorts)] }),
		varied("users, not seen for days, sorted", big+"/users?%s", func(n int) any {
			return "sort=" + sorts[n%len(sorts)] + "&seen_until=" + time.Now().AddDate(0, 0, -n).UTC().Format(time.RFC3339)
		}),
		always("users, pending", big+"/users?status=pending"),
		always("users, rejected", big+"/users?status=rejected"),
		always("users, disabled", big+"/users?status=disabled"),
		always("users, invited (nobody)", big+"/users?status=invited"),
		always("users, not confirmed", big+"/users?status=unverified"),
		always("users, of a group", big+"/users?group=coach"),
		always("users, of a group nobody is in", big+"/users?group=nobody"),
		always("users, coaches not confirmed", big+"/users?type=coach&verified=false"),
		always("users, by contract", big+"/users?contract=restauth"),
		always("users, by a contract nobody used", big+"/users?contract=drfuser"),
		varied("users, not seen for days", big+"/users?seen_until=%s", func(n int) any { return time.Now().AddDate(0, 0, -n).UTC().Format(time.RFC3339) }),
		varied("users, joined before", big+"/users?created_until=%s", func(n int) any { return time.Now().AddDate(0, 0, -2*n).UTC().Format(time.RFC3339) }),
		varied("users, a name among the pending", big+"/users?status=pending&q=%s", func(n int) any { return first[n%len(first)] }),
		always("approvals, whom approving everybody would change", big+"/approvals/candidates?decision=approve&status=pending"),
		always("overview", big+"/overview"),
		always("overview, the last 30 days", big+"/activity"),
		varied("overview, a year until some day", big+"/activity?%s", year),
		always("overview of the platform", "/admin/v1/overview"),
		varied("overview of the platform, a year until some day", "/admin/v1/overview?%s", year),
		always("audit, first page", big+"/audit"),
		always("audit, oldest first", big+"/audit?sort=at"),
		always("audit, by action", big+"/audit?action=session.opened"),
		varied("audit, of a user", big+"/audit?user_id=%d", func(n int) any { return 1 + 3001*n }),
		always("deliveries, first page", big+"/deliveries"),
		always("deliveries, oldest first", big+"/deliveries?sort=created_at"),
		always("deliveries, failed", big+"/deliveries?state=failed"),
		varied("simplejwt, by the start of a username", public+"?query=%s", func(n int) any { return first[n%len(first)] }),
		varied("simplejwt, by a part in the middle", public+"?query=%d", func(n int) any { return 100 + n }),
		varied("simplejwt, by a digit that every third has", public+"?query=%d", func(n int) any { return n % 10 }),
		varied("simplejwt, by one username", public+"?query=%d", func(n int) any { return 1001 + 3001*n }),
		always("simplejwt, nobody found", public+"?query=nobody-has-this-name"),
		always("simplejwt, everybody", public),
		varied("deliveries, to a user", big+"/deliveries?user_id=%d", func(n int) any { return 1 + 3001*n }),
	}
)

// farBack is a page that begins somewhere in the middle of a list sorted by a time or a name.
func farBack(n int) any {
	sort := sorts[n%6]
	value := fmt.Sprint(time.Now().Add(-time.Duration(n) * 20 * time.Hour).UnixMicro())
	if n%6 > 3 {
		value = first[n%len(first)] + "@example.com"
	}
	return sort + "&cursor=" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "[%q,%q,%q]", sort, value, fmt.Sprint(n*3000)))
}

// year is a year that ended n days ago.
func year(n int) any {
	to := time.Now().UTC().AddDate(0, 0, -n)
	return "from=" + to.AddDate(-1, 0, 1).Format(time.DateOnly) + "&to=" + to.Format(time.DateOnly)
}

func measure(ctx context.Context, p *program, o options) error {
	fmt.Printf("\n| in the tenant of %d users, among %d tenants and %d users | p50 | p95 | |\n|---|---|---|---|\n", o.inBig, o.tenants, o.people)
	for _, q := range questions {
		taken, err := ask(ctx, p, q)
		if err != nil {
			return err
		}
		verdict, within := "holds", bar
		if isPublic(q.path(0)) {
			within = publicBar
		}
		if taken[times*95/100] > within {
			verdict = "falls short"
		}
		fmt.Printf("| %s | %.1f ms | %.1f ms | %s |\n", q.name, ms(taken[times/2]), ms(taken[times*95/100]), verdict)
	}
	return nil
}

func isPublic(path string) bool { return strings.HasPrefix(path, public) }

// ask asks one question many times, one after the other, and sorts the times it took.
func ask(ctx context.Context, p *program, q question) ([]time.Duration, error) {
	var taken []time.Duration
	if isPublic(q.path(0)) {
		p = &program{url: p.url} // nobody in particular
	}
	for n := range times {
		began := time.Now()
		var answer any
		if err := p.call(ctx, http.MethodGet, q.path(n), nil, &answer); err != nil {
			return nil, err
		}
		taken = append(taken, time.Since(began))
	}
	slices.Sort(taken)
	return taken, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
