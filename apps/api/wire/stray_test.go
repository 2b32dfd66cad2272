package wire_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// What the server refuses before there is a request to route is answered in the contract's shape all the same, and
// never with the parser's text, which quotes the request.
func TestRequestsThatCannotBeReadAreAnsweredPlainly(t *testing.T) {
	t.Parallel()
	s := start(t, "", nil, echo())
	post := "POST /t/" + s.a.Slug() + "/echo/open/ HTTP/1.1\n"
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"no host":             {post + "Content-Length: 0\n\n", http.StatusBadRequest},
		"two hosts":           {post + "Host: x\nHost: y\nContent-Length: 0\n\n", http.StatusBadRequest},
		"two lengths":         {post + "Host: x\nContent-Length: 0\nContent-Length: 5\n\nhello", http.StatusBadRequest},
		"odd transfer coding": {post + "Host: x\nTransfer-Encoding: xchunked\n\n0\n\n", http.StatusBadRequest},
		"negative length":     {post + "Host: x\nContent-Length: -5\n\n", http.StatusBadRequest},
		"no header":           {"nonsense\n\n", http.StatusBadRequest},
		"endless header":      {post + "Host: x\nX-Long: " + strings.Repeat("s3cret", 6<<10) + "\n\n", http.StatusRequestHeaderFieldsTooLarge},
		"endless body":        {post + "Host: x\nContent-Length: 9000000\n\n", http.StatusRequestEntityTooLarge},
	} {
		a := s.raw(c.request)
		if a.status != c.status || a.header.Get("Content-Type") != "application/problem+json" || strings.Contains(a.body, "s3cret") ||
			strings.Contains(a.body, "contents:") || !strings.Contains(a.body, fmt.Sprintf(`"status":%d,`, c.status)) || a.header.Get("X-Request-Id") == "" {
			t.Errorf("%s: %d %s %s", name, a.status, a.header.Get("Content-Type"), a.body)
		}
	}
	s.wants(s.call("POST", "/echo/open/", ""), 200, "")
}
