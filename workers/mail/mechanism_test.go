package mail

import (
	"errors"
	"strings"
	"testing"

	"github.com/wneessen/go-mail/smtp"
)

func TestTheBestMechanismIsPicked(t *testing.T) {
	t.Parallel()
	s := Server{Host: "smtp.acme.example", Username: "u", Password: "p"}
	cases := []struct {
		offered string
		inClear bool
		want    string
		err     error
	}{
		{"PLAIN LOGIN SCRAM-SHA-256", true, "SCRAM-SHA-256", nil},
		{"PLAIN LOGIN SCRAM-SHA-256", false, "SCRAM-SHA-256", nil},
		{"LOGIN PLAIN CRAM-MD5", true, "PLAIN", nil},
		{"LOGIN CRAM-MD5", true, "LOGIN", nil},
		{"LOGIN PLAIN CRAM-MD5", false, "CRAM-MD5", nil},
		{"LOGIN PLAIN", false, "", noSafeAuth},
		{"XOAUTH2 NTLM", true, "", noAuth},
		{"", true, "", noAuth},
	}
	for _, c := range cases {
		auth, err := s.mechanism(strings.Fields(c.offered), c.inClear)
		if !errors.Is(err, c.err) {
			t.Errorf("%q: %v", c.offered, err)
		}
		if auth == nil {
			continue
		}
		name, _, err := auth.Start(&smtp.ServerInfo{Name: s.Host, TLS: false, Auth: strings.Fields(c.offered)})
		if err != nil || name != c.want {
			t.Errorf("%q, in clear %v: %s, %v", c.offered, c.inClear, name, err)
		}
	}
}
