package image

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/picture"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Pictures does the jobs. They are heavy: one at a time in a process.
type Pictures struct {
	Core  *identity.Service
	Blobs *blob.Store
}

// Handle does one job; see identity.PictureKind.
func (p *Pictures) Handle(ctx context.Context, in *tenants.Scope, c outbox.Claimed) error {
	if err := p.Blobs.Drop(ctx, in, dropped(c)...); err != nil {
		return err
	}
	if c.UserID == 0 {
		return nil
	}
	u, err := p.Core.WaitingUpload(ctx, in, c.UserID)
	if errors.Is(err, fault.NoPicture) {
		return nil // shown, refused or removed by now
	}
	if err != nil {
		return err
	}
	return p.show(ctx, in, u, c.Attempt)
}

// dropped gives the names in a job's payload.
func dropped(c outbox.Claimed) (names []string) {
	all, _ := c.Payload["drop"].([]any)
	for _, one := range all {
		if name, ok := one.(string); ok {
			names = append(names, name)
		}
	}
	return names
}

// What decoding may take. On a machine that is too busy an honest picture can need more, so it has some tries.
const (
	timeLimit = 2 * time.Second
	tries     = 3
)

// show makes the variants of an upload and shows them, or refuses it for good.
func (p *Pictures) show(ctx context.Context, in *tenants.Scope, u identity.Upload, attempt int) error {
	made, err := squares(ctx, u.Bytes)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded) && attempt < tries:
		return outbox.Passing("the picture could not be made in time", err)
	case err != nil: // whatever is wrong with it, trying again would find the same
		return p.Core.RefuseUpload(ctx, in, u)
	}
	file := blob.NewID() + made.Extension
	for size, content := range made.Files {
		if err := p.Blobs.Put(ctx, in, identity.VariantName(size, file), content, made.MediaType); err != nil {
			return err // what was put is swept
		}
	}
	unused, err := p.Core.ShowUpload(ctx, in, u, file)
	if err != nil {
		return err
	}
	return p.Blobs.Drop(ctx, in, identity.VariantNames(unused)...)
}

// squares decodes, and hands the memory back: a worker mostly does mails.
func squares(ctx context.Context, data []byte) (picture.Squares, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	defer debug.FreeOSMemory()
	return picture.Make(ctx, data, identity.PictureSizes...)
}
