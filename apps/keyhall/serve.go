package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"time"

	keyhall "github.com/keyhall/keyhall"
	adminui "github.com/keyhall/keyhall/admin-ui"
	"github.com/keyhall/keyhall/apps/api"
	"github.com/keyhall/keyhall/apps/api/contracts"
	"github.com/keyhall/keyhall/apps/api/swagger"
	"github.com/keyhall/keyhall/workers/queues"
)

type serveCmd struct {
	stores   `embed:""`
	address  `embed:""`
	listen   `embed:""`
	outgoing `embed:""`
	effort   `embed:""`
}

// Run serves until ctx ends.
func (s serveCmd) Run(ctx context.Context) error {
	if err := s.complete(); err != nil {
		return err
	}
	ln, err := s.open(ctx)
	if err != nil {
		return err
	}
	log := jsonLog()
	h, err := openHouse(ctx, s.stores, s.address, s.effort, log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if !s.https() {
		log.Warn("the public address is not https: signing in to the dashboard is off, tokens work", "public_url", s.PublicURL)
	}
	log.Info("serving", "listen", ln.Addr().String(), "public_url", s.PublicURL, "version", version)
	return errors.Join(serve(ctx, h, s.address, s.listen, ln, false), h.close())
}

// complete complains about what is missing or makes no sense, before anything is opened.
func (s serveCmd) complete() error {
	err := required(map[string]string{
		"KEYHALL_DATABASE_URL": s.DatabaseURL, "KEYHALL_REDIS_URL": s.RedisURL, "KEYHALL_MASTER_KEY": s.MasterKey,
		"KEYHALL_PUBLIC_URL": s.PublicURL, "KEYHALL_SMTP_URL": s.SMTPURL,
	},
		"KEYHALL_DATABASE_URL", "KEYHALL_REDIS_URL", "KEYHALL_MASTER_KEY", "KEYHALL_PUBLIC_URL", "KEYHALL_SMTP_URL")
	if err != nil {
		return err
	}
	if err := s.forProduction(); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	if _, err := s.server(); err != nil {
		return err
	}
	_, err = s.proxies()
	return err
}

// shutdownTime is what running requests get to finish in.
const shutdownTime = 4 * time.Second

// serve answers on ln until ctx ends.
func serve(ctx context.Context, h *house, a address, l listen, ln net.Listener, dev bool) error {
	proxies, err := l.proxies()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	server, err := api.New(api.Config{
		Contracts: contracts.All(contracts.Config{Core: h.core, Admins: h.admins, Tokens: h.tokens, Registry: h.registry, Box: h.box, Webhooks: h.webhooks(dev), Queues: queues.New(h.registry, h.redis), PlainCookies: dev}),
		Core:      h.core, Registry: h.registry, Platform: h.platform, Proxies: proxies, HTTPS: a.https(), AdminUI: dashboard(), Spec: keyhall.OpenAPI,
		Docs: swagger.FS(), Dev: dev, Metrics: h.metrics(), Ready: h.checks(), Log: h.log,
	})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		return server.Shutdown(bounded)
	}
}

// dashboard gives the built files, or nil in a build without them.
func dashboard() fs.FS {
	if !adminui.Built() {
		return nil
	}
	return adminui.FS()
}

// checks are the parts that /readyz looks at. Redis is optional: limits have a local fallback and messages wait in
// their outbox.
func (h *house) checks() []api.Check {
	return []api.Check{
		{Name: "database", Probe: h.app.Ping},
		{Name: "platform database", Probe: h.platform.Ping},
		{Name: "redis", Optional: true, Probe: func(ctx context.Context) error { return h.redis.Ping(ctx).Err() }},
	}
}

func (h *house) metrics() *api.Metrics {
	m := api.NewMetrics()
	m.Gauge("keyhall_hashes_waiting", "Sign-ins that wait for their password to be hashed.", func() float64 { return float64(h.hashes.Stats().Queued) })
	m.Gauge("keyhall_hashes_done", "Passwords hashed or verified.", func() float64 { return float64(h.hashes.Stats().Done) })
	m.Gauge("keyhall_hashes_refused", "Sign-ins refused because too many waited.", func() float64 { return float64(h.hashes.Stats().Refused) })
	return m
}
