package attack_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

// A proxy in front may see one request where the server sees two, and give the second's answer to somebody else.
func TestWEB10OneRequestIsNotTakenForTwo(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)
	const smuggled = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
	body := "2\r\n{}\r\n0\r\n\r\n" + smuggled
	for name, head := range map[string]string{
		"length before coding": "POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
		"coding before length": "POST /v1/sign-in HTTP/1.1\r\nHost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n",
		"without a body":       "GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
		"two lengths":          "POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
		"another coding":       "POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"a space":              "POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n",
	} {
		got := talk(t, s.URL, head+body)
		if n := strings.Count(got, "HTTP/1.1 "); n != 1 || !strings.HasPrefix(got, "HTTP/1.1 400 ") || !strings.Contains(got, "request_unreadable") {
			t.Errorf("%s: %d answers: %s", name, n, got)
		}
	}
}

// talk sends bytes on a fresh connection and reads until the server closes it.
func talk(t *testing.T, address, bytes string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, bytes); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		t.Errorf("the connection stays open: %v", err)
	}
	return string(got)
}
