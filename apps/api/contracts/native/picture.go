package native

import (
	"net/http"
	"path"
	"time"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/identity"
)

// maxPicture is the largest file taken, in bytes: what phones take pictures of, in good quality.
const maxPicture = 5 << 20

type pictureIn struct {
	File wire.File `json:"file" core:"picture" validate:"required"`
}

type pictureOut struct {
	State      string       `json:"state"`
	UploadedAt time.Time    `json:"uploaded_at"`
	URLs       *pictureURLs `json:"urls"`
}

type pictureURLs struct {
	Small  string `json:"64"`
	Medium string `json:"256"`
	Large  string `json:"512"`
}

func (n contract) setMyPicture(c *wire.Call, in pictureIn) (wire.Response, error) {
	u, err := n.Core.SetPicture(c.Ctx, c.Scope, c.Actor, identity.Picture{Name: in.File.Name, Bytes: in.File.Bytes, MaxBytes: maxPicture}, c.Client())
	if err != nil {
		return wire.Response{}, err
	}
	return n.showPicture(c, u)
}

func (n contract) myPicture(c *wire.Call) (wire.Response, error) {
	return n.showPicture(c, c.Actor.User)
}

func (n contract) removeMyPicture(c *wire.Call) (wire.Response, error) {
	_, err := n.Core.RemovePicture(c.Ctx, c.Scope, c.Actor.By(), c.Actor.User.ID, c.Client())
	return wire.NoContent(), err
}

func (n contract) removePicture(c *wire.Call) (wire.Response, error) {
	return n.aUser(c, wire.NoContent(), func(id int64) error {
		_, err := n.Core.RemovePicture(c.Ctx, c.Scope, actorOf(c).By(), id, c.Client())
		return err
	})
}

func (n contract) showPicture(c *wire.Call, u identity.User) (wire.Response, error) {
	p, err := n.Core.PictureState(c.Ctx, c.Scope, u.ID)
	if err != nil {
		return wire.Response{}, err
	}
	out := pictureOut{State: p.State, UploadedAt: p.Uploaded}
	if large := u.PictureURL(c.Scope, 512); large != "" {
		out.URLs = &pictureURLs{u.PictureURL(c.Scope, 64), u.PictureURL(c.Scope, 256), large}
	}
	return wire.OK(out), nil
}

// picture serves a variant to anybody who knows its name. It is an inert picture for browsers whatever is in it, and may
// be kept for ever: another picture has another name.
func (n contract) picture(c *wire.Call) (wire.Response, error) {
	content, err := n.Core.Variant(c.Ctx, c.Scope, c.Param("size"), c.Param("file"))
	if err != nil {
		return wire.Response{}, err
	}
	mediaType := "image/jpeg"
	if path.Ext(c.Param("file")) == ".png" {
		mediaType = "image/png"
	}
	return wire.Response{Status: http.StatusOK, Body: content, Header: map[string]string{
		"Content-Type": mediaType, "Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Content-Disposition": "inline", "Cross-Origin-Resource-Policy": "cross-origin", "Vary": "Origin",
	}}, nil
}
