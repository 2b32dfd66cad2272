package native

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/admin"
)

type passkeyOut struct {
	ID         uuid.UUID  `json:"id"`
	Name       string     `json:"name"`
	Synced     bool       `json:"synced"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	SuspectAt  *time.Time `json:"suspect_at"`
}

func showPasskey(p admin.Passkey) passkeyOut {
	return passkeyOut{p.ID, p.Name, p.Synced, p.CreatedAt.UTC(), inUTC(p.LastUsedAt), inUTC(p.SuspectAt)}
}

type ceremonyOut struct {
	Attempt string `json:"attempt"`
	Options any    `json:"options"`
}

func showCeremony(c admin.Ceremony) ceremonyOut { return ceremonyOut{c.Attempt, c.Options} }

type passkeyAskIn struct {
	Email    string `json:"email" wire:"blank"`
	Password string `json:"password" wire:"blank,secret"`
}

func (n contract) askForPasskey(c *wire.Call, in passkeyAskIn) (wire.Response, error) {
	asked, err := n.Admins.BeginPasskeyLogin(c.Ctx, admin.Proof{Email: in.Email, Password: in.Password}, c.Client())
	return wire.Created(showCeremony(asked)), err
}

type passkeyAnswerIn struct {
	Attempt    string          `json:"attempt" validate:"required,max=4000"`
	Credential json.RawMessage `json:"credential" validate:"required"`
}

func (n contract) openAdminSessionByPasskey(c *wire.Call, in passkeyAnswerIn) (wire.Response, error) {
	if err := n.browserMaySignIn(c); err != nil {
		return wire.Response{}, err
	}
	g, err := n.Admins.LoginByPasskey(c.Ctx, in.Attempt, in.Credential, c.Client())
	return browserSession(c, g), err
}

func (n contract) listPasskeys(c *wire.Call) (wire.Response, error) {
	all, err := n.Admins.Passkeys(c.Ctx, actorOf(c))
	return wire.OK(listing[passkeyOut]{each(all, showPasskey)}), err
}

func (n contract) beginPasskey(c *wire.Call, in passwordIn) (wire.Response, error) {
	asked, err := n.Admins.BeginPasskey(c.Ctx, actorOf(c), in.Password)
	return wire.Created(showCeremony(asked)), err
}

type newPasskeyIn struct {
	Name       string          `json:"name" validate:"required,max=60"`
	Attempt    string          `json:"attempt" validate:"required,max=4000"`
	Credential json.RawMessage `json:"credential" validate:"required"`
}

type passkeyAddedOut struct {
	Passkey       passkeyOut `json:"passkey"`
	RecoveryCodes []string   `json:"recovery_codes"`
}

func (n contract) confirmPasskey(c *wire.Call, in newPasskeyIn) (wire.Response, error) {
	p, codes, err := n.Admins.ConfirmPasskey(c.Ctx, actorOf(c), in.Name, in.Attempt, in.Credential)
	return wire.Created(passkeyAddedOut{showPasskey(p), append([]string{}, codes...)}), err
}

func (n contract) provePasskey(c *wire.Call) (wire.Response, error) {
	asked, err := n.Admins.ProvePasskey(c.Ctx, actorOf(c))
	return wire.Created(showCeremony(asked)), err
}

type passkeyNameIn struct {
	Name string `json:"name" validate:"required,max=60"`
}

func (n contract) renamePasskey(c *wire.Call, in passkeyNameIn) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	p, err := n.Admins.RenamePasskey(c.Ctx, actorOf(c), id, in.Name)
	return wire.OK(showPasskey(p)), err
}

func (n contract) removePasskey(c *wire.Call, in bothIn) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.RemovePasskey(c.Ctx, actorOf(c), id, in.both())
}
