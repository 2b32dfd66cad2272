// Package redisurl opens the Redis that KEYHALL_REDIS_URL names: one server, Sentinel or Cluster. It bounds how long
// a call may take, and knows nothing of what is kept there.
package redisurl

import (
	"errors"
	"net/url"
	"strings"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Err is all that is told about an address that cannot be read: any piece of it may be a piece of the password.
var Err = errors.New("expected redis://user:password@host:6379/0 (rediss:// with TLS), " +
	"redis+sentinel://host:26379/0?master_name=name&addr=host2:26379 or redis+cluster://host:6379?addr=host2:6379")

// bounds keep a Redis that is gone or frozen from holding anybody up for long. An address may say otherwise.
var bounds = map[string]string{"dial_timeout": "2s", "read_timeout": "2s", "write_timeout": "2s", "max_retries": "1"}

// Open makes a client; it does not connect yet. Deadlines of contexts are kept. The client says nothing by itself:
// callers see its errors and decide what is worth a line in the log.
func Open(address string) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, Err
	}
	logging.Disable()
	scheme, kind, _ := strings.Cut(u.Scheme, "+")
	u.Scheme = scheme
	q := u.Query()
	for name, value := range bounds {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return client(kind, u.String())
}

func client(kind, address string) (redis.UniversalClient, error) {
	switch kind {
	case "":
		return single(address)
	case "sentinel":
		return sentinel(address)
	case "cluster":
		return cluster(address)
	}
	return nil, Err
}

// plain spares the handshake a command that only hosted servers know.
func plain() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

func single(address string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, Err
	}
	o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig, o.DialerRetries = true, true, plain(), 1
	return redis.NewClient(o), nil
}

func sentinel(address string) (redis.UniversalClient, error) {
	o, err := redis.ParseFailoverURL(address)
	if err != nil || o.MasterName == "" {
		return nil, Err
	}
	o.ContextTimeoutEnabled, o.DisableIdentity, o.DialerRetries = true, true, 1
	return redis.NewFailoverClient(o), nil
}

func cluster(address string) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, Err
	}
	o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig, o.DialerRetries = true, true, plain(), 1
	return redis.NewClusterClient(o), nil
}
