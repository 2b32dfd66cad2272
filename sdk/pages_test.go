package keyhall_test

import (
	"io"
	"iter"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func TestAllFollowsTheCursor(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") == "2" {
			answer(200, `{"data":[{"id":1}],"next_cursor":null}`)(w, r)
			return
		}
		answer(200, `{"data":[{"id":3},{"id":2}],"next_cursor":"2"}`)(w, r)
	})
	params := &keyhall.UsersListParams{Q: new("m")}
	var ids []int64
	for user, err := range s.client(t).Tenant("acme").Users.All(t.Context(), params) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, user.ID)
	}
	if len(ids) != 3 || ids[2] != 1 || params.Cursor != nil || !strings.Contains(s.last().URI, "q=m") {
		t.Errorf("ids %v, params %+v, asked %s", ids, params, s.last().URI)
	}
}

func TestAllStopsAtAnErrorAndWhenAsked(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(403, `{"detail":"no"}`))
	for _, err := range s.client(t).Tenant("acme").Audit.All(t.Context(), nil) {
		if err == nil {
			t.Error("no error")
		}
	}
	for _, err := range s.client(t).Tenants.All(t.Context(), nil) {
		if err == nil {
			t.Error("no error")
		}
		break
	}
	if s.count() != 2 {
		t.Errorf("%d requests", s.count())
	}
}

// counted counts answers that were opened and closed.
type counted struct{ opened, closed atomic.Int64 }

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		c.opened.Add(1)
		resp.Body = closing{resp.Body, &c.closed}
	}
	return resp, err
}

type closing struct {
	io.ReadCloser
	n *atomic.Int64
}

func (c closing) Close() error {
	c.n.Add(1)
	return c.ReadCloser.Close()
}

func TestALoopThatIsLeftAsksForNothingMoreAndLeavesNothingOpen(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{"data":[{"id":3},{"id":2}],"next_cursor":"2"}`))
	wire := &counted{}
	users := s.client(t, keyhall.WithHTTPClient(&http.Client{Transport: wire})).Tenant("acme").Users
	for n := range 10 {
		for _, err := range users.All(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if s.count() != n+1 || wire.opened.Load() != int64(n+1) || wire.closed.Load() != wire.opened.Load() {
			t.Fatalf("after %d loops: %d requests, %d answers, %d of them closed", n+1, s.count(), wire.opened.Load(), wire.closed.Load())
		}
	}
	seen := 0
	for _, err := range users.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == 3 { // the first of the second page
			break
		}
	}
	if s.count() != 12 || wire.closed.Load() != 12 {
		t.Errorf("%d requests, %d answers closed", s.count(), wire.closed.Load())
	}
}

// Whatever has pages can be gone through in a loop: List by All, and Members by AllMembers.
func TestEachListWithPagesIsASequenceToo(t *testing.T) {
	t.Parallel()
	failure := reflect.TypeFor[error]()
	for _, owner := range []reflect.Type{reflect.TypeFor[keyhall.Client](), reflect.TypeFor[keyhall.TenantClient]()} {
		for i := range owner.NumField() {
			service := owner.Field(i).Type
			for m := range service.Methods() {
				if m.Type.NumOut() != 2 || m.Type.Out(0).Kind() != reflect.Struct {
					continue
				}
				data, listed := m.Type.Out(0).FieldByName("Data")
				if _, paged := m.Type.Out(0).FieldByName("NextCursor"); !listed || !paged {
					continue
				}
				all, found := service.MethodByName("All" + strings.TrimPrefix(m.Name, "List"))
				if !found {
					t.Errorf("%s.%s has pages and no sequence", service.Name(), m.Name)
					continue
				}
				yield := all.Type.Out(0)
				if yield.Kind() != reflect.Func || yield.In(0).In(0) != data.Type.Elem() || yield.In(0).In(1) != failure {
					t.Errorf("%s.%s is no sequence of %s", service.Name(), all.Name, data.Type.Elem())
				}
			}
		}
	}
}

func TestSequencesOfOthersTakeTheirArguments(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{"data":[{}],"next_cursor":null}`))
	c := s.client(t)
	acme := c.Tenant("acme")
	for want, all := range map[string]iter.Seq2[any, error]{
		"/admin/v1/audit?limit=5":                               anyOf(c.Audit.AllPlatform(t.Context(), &keyhall.AuditPlatformParams{Limit: new(5)})),
		"/admin/v1/operators?limit=5":                           anyOf(c.Operators.All(t.Context(), &keyhall.OperatorsListParams{Limit: new(5)})),
		"/admin/v1/queues/mail/tasks?limit=5":                   anyOf(c.Queues.AllTasks(t.Context(), "mail", &keyhall.QueuesTasksParams{Limit: new(5)})),
		"/admin/v1/tenants/acme/webhooks/h1/deliveries?limit=5": anyOf(acme.Webhooks.AllDeliveries(t.Context(), "h1", &keyhall.WebhooksDeliveriesParams{Limit: new(5)})),
		"/t/acme/v1/groups/7/members?limit=5":                   anyOf(acme.Managing.AllMembers(t.Context(), 7, &keyhall.ManagingMembersParams{Limit: new(5)})),
	} {
		n := 0
		for _, err := range all {
			if n++; err != nil {
				t.Error(err)
			}
		}
		if got := s.last().URI; n != 1 || got != want {
			t.Errorf("%d entries by %s, not %s", n, got, want)
		}
	}
}

// anyOf forgets what a sequence is of.
func anyOf[T any](all iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for v, err := range all {
			if !yield(v, err) {
				return
			}
		}
	}
}
