package keyhall_test

import (
	"testing"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func TestSearchIsReadWithAndWithoutItsEnvelope(t *testing.T) {
	t.Parallel()
	part := "dud"
	const one = `[{"id":2,"username":"dude","avatar":"","privacy":true}]`
	for body, count := range map[string]int{one: 1, `{"results":` + one + `}`: 1, `[]`: 0, `{"results":[]}`: 0} {
		s := serve(t, answer(200, body, "Content-Type", "application/json"))
		found, err := s.client(t).Tenant("acme").SimpleJWT.Search(t.Context(), &keyhall.SimpleJWTSearchParams{Query: &part})
		if err != nil || len(found) != count || count == 1 && found[0].Username != "dude" {
			t.Errorf("%s: %v %v", body, found, err)
		}
	}
}
