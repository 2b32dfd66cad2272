package fittrackee

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"

	"github.com/keyhall/keyhall/apps/api/wire"
)

type pictureIn struct {
	File wire.File `json:"file" core:"picture" validate:"required"`
}

// setPicture takes any file by its extension; a body without a file is always the same complaint.
func (c contract) setPicture() wire.Handler {
	set := wire.Body(func(r *wire.Call, in pictureIn) (wire.Response, error) {
		u, err := c.core.SetPicture(r.Ctx, r.Scope, r.Actor, identity.Picture{
			Name: in.File.Name, Bytes: in.File.Bytes, Check: identity.ByExtension, MaxBytes: maxPicture,
		}, r.Client())
		if err != nil {
			return wire.Response{}, err
		}
		return c.shown(r, u, "User picture updated.")
	})
	return func(r *wire.Call) (wire.Response, error) {
		out, err := set(r)
		return out, pictureRefused(err)
	}
}

// pictureRefused takes the complaint off its field: here it stands alone.
func pictureRefused(err error) error {
	if err == nil {
		return nil
	}
	f := fault.From(err)
	for _, field := range f.Fields {
		if field.Code == fault.FileUnnamed || field.Code == fault.FileType {
			return field.Code
		}
	}
	switch f.Code {
	case fault.ValidationFailed, fault.MalformedBody, fault.WrongShape, fault.NoData:
		return fault.FileMissing
	}
	return err
}

// removePicture is content when there is none.
func (c contract) removePicture(r *wire.Call) (wire.Response, error) {
	_, err := c.core.RemovePicture(r.Ctx, r.Scope, r.Actor.By(), r.Actor.User.ID, r.Client())
	out := wire.NoContent()
	out.Header = map[string]string{"Content-Type": "application/json"} // of nothing, as the reference has it
	return out, err
}

// picture gives the very bytes that were uploaded, to anybody. They may be anything, so they come as a picture that no
// browser runs. The address stays when the picture changes: caches have to ask.
func (c contract) picture(r *wire.Call) (wire.Response, error) {
	p, err := c.pictureOf(r, r.Param("user"))
	if err != nil {
		return wire.Response{}, err
	}
	out := wire.Response{Status: http.StatusOK, Body: p.Bytes, Header: map[string]string{
		"Content-Type":            p.MediaType,
		"ETag":                    `"` + p.ID + `"`,
		"Last-Modified":           p.Uploaded.Format(http.TimeFormat),
		"Cache-Control":           "no-cache",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox",
	}}
	if r.Header("If-None-Match") == out.Header["ETag"] { // RFC 9110 13.1.2
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}

// pictureOf knows people by id and by username; digits are an id, unless nobody has it.
func (c contract) pictureOf(r *wire.Call, user string) (identity.RawPicture, error) {
	if id, err := strconv.ParseInt(user, 10, 64); err == nil {
		p, err := c.core.RawPicture(r.Ctx, r.Scope, id)
		if !errors.Is(err, fault.PathUnknown) {
			return p, err
		}
	}
	p, err := c.core.RawPictureOf(r.Ctx, r.Scope, user)
	if errors.Is(err, fault.PathUnknown) {
		return p, fault.AccountUnknown
	}
	return p, err
}
