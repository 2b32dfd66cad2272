package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/keyhall/keyhall/apps/dev"
	"github.com/keyhall/keyhall/apps/dev/postgres"
	"github.com/keyhall/keyhall/apps/dev/redis"
)

type devCmd struct {
	DataDir  string `name:"data-dir" env:"KEYHALL_DATA_DIR" default:".keyhall" placeholder:"DIR" help:"Database cluster, pictures and keys."`
	stores   `embed:""`
	address  `embed:""`
	listen   `embed:""`
	outgoing `embed:""`
	effort   `embed:""`

	OperatorEmail    string `name:"operator-email" env:"KEYHALL_OPERATOR_EMAIL" placeholder:"EMAIL" help:"The first operator; operator@localhost by default."`
	OperatorPassword string `name:"operator-password" env:"KEYHALL_OPERATOR_PASSWORD" placeholder:"PASSWORD" help:"His password; made and printed once by default."`
}

// Run starts all parts, tells where they are, and stops them in order when ctx ends.
func (d devCmd) Run(ctx context.Context) (err error) {
	began := time.Now()
	_, smtpErr := d.server()
	_, proxiesErr := d.proxies()
	if err := cmp.Or(smtpErr, proxiesErr); err != nil {
		return err
	}
	folder, err := dev.Open(d.DataDir)
	if err != nil {
		return err
	}
	ln, err := d.open(ctx)
	if err != nil {
		return err
	}
	if d.PublicURL == "" {
		d.PublicURL = "http://" + reachable(ln.Addr())
	}
	d.PublicURL = strings.TrimRight(d.PublicURL, "/")
	if err := d.check(); err != nil {
		return errors.Join(err, ln.Close())
	}
	log, closeLog, err := folder.Log()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	s, err := d.startStores(ctx, folder)
	defer func() { err = errors.Join(err, s.stop()) }()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	d.private = true
	h, err := openHouse(ctx, d.stores, d.address, d.effort, log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return d.live(ctx, h, s, folder, ln, began)
}

// reachable is how this machine's browsers reach a listener on all addresses.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return a.String()
}

// started are the stores that this process runs itself.
type started struct {
	postgres *postgres.Server
	redis    *redis.Server
}

// stopTime is what PostgreSQL gets for an orderly end.
const stopTime = 5 * time.Second

func (s started) stop() (err error) {
	if s.redis != nil {
		s.redis.Close()
	}
	if s.postgres == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	return s.postgres.Stop(ctx)
}

// lost is closed when a store of our own ended by itself.
func (s started) lost() <-chan struct{} {
	if s.postgres == nil {
		return nil
	}
	return s.postgres.Done()
}

// startStores makes both stores ready to serve: started unless given by address, migrated, with the runtime role.
func (d *devCmd) startStores(ctx context.Context, folder *dev.Folder) (s started, err error) {
	owner := d.DatabaseURL
	if owner == "" {
		s.postgres, err = postgres.Start(ctx, postgres.Options{DataDir: folder.Path("postgres"), Durable: true, InstallDir: folder.Path("npm"), Progress: say})
		if err != nil {
			return s, err
		}
		owner = s.postgres.URL("postgres")
	}
	if d.DatabaseURL, err = folder.Database(ctx, owner, s.postgres != nil); err != nil {
		return s, err
	}
	if d.MasterKey == "" {
		if d.MasterKey, err = folder.MasterKey(); err != nil {
			return s, err
		}
	}
	if d.BlobURL == "" {
		d.BlobURL = "file://" + (&url.URL{Path: folder.Path("blobs")}).EscapedPath()
	}
	if d.RedisURL != "" {
		return s, nil
	}
	if s.redis, err = redis.Start(ctx, "127.0.0.1:0"); err != nil {
		return s, err
	}
	d.RedisURL = s.redis.URL()
	return s, nil
}

func say(line string) { fmt.Println(line) }

// live runs API, workers and the demo until ctx ends or a part fails.
func (d devCmd) live(ctx context.Context, h *house, s started, folder *dev.Folder, ln net.Listener, began time.Time) error {
	operator, password, err := dev.Operator(ctx, folder, h.admins, d.OperatorEmail, d.OperatorPassword)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error { return serve(ctx, h, d.address, d.listen, ln, true) })
	parts.Go(func() error { return work(ctx, h, d.outgoing, nil, true) })
	parts.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case <-s.lost():
			return s.postgres.Err()
		}
	})
	parts.Go(func() error { return d.demo(ctx, h, folder) })
	if err := folder.Ready(map[string]any{"url": d.PublicURL, "operator": map[string]string{"email": operator}, "pid": os.Getpid()}); err != nil {
		return err
	}
	d.greet(operator, password, time.Since(began))
	return errors.Join(folder.Told(), parts.Wait(), folder.NotReady())
}

// demo fills the demo tenant beside everything else; it is finished at the next start if this one is cut short.
func (d devCmd) demo(ctx context.Context, h *house, folder *dev.Folder) error {
	err := dev.Demo(ctx, folder, dev.Parts{Registry: h.registry, Platform: h.platform, Core: h.core})
	if err != nil && ctx.Err() == nil {
		h.log.Warn("the demo tenant is not complete; the next start goes on with it", "error", err)
	}
	return nil
}

// greet prints what a person needs to begin.
func (d devCmd) greet(operator, password string, took time.Duration) {
	fmt.Printf("\n  Keyhall %s is ready (%.1f s). Ctrl-C stops it; its data stay in %s\n\n", version, took.Seconds(), shown(d.DataDir))
	fmt.Printf("  Dashboard   %s/admin/\n", d.PublicURL)
	fmt.Printf("  Sign in     %s\n", operator)
	if password != "" {
		fmt.Printf("  Password    %s   (shown this once)\n", password)
	}
	fmt.Printf("  Demo        %s/t/demo\n", d.PublicURL)
	fmt.Printf("  API docs    %s/docs\n", d.PublicURL)
	if d.SMTPURL == "" {
		fmt.Printf("  Mails       %s/dev/messages\n", d.PublicURL)
	}
	fmt.Println()
}

func shown(dir string) string {
	if full, err := filepath.Abs(dir); err == nil {
		return full
	}
	return dir
}
