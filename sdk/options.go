package keyhall

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"time"
)

// Version of this client, part of its User-Agent.
const Version = "1.0.0"

// Option changes how a client speaks to Keyhall.
type Option func(*settings)

// TokenSource gives the token of the next request. A Refresher is one; it is called once for each attempt, possibly by
// many goroutines at once.
type TokenSource interface {
	Token(ctx context.Context) (string, error)
}

// settings are all a request needs to know besides itself. They are copied, never changed in place.
type settings struct {
	base      *url.URL
	http      *http.Client
	scheme    string // of Authorization: Bearer or Token
	tokens    TokenSource
	key       string // publishable
	userAgent string
	retry     Retry
	log       *slog.Logger
	wait      func(ctx context.Context, d time.Duration) error
}

func defaults(base *url.URL) settings {
	return settings{
		base:      base,
		http:      &http.Client{Timeout: 30 * time.Second},
		scheme:    "Bearer",
		userAgent: "keyhall-go/" + Version,
		retry:     DefaultRetry,
		log:       slog.New(slog.DiscardHandler),
		wait:      wait,
	}
}

func (s settings) with(options []Option) settings {
	for _, option := range options {
		option(&s)
	}
	return s
}

// WithHTTPClient sends requests through this client; its timeout bounds each attempt. By default that is 30 seconds.
func WithHTTPClient(c *http.Client) Option { return func(s *settings) { s.http = c } }

// WithToken authenticates by an access token of a user or administrator.
func WithToken(token string) Option { return WithTokenSource(fixed(token)) }

// WithTokenSource authenticates by access tokens that may change, such as those of a Refresher.
func WithTokenSource(source TokenSource) Option {
	return func(s *settings) { s.scheme, s.tokens = "Bearer", source }
}

// WithSecretKey acts for a tenant by its secret key (sk_...), which belongs on servers only.
func WithSecretKey(key string) Option { return WithToken(key) }

// WithTokenKey authenticates by a key of RestAuth or Coach.
func WithTokenKey(key string) Option {
	return func(s *settings) { s.scheme, s.tokens = "Token", fixed(key) }
}

// WithPublishableKey names the tenant by its publishable key (pk_...), so that Tenant("") will do.
func WithPublishableKey(key string) Option { return func(s *settings) { s.key = key } }

// WithUserAgent puts the name of the program in front of the client's own, as in "shop/2.1 keyhall-go/1.0.0".
func WithUserAgent(name string) Option {
	return func(s *settings) { s.userAgent = name + " keyhall-go/" + Version }
}

// WithRetry says how often and how patiently idempotent calls, and those with a key, are repeated. The zero Retry repeats nothing.
func WithRetry(r Retry) Option { return func(s *settings) { s.retry = r } }

// WithLogger logs each attempt: the call, its status and how long it took, at debug level, and at warn level when it
// is repeated. Nothing that was sent or answered is logged.
func WithLogger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }

// CallOption changes one call.
type CallOption func(*request)

// CallTimeout bounds one call with all its attempts and the pauses between them.
func CallTimeout(d time.Duration) CallOption { return func(r *request) { r.timeout = d } }

// CallHeader sends a header with one call, in place of the client's own of that name. That is for the user's X-Request-Id or
// Accept-Language, and an Authorization other than the client's.
func CallHeader(name, value string) CallOption {
	return func(r *request) {
		header := http.Header{}
		maps.Copy(header, r.header)
		header.Set(name, value)
		r.header = header
	}
}

// CallRepeated lets one POST be repeated as idempotent calls are. It is for the caller who knows that doing it twice does no harm,
// and never for passwords and codes, of which each try counts.
func CallRepeated() CallOption { return func(r *request) { r.repeat = true } }

// CallIdempotencyKey gives one POST that creates or sends something a key of the caller's own, at most 255 ASCII characters. A second call with
// it, also by another process and within a day, gets the answer of the first. Without this option the client makes a key for each such
// call, which covers its own repeats. Calls that take no keys ignore it.
func CallIdempotencyKey(key string) CallOption { return func(r *request) { r.key = key } }

type fixed string

func (f fixed) Token(context.Context) (string, error) { return string(f), nil }
