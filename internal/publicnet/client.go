package publicnet

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// MaxAnswer is how much of an answer Do takes, in bytes.
const MaxAnswer = 64 << 10

// Faults of requests to addresses that tenants name. Their texts name no address.
var (
	ErrNotHTTPS   = errors.New("the address must begin with https://")
	ErrRedirected = errors.New("the server redirects to another address, which is not followed")
	ErrTooLong    = errors.New("the answer is too long")
)

// Client makes a client for calls to what tenants name: it dials public addresses only, speaks https only, follows no
// redirect (an answer with status 3xx comes back as it is), takes no proxy from the environment, and gives up after the
// timeout, the reading of the answer included. Private lifts the first two bounds, for development.
func Client(private bool, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !private {
		dialer.ControlContext = Control
	}
	t := &http.Transport{
		DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: 5 * time.Second,
		ForceAttemptHTTP2: true, MaxIdleConns: 64, MaxIdleConnsPerHost: 4, MaxConnsPerHost: 32, IdleConnTimeout: time.Minute,
		MaxResponseHeaderBytes: MaxAnswer, DisableCompression: true,
	}
	var r http.RoundTripper = t
	if !private {
		r = httpsOnly{t}
	}
	return &http.Client{Transport: r, Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type httpsOnly struct{ inner *http.Transport }

func (h httpsOnly) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.URL.Scheme != "https" {
		return nil, ErrNotHTTPS
	}
	return h.inner.RoundTrip(q)
}

// CloseIdleConnections lets http.Client close what nobody uses.
func (h httpsOnly) CloseIdleConnections() { h.inner.CloseIdleConnections() }

// Do makes a call and reads its answer, of at most MaxAnswer bytes. It fails with the client's errors, ErrRedirected or
// ErrTooLong; Reason has words for all of them.
func Do(c *http.Client, q *http.Request) (status int, body []byte, err error) {
	q.Header.Set("User-Agent", "Keyhall")
	r, err := c.Do(q) //nolint:gosec // G704: that the address is a tenant's is why this client exists
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, r.Body.Close()) }()
	if r.StatusCode >= 300 && r.StatusCode < 400 {
		return r.StatusCode, nil, ErrRedirected
	}
	body, err = io.ReadAll(io.LimitReader(r.Body, MaxAnswer+1))
	if err == nil && len(body) > MaxAnswer {
		err = ErrTooLong
	}
	return r.StatusCode, body, err
}

// Reason puts a failed request into words that a tenant may read: no address, no name, nothing of the request.
func Reason(err error) string {
	var timeout net.Error
	var lookup *net.DNSError
	for _, known := range []error{ErrNotPublic, ErrNotHTTPS, ErrRedirected, ErrTooLong} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "the server's name is unknown"
	case errors.As(err, &certificate):
		return "the server's certificate is not trusted"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the server did not answer in time"
	default:
		return "the server cannot be reached, or broke off"
	}
}
