// Package redis runs a Redis inside the process for `keyhall dev`: the real protocol on a real port, nothing on disk.
//
// It owns making miniredis, which is meant for unit tests, behave like a server that runs for days. It must not know
// what is kept in it. Losing all of it is allowed: what has to survive is in PostgreSQL.
package redis

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// tick is how often keys grow older. miniredis has no clock of its own for that (and the one it can be given costs
// three quarters of its speed), so a key may go up to one tick too early, or stay one too long.
const tick = 100 * time.Millisecond

// Server is a running Redis, made by Start.
type Server struct {
	redis    *miniredis.Miniredis
	password string
	close    func()
}

// Start serves on a loopback address such as "127.0.0.1:0"; without a host 127.0.0.1 is meant. ctx bounds the start,
// not the server. TIME is the clock of this machine, in scripts too.
func Start(ctx context.Context, addr string) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	addr, err := loopback(addr)
	if err != nil {
		return nil, err
	}
	s := &Server{redis: miniredis.NewMiniRedis(), password: rand.Text()}
	s.redis.RequireAuth(s.password) // other users of this machine can reach the port
	if err := s.redis.StartAddr(addr); err != nil {
		return nil, fmt.Errorf("cannot start Redis on %s: %w", addr, err)
	}
	s.close = s.age()
	return s, nil
}

func loopback(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("the address %q of Redis is not host:port: %w", addr, err)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return "", fmt.Errorf("the address %q of Redis is not a loopback one", addr)
	}
	return net.JoinHostPort(host, port), nil
}

// age lets time pass for the keys until the function it returns is called, which also closes the server.
func (s *Server) age() func() {
	ended := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		for last := time.Now(); ; {
			select {
			case now := <-ticker.C:
				s.redis.FastForward(now.Sub(last)) // what has passed, not what should have: ticks may be late
				last = now
			case <-ended:
				return
			}
		}
	})
	return sync.OnceFunc(func() {
		close(ended)
		running.Wait()
		s.redis.Close()
	})
}

// URL is how a client reaches the server, with the password in it: not for logs.
func (s *Server) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", s.password), Host: s.redis.Addr(), Path: "/0"}
	return u.String()
}

// Close ends the server and its connections. A second Close does nothing.
func (s *Server) Close() { s.close() }
