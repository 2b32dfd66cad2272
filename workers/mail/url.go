package mail

import (
	"errors"
	"net/url"
	"strconv"
)

// ErrURL is all that is told about an address that cannot be read: any piece of it may be a piece of the password.
var ErrURL = errors.New("expected smtp://user:password@host:port or smtps://..., optionally with " +
	"?tls=starttls|opportunistic|none; write special characters of the password as %XX")

// ParseURL reads an address as in KEYHALL_SMTP_URL: smtp://user:pass@host:port?tls=none, or smtps://host.
//
// Without a port it is 587, for smtps 465. Without ?tls= an smtp address with credentials for another machine
// demands STARTTLS; any other uses it where offered. The errors name no part of the address.
func ParseURL(text string) (Server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return Server{}, ErrURL
	}
	s := Server{Host: u.Hostname(), Username: u.User.Username()}
	s.Password, _ = u.User.Password()
	if s.Port, err = port(u); err != nil {
		return Server{}, err
	}
	if s.TLS, err = s.mode(u); err != nil {
		return Server{}, err
	}
	return s, s.Check()
}

func port(u *url.URL) (int, error) {
	if u.Port() != "" {
		n, err := strconv.Atoi(u.Port())
		if err != nil {
			return 0, ErrURL
		}
		return n, nil
	}
	if u.Scheme == "smtps" {
		return 465, nil
	}
	return 587, nil
}

func (s Server) mode(u *url.URL) (TLS, error) {
	query, err := url.ParseQuery(u.RawQuery)
	given := TLS(query.Get("tls"))
	switch {
	case err != nil, len(query) > 1, len(query) == 1 && !query.Has("tls"):
		return "", ErrURL
	case u.Scheme == "smtps" && (given == "" || given == TLSImplicit):
		return TLSImplicit, nil
	case u.Scheme != "smtp":
		return "", ErrURL
	case given != "":
		return given, nil
	case s.Username != "" && !s.loopback():
		return TLSRequired, nil
	}
	return TLSOpportunistic, nil
}
