package identity

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/picture"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/blob"
	"github.com/keyhall/keyhall/tenants/identifier"
	"github.com/keyhall/keyhall/tenants/limit"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// Picture is an uploaded file that is to be a user's picture.
type Picture struct {
	Name     string // of the file; what follows its last dot is all that ever counts
	Bytes    []byte
	Check    PictureCheck
	MaxBytes int
}

// PictureCheck is how a contract decides whether a file is a picture. Neither decodes it: whether the pixels can be
// shown is found out by a worker later.
type PictureCheck uint8

// The checks.
const (
	ByHeader    PictureCheck = iota // begins like a JPEG, PNG, GIF or WebP of allowed size, whatever its name
	ByExtension                     // is called .jpg, .png or .gif, whatever is in it
	ByBoth                          // ByHeader, and it is called like a picture
)

// pictureNames are the extensions that ByBoth takes.
var pictureNames = []string{"gif", "jfif", "jpe", "jpeg", "jpg", "png", "webp"}

// extensions are those of ByExtension, with what their files are served as.
var extensions = map[string]string{"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif"}

// mediaType tells what the file is taken for, or why it is not taken.
func (p Picture) mediaType() (string, error) {
	switch p.Check {
	case ByExtension:
		return p.byExtension()
	case ByBoth:
		mediaType, err := p.byHeader()
		if extension := p.extension(); err == nil && !slices.Contains(pictureNames, extension) {
			err = fault.FileType.On("picture", "extension", extension, "allowed", strings.Join(pictureNames, ", "))
		}
		return mediaType, err
	default:
		return p.byHeader()
	}
}

// extension is what follows the last dot of the name, in lower case; "" without a dot.
func (p Picture) extension() string {
	dot := strings.LastIndexByte(p.Name, '.')
	if dot < 0 {
		return ""
	}
	return strings.ToLower(p.Name[dot+1:])
}

func (p Picture) byExtension() (string, error) {
	extension := p.extension()
	mediaType, ok := extensions[extension]
	if !ok {
		return "", fault.FileType.On("picture", "extension", extension, "allowed", "jpg, png, gif")
	}
	return mediaType, p.fits()
}

func (p Picture) byHeader() (string, error) {
	if len(p.Bytes) == 0 {
		return "", fault.FileEmpty.On("picture")
	}
	if err := p.fits(); err != nil {
		return "", err
	}
	h, err := picture.Inspect(p.Bytes)
	switch {
	case errors.Is(err, picture.ErrTooBig):
		return "", fault.PictureTooBig.On("picture", "megapixels", picture.MaxPixels/1_000_000)
	case err != nil:
		return "", fault.NotPicture.On("picture")
	}
	return h.MediaType, nil
}

func (p Picture) fits() error {
	if len(p.Bytes) > p.MaxBytes {
		return fault.FileTooLarge.With("limit", p.MaxBytes)
	}
	return nil
}

// PictureKind is the kind of outbox job that makes the variants of a user's newest upload. Its payload has "drop", names
// of files that nothing refers to any more; without a user it only drops those.
const PictureKind = "picture"

// SetPicture keeps the file as the actor's picture in place of the one before. Others see variants of it, which a worker
// makes; until then, and when it cannot, they see those of the picture before. Faults: FileType, FileEmpty, NotPicture
// and PictureTooBig on "picture"; FileTooLarge; RateLimited; DependencyDown when the store does not take it.
func (s *Service) SetPicture(ctx context.Context, in *tenants.Scope, a *Actor, p Picture, c Client) (User, error) {
	mediaType, err := p.mediaType()
	if err != nil {
		return User{}, err
	}
	charge := limit.Charge{Rule: limit.PictureUser, Subject: strconv.FormatInt(a.User.ID, 10)}
	if err := s.Limiter.Take(ctx, in.ID().String(), charge); err != nil {
		return User{}, err
	}
	raw := "raw/" + blob.NewID()
	if err := s.Blobs.Put(ctx, in, raw, p.Bytes, mediaType); err != nil {
		return User{}, err
	}
	var user User
	err = s.unit(ctx, in, c, func(u *unit) (err error) {
		user, err = u.setPicture(ctx, a.User.ID, raw, mediaType)
		return err
	})
	return user, err // without the row the file is swept
}

