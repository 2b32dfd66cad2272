package identity

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
)

// PictureSizes are the widths and heights of the variants, in pixels.
var PictureSizes = []int{64, 256, 512}

// VariantName is where the variant of a size is kept: 256/<id>.jpg.
func VariantName(size int, file string) string { return strconv.Itoa(size) + "/" + file }

// VariantNames gives the names of all sizes; none for no file.
func VariantNames(file string) []string {
	if file == "" {
		return nil
	}
	var all []string
	for _, size := range PictureSizes {
		all = append(all, VariantName(size, file))
	}
	return all
}

// PictureURL is the public address of a variant: unguessable, and of the same bytes for ever. It is empty until the
// variants are made; size is one of PictureSizes.
func (u User) PictureURL(in *tenants.Scope, size int) string {
	if u.pictureFile == "" || !slices.Contains(PictureSizes, size) {
		return ""
	}
	return in.Base() + "/pictures/" + VariantName(size, u.pictureFile)
}

// maxAvatar is how long an address of a picture may be, in bytes, to be shown.
const maxAvatar = 2048

// AvatarURL is the address of the picture to show for the user: his upload's, else the one he gave, else empty. What he
// gave is any text in simplejwt; what could be more than a picture where it is shown, as javascript: or data:, is left out.
func (u User) AvatarURL(in *tenants.Scope) string {
	if own := u.PictureURL(in, 256); own != "" {
		return own
	}
	if given, err := url.Parse(u.Avatar); err != nil || given.Host == "" || given.Scheme != "https" && given.Scheme != "http" || len(u.Avatar) > maxAvatar {
		return ""
	}
	return u.Avatar
}

// Upload is a file that waits for its variants to be made.
type Upload struct {
	RawPicture
	userID int64
	raw    string
}

// WaitingUpload gives what a user uploaded and nobody has looked at yet; else fault.NoPicture.
func (s *Service) WaitingUpload(ctx context.Context, in *tenants.Scope, userID int64) (Upload, error) {
	row, err := pictureOf(ctx, in, userID)
	if err != nil {
		return Upload{}, err
	}
	if row.State != pictureWaiting {
		return Upload{}, fault.NoPicture
	}
	raw, err := s.readRaw(ctx, in, row)
	return Upload{raw, userID, row.Raw}, err
}

// RefuseUpload notes that an upload cannot be shown. What was shown before it still is.
func (s *Service) RefuseUpload(ctx context.Context, in *tenants.Scope, up Upload) error {
	return s.unit(ctx, in, Client{}, func(u *unit) error {
		_, err := u.Exec(ctx, endWaiting, up.userID, up.raw, pictureRefused)
		return err
	})
}

// ShowUpload shows variants, which are kept under this file name, in place of those before. It gives the file name whose
// variants are now of no use to anybody: that of those before, "" without any, or the given one when the upload is not
// the user's newest any more.
func (s *Service) ShowUpload(ctx context.Context, in *tenants.Scope, up Upload, file string) (unused string, err error) {
	err = s.unit(ctx, in, Client{}, func(u *unit) error {
		a, err := accountForUpdate(ctx, u.Tx, up.userID)
		if err != nil && !errors.Is(err, fault.PathUnknown) {
			return err
		}
		unused = file
		if n, err := u.Exec(ctx, endWaiting, up.userID, up.raw, pictureReady); n == 0 || err != nil {
			return err
		}
		unused = a.pictureFile
		_, err = u.Exec(ctx, showPicture, up.userID, file)
		return err
	})
	return unused, err
}

// PictureState is how far a user's upload is.
type PictureState struct {
	State    string // waiting, ready, refused
	Uploaded time.Time
}

// PictureState tells about a user's upload; fault.NoPicture without one.
func (s *Service) PictureState(ctx context.Context, in *tenants.Scope, userID int64) (PictureState, error) {
	row, err := pictureOf(ctx, in, userID)
	return PictureState{row.State, row.UploadedAt.UTC()}, err
}

const variantShown = `select exists (select from users where tenant_id = $1 and picture_file = $2)`

// Variant gives one of the files that PictureURL names, as long as it is shown: its bytes never change under a name.
// Fault: NoPicture.
func (s *Service) Variant(ctx context.Context, in *tenants.Scope, size, file string) ([]byte, error) {
	var shown bool
	if err := in.Get(ctx, &shown, variantShown, file); err != nil {
		return nil, err
	}
	if n, err := strconv.Atoi(size); err != nil || !shown || !slices.Contains(PictureSizes, n) {
		return nil, fault.NoPicture
	}
	content, err := s.Blobs.Get(ctx, in, size+"/"+file)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, fault.NoPicture
	}
	return content, err
}
