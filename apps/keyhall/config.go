package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/workers/mail"
)

// stores says where the platform's data are.
type stores struct {
	DatabaseURL string `name:"database-url" env:"KEYHALL_DATABASE_URL" placeholder:"URL" help:"PostgreSQL 15 or newer: postgres://user:password@host:5432/name. For servers, the runtime role that 'keyhall migrate' sets up."`
	RedisURL    string `name:"redis-url" env:"KEYHALL_REDIS_URL" placeholder:"URL" help:"Redis 6.2 or newer, or Valkey: redis://host:6379/0."`
	MasterKey   string `name:"master-key" env:"KEYHALL_MASTER_KEY" placeholder:"KEY" help:"Key that seals secrets at rest: base64 of 32 bytes (openssl rand -base64 32)."`
	BlobURL     string `name:"blob-url" env:"KEYHALL_BLOB_URL" placeholder:"URL" help:"Pictures: file:///var/lib/keyhall/blobs, or s3://bucket?endpoint=http://minio:9000&region=eu-1 with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. file://.keyhall/blobs by default."`
}

// address says how the platform is reached.
type address struct {
	PublicURL  string `name:"public-url" env:"KEYHALL_PUBLIC_URL" placeholder:"URL" help:"Base of links and issuers, as people's browsers reach it."`
	BaseDomain string `name:"base-domain" env:"KEYHALL_BASE_DOMAIN" placeholder:"DOMAIN" help:"With it, {slug}.DOMAIN names a tenant."`
}

// listen says where requests come in.
type listen struct {
	Listen         string   `env:"KEYHALL_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address of the API and the dashboard; port 0 picks a free one."`
	TrustedProxies []string `name:"trusted-proxies" env:"KEYHALL_TRUSTED_PROXIES" placeholder:"NETWORK" help:"Networks whose X-Forwarded-For is believed, as 10.0.0.0/8,192.0.2.7."`
}

// outgoing says how messages leave.
type outgoing struct {
	SMTPURL  string `name:"smtp-url" env:"KEYHALL_SMTP_URL" placeholder:"URL" help:"Outgoing mail for tenants without their own server: smtp://user:password@host:587."`
	MailFrom string `name:"mail-from" env:"KEYHALL_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of mails for tenants without their own; no-reply@ the public host by default."`
}

// effort holds two switches for tests; servers refuse them.
type effort struct {
	HashCost   string `name:"hash-cost" env:"KEYHALL_HASH_COST" enum:",recommended,test" default:"" placeholder:"COST" help:"'test' makes password hashing cheap. Only in dev."`
	RateLimits string `name:"rate-limits" env:"KEYHALL_RATE_LIMITS" enum:",on,off" default:"" placeholder:"on|off" help:"'off' turns request limits off for load tests. Only in dev."`

	private bool // dev: what tenants name may be dialled at private addresses
}

func (e effort) forProduction() error {
	if e.HashCost == "test" {
		return errors.New("KEYHALL_HASH_COST=test is for development; unset it")
	}
	if e.RateLimits == "off" {
		return errors.New("KEYHALL_RATE_LIMITS=off is for development; unset it")
	}
	return nil
}

// required complains about all that is missing at once.
func required(named map[string]string, order ...string) error {
	var missing []string
	for _, name := range order {
		if named[name] == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("set %s (keyhall COMMAND --help says what each means)", strings.Join(missing, ", "))
}

func (s stores) sealer() (*seal.Sealer, error) {
	key, err := seal.ParseKey(s.MasterKey)
	if err != nil {
		return nil, fmt.Errorf("KEYHALL_MASTER_KEY: %w", err)
	}
	return seal.New(key)
}

// defaultBlobs is the folder of pictures where nothing else is said, below the one that dev keeps everything in.
const defaultBlobs = "file://.keyhall/blobs"

func (s stores) blobs() (*blob.Store, error) {
	store, err := blob.Open(cmp.Or(s.BlobURL, defaultBlobs))
	if err != nil {
		return nil, fmt.Errorf("KEYHALL_BLOB_URL: %w", err)
	}
	return store, nil
}

func (a address) check() error {
	u, err := url.Parse(a.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("KEYHALL_PUBLIC_URL must look like https://id.example.com")
	}
	return nil
}

func (a address) https() bool { return strings.HasPrefix(a.PublicURL, "https://") }

func (l listen) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range l.TrustedProxies {
		if one, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(one, one.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("KEYHALL_TRUSTED_PROXIES: %q is no network such as 10.0.0.0/8", text)
		}
		all = append(all, network)
	}
	return all, nil
}

// open takes the port, or says who may have it.
func (l listen) open(ctx context.Context) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", l.Listen)
	var address *net.AddrError
	if errors.As(err, &address) {
		return nil, fmt.Errorf("KEYHALL_LISTEN: %q is no address such as 127.0.0.1:8080", l.Listen)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w. Is another server running there? KEYHALL_LISTEN=127.0.0.1:0 picks a free port", l.Listen, unwrapNet(err))
	}
	return ln, nil
}

// unwrapNet leaves "address already in use" of the long form.
func unwrapNet(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// server is the platform's way out for mail; nil without one.
func (o outgoing) server() (*mail.Server, error) {
	if o.SMTPURL == "" {
		return nil, nil
	}
	s, err := mail.ParseURL(o.SMTPURL)
	if err != nil {
		return nil, fmt.Errorf("KEYHALL_SMTP_URL: %w", err)
	}
	return &s, nil
}

// jsonLog is the log of servers: one JSON object a line on standard error.
func jsonLog() *slog.Logger { return slog.New(slog.NewJSONHandler(os.Stderr, nil)) }

func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
