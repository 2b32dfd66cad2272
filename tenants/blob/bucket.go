package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// bucket is a depot that speaks the S3 protocol.
type bucket struct {
	client *minio.Client
	name   string
	prefix string // "" or with a slash at its end
}

// tries is how often a request is made in all, with growing pauses.
const tries = 3

func openBucket(address string) (*bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errAddress // url's own error would quote the secret
	}
	q := u.Query()
	endpoint, plain := endpointOf(q.Get("endpoint"))
	client, err := minio.New(endpoint, &minio.Options{Creds: credentialsOf(u.User), Secure: !plain, Region: q.Get("region"), MaxRetries: tries})
	if err != nil {
		return nil, fmt.Errorf("the endpoint of the file store: %w", err)
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		prefix += "/"
	}
	return &bucket{client, u.Host, prefix}, nil
}

// endpointOf gives host and port, and whether they are spoken to without TLS.
func endpointOf(address string) (host string, plain bool) {
	if address == "" {
		return "s3.amazonaws.com", false
	}
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return address, false
	}
	return strings.TrimRight(rest, "/"), scheme == "http"
}

// credentialsOf prefers the address, then the environment, then files and roles as Amazon's own tools do.
func credentialsOf(user *url.Userinfo) *credentials.Credentials {
	if user != nil {
		secret, _ := user.Password()
		return credentials.NewStaticV4(user.Username(), secret, "")
	}
	return credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Timeout: 5 * time.Second}},
	})
}

func (b *bucket) put(ctx context.Context, key string, content []byte, mediaType string) error {
	_, err := b.client.PutObject(ctx, b.name, b.prefix+key, bytes.NewReader(content), int64(len(content)),
		minio.PutObjectOptions{ContentType: mediaType, DisableMultipart: true})
	return err
}

func (b *bucket) get(ctx context.Context, key string) (content []byte, err error) {
	object, err := b.client.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	content, err = io.ReadAll(object)
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, ErrNotFound
	}
	return content, err
}

func (b *bucket) remove(ctx context.Context, key string) error {
	return b.client.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{})
}

// tidy does nothing: an upload in one part exists when it has ended, or not at all.
func (b *bucket) tidy(time.Time) error { return nil }
