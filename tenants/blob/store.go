package blob

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Store keeps files below a key that begins with their tenant. Safe for parallel use, also by many processes.
type Store struct {
	depot depot
}

// depot is a place for files. Keys are safe as paths.
type depot interface {
	put(ctx context.Context, key string, content []byte, mediaType string) error
	get(ctx context.Context, key string) ([]byte, error) // ErrNotFound
	remove(ctx context.Context, key string) error        // also of what is not there
	tidy(before time.Time) error                         // what unfinished writes before then left behind
}

// ErrNotFound says that there is no such file in the tenant.
var ErrNotFound = errors.New("no such file in the store")

// Open makes a Store; it connects to nothing and makes no folder yet. The address is one of
//
//	file:///var/lib/keyhall/blobs          a folder, file://blobs a relative one
//	s3://bucket/prefix?endpoint=http://minio:9000&region=eu-1
//
// where the prefix, the endpoint (Amazon's) and the region are optional. Keys for S3 are in the address
// (s3://key:secret@bucket), in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or given by the machine's role.
func Open(address string) (*Store, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	switch scheme {
	case "file":
		path, err := url.PathUnescape(rest)
		if err != nil || path == "" {
			return nil, errAddress
		}
		return InFolder(path), nil
	case "s3":
		b, err := openBucket(address)
		if err != nil {
			return nil, err
		}
		return &Store{b}, nil
	}
	return nil, errAddress
}

// InFolder is Open for a folder.
func InFolder(path string) *Store { return &Store{folder(path)} }

var errAddress = errors.New("an address of files looks like file:///var/lib/keyhall/blobs or s3://bucket?endpoint=https://host&region=name")

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID makes the part of a name that nobody guesses: 32 characters that hold 160 bits.
func NewID() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:]) // never fails
	return lowerBase32.EncodeToString(raw[:])
}

// names are <folder>/<id>, maybe with an extension; nothing in them means anything to a file system.
var names = regexp.MustCompile(`^[a-z0-9]{1,16}/[a-z2-7]{32}(\.[a-z]{1,5})?$`)

// key is where a tenant's file is in the depot.
func key(in *tenants.Scope, name string) (string, error) {
	if !names.MatchString(name) {
		return "", fmt.Errorf("%q is no name of a file", name)
	}
	return in.ID().String() + "/" + name, nil
}

const insertBlob = `insert into blobs (tenant_id, name, size) values ($1, $2, $3)`

// Put keeps a new file; the name is <folder>/<NewID()>, maybe with an extension. What nothing refers to an hour later is
// swept. A store that does not take it is a fault.DependencyDown.
func (s *Store) Put(ctx context.Context, in *tenants.Scope, name string, content []byte, mediaType string) error {
	at, err := key(in, name)
	if err != nil {
		return err
	}
	err = in.Tx(ctx, func(tx *tenants.Tx) error {
		_, err := tx.Exec(ctx, insertBlob, name, len(content))
		return err
	})
	if err != nil {
		return err
	}
	return down(s.depot.put(ctx, at, content, mediaType))
}

// Get reads a file, or returns ErrNotFound; a name that none can have is not found. A store that does not answer is a
// fault.DependencyDown.
func (s *Store) Get(ctx context.Context, in *tenants.Scope, name string) ([]byte, error) {
	at, err := key(in, name)
	if err != nil {
		return nil, ErrNotFound
	}
	content, err := s.depot.get(ctx, at)
	if errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return content, down(err)
}

const deleteBlob = `delete from blobs where tenant_id = $1 and name = $2`

// Drop deletes files to which nothing refers any more. Dropping one again does nothing.
func (s *Store) Drop(ctx context.Context, in *tenants.Scope, names ...string) error {
	for _, name := range names {
		at, err := key(in, name)
		if err != nil {
			return err
		}
		if err := down(s.depot.remove(ctx, at)); err != nil {
			return err
		}
		err = in.Tx(ctx, func(tx *tenants.Tx) error {
			_, err := tx.Exec(ctx, deleteBlob, name)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Tidy deletes what writes that never ended left behind more than age ago.
func (s *Store) Tidy(now time.Time, age time.Duration) error { return s.depot.tidy(now.Add(-age)) }

// retryAfter is when a store that failed may be better.
const retryAfter = 5 * time.Second

func down(err error) error {
	if err == nil {
		return nil
	}
	return fault.DependencyDown.Because(fmt.Errorf("the store of files: %w", err)).Later(retryAfter)
}