func (u *unit) setPicture(ctx context.Context, userID int64, raw, mediaType string) (User, error) {
	a, err := accountForUpdate(ctx, u.Tx, userID)
	if err != nil {
		return User{}, err
	}
	old, err := u.rawNames(ctx, userID)
	if err != nil {
		return User{}, err
	}
	if err := u.savePicture(ctx, userID, raw, mediaType); err != nil {
		return User{}, err
	}
	a.HasPicture = true
	job := outbox.Job{Kind: PictureKind, UserID: userID, Payload: map[string]any{"drop": old}}
	if _, err := u.s.Box.Add(ctx, u.Tx, job); err != nil {
		return User{}, err
	}
	return a.User, u.note(ctx, self(userID), "user.picture_changed", userID, nil)
}

// RemovePicture deletes a user's picture with its variants. Without one it does nothing. Fault: PathUnknown.
func (s *Service) RemovePicture(ctx context.Context, in *tenants.Scope, by By, userID int64, c Client) (User, error) {
	var user User
	err := s.unit(ctx, in, c, func(u *unit) error {
		locked, err := accountForUpdate(ctx, u.Tx, userID)
		if err != nil || !locked.HasPicture {
			user = locked.User
			return err
		}
		if err := u.dropPicture(ctx, locked); err != nil {
			return err
		}
		user = locked.User
		user.HasPicture, user.pictureFile = false, ""
		return u.note(ctx, by, "user.picture_removed", user.ID, nil)
	})
	return user, err
}

// dropPicture takes the picture away from a locked account, which may be about to go itself, and has its files deleted.
func (u *unit) dropPicture(ctx context.Context, a account) error {
	files, err := u.rawNames(ctx, a.ID)
	if err != nil {
		return err
	}
	files = append(files, VariantNames(a.pictureFile)...)
	if len(files) == 0 {
		return nil
	}
	if err := u.deletePicture(ctx, a.ID); err != nil {
		return err
	}
	_, err = u.s.Box.Add(ctx, u.Tx, outbox.Job{Kind: PictureKind, Payload: map[string]any{"drop": files}})
	return err
}

// RawPicture is a file as it was uploaded. It may be anything: it is for those who show it inertly.
type RawPicture struct {
	Bytes     []byte
	MediaType string // what it was taken for
	Uploaded  time.Time
	ID        string // another one for each upload, for ETags
}

// RawPicture gives what a user uploaded, to anybody who asks. Faults: PathUnknown without such a user, NoPicture without
// a picture.
func (s *Service) RawPicture(ctx context.Context, in *tenants.Scope, userID int64) (RawPicture, error) {
	a, err := accountByID(ctx, in, userID)
	if err != nil {
		return RawPicture{}, err
	}
	return s.rawPicture(ctx, in, a.User)
}

// RawPictureOf is RawPicture by username.
func (s *Service) RawPictureOf(ctx context.Context, in *tenants.Scope, username string) (RawPicture, error) {
	a, err := accountBy(ctx, in, `u.username_key = $2`, identifier.CanonicalUsername(username))
	if err != nil {
		return RawPicture{}, err
	}
	return s.rawPicture(ctx, in, a.User)
}

func (s *Service) rawPicture(ctx context.Context, in *tenants.Scope, user User) (RawPicture, error) {
	row, err := pictureOf(ctx, in, user.ID)
	if err != nil {
		return RawPicture{}, err
	}
	return s.readRaw(ctx, in, row)
}

func (s *Service) readRaw(ctx context.Context, in *tenants.Scope, row pictureRow) (RawPicture, error) {
	content, err := s.Blobs.Get(ctx, in, row.Raw)
	if errors.Is(err, blob.ErrNotFound) { // replaced or removed a moment ago
		return RawPicture{}, fault.NoPicture
	}
	_, id, _ := strings.Cut(row.Raw, "/")
	return RawPicture{Bytes: content, MediaType: row.MediaType, Uploaded: row.UploadedAt.UTC(), ID: id}, err
}
