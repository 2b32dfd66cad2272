package redisurl_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/keyhall/keyhall/internal/redisurl"
)

func TestEachKindOfRedisCanBeNamed(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"redis://127.0.0.1:6379/3":                                                     "*redis.Client",
		"rediss://:secret@redis.example.org":                                           "*redis.Client",
		"unix:///run/redis.sock":                                                       "*redis.Client",
		"redis+sentinel://10.0.0.1:26379?master_name=m&addr=10.0.0.2:26379":            "*redis.Client",
		"redis+cluster://user:secret@10.0.0.1:6379?addr=10.0.0.2:6379&read_timeout=1s": "*redis.ClusterClient",
	} {
		c, err := redisurl.Open(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := fmt.Sprintf("%T", c); got != want {
			t.Errorf("%s: %s", address, got)
		}
		_ = c.Close()
	}
}

func TestBadAddressesAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "secret", "http://secret@host", "redis://u:sec ret%zz@host", "redis+ring://secret@h",
		"redis+sentinel://secret@host", "redis://h?secret=1", "redis+cluster://h?addr=secret",
	} {
		_, err := redisurl.Open(address)
		if !errors.Is(err, redisurl.Err) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestARedisThatIsGoneIsNoticedSoon(t *testing.T) {
	t.Parallel()
	m := miniredis.RunT(t)
	c, err := redisurl.Open("redis://" + m.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	m.Close()
	begun := time.Now()
	if err := c.Ping(t.Context()).Err(); err == nil || errors.Is(err, redis.ErrClosed) {
		t.Fatalf("got %v", err)
	}
	if d := time.Since(begun); d > 3*time.Second {
		t.Fatalf("noticed after %v", d)
	}
}
