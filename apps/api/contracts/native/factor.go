package native

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/admin"
)

type factorOut struct {
	Since     *time.Time `json:"since"`
	Passkeys  int        `json:"passkeys"`
	Demanded  bool       `json:"demanded"`
	CodesLeft int        `json:"recovery_codes_left"`
}

func (n contract) factor(c *wire.Call) (wire.Response, error) {
	f, err := n.Admins.Factor(c.Ctx, actorOf(c))
	return wire.OK(factorOut{inUTC(f.Since), f.Passkeys, f.Demanded, f.CodesLeft}), err
}

type enrolmentOut struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

func (n contract) beginFactor(c *wire.Call, in passwordIn) (wire.Response, error) {
	e, err := n.Admins.BeginFactor(c.Ctx, actorOf(c), in.Password)
	return wire.Created(enrolmentOut{e.Secret, e.URI}), err
}

type codeIn struct {
	Code string `json:"code" wire:"secret" validate:"required,max=64"`
}

type codesOut struct {
	RecoveryCodes []string `json:"recovery_codes"`
}

func (n contract) confirmFactor(c *wire.Call, in codeIn) (wire.Response, error) {
	codes, err := n.Admins.ConfirmFactor(c.Ctx, actorOf(c), in.Code)
	return wire.OK(codesOut{codes}), err
}

type bothIn struct {
	Password   string          `json:"password" wire:"secret" validate:"required"`
	Code       string          `json:"code" wire:"blank,secret" validate:"max=64"`
	Attempt    string          `json:"attempt" wire:"blank" validate:"max=4000"`
	Credential json.RawMessage `json:"credential"`
}

func (b bothIn) both() admin.Both {
	return admin.Both{Password: b.Password, Code: b.Code, Attempt: b.Attempt, Credential: b.Credential}
}

func (n contract) removeFactor(c *wire.Call, in bothIn) (wire.Response, error) {
	return wire.NoContent(), n.Admins.RemoveFactor(c.Ctx, actorOf(c), in.both())
}

func (n contract) renewCodes(c *wire.Call, in bothIn) (wire.Response, error) {
	codes, err := n.Admins.RenewCodes(c.Ctx, actorOf(c), in.both())
	return wire.OK(codesOut{codes}), err
}

type adminSessionItem struct {
	ID         uuid.UUID `json:"id"`
	Kind       string    `json:"kind"`
	UserAgent  string    `json:"user_agent"`
	IP         string    `json:"ip"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Current    bool      `json:"current"`
}

// sessionKinds are the kinds of sessions as people know them.
var sessionKinds = map[string]string{"cookie": "browser", "pair": "program"}

func (n contract) adminSessions(c *wire.Call) (wire.Response, error) {
	all, err := n.Admins.Sessions(c.Ctx, actorOf(c))
	return wire.OK(listing[adminSessionItem]{each(all, func(s admin.Session) adminSessionItem {
		return adminSessionItem{s.ID, sessionKinds[s.Kind], s.UserAgent, s.IP, s.CreatedAt.UTC(), s.LastSeenAt.UTC(), s.ExpiresAt.UTC(), s.ID == actorOf(c).SessionID}
	})}), err
}

func (n contract) endOtherAdminSessions(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Admins.EndOtherSessions(c.Ctx, actorOf(c))
}

func (n contract) endAdminSession(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "session_id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.EndSession(c.Ctx, actorOf(c), id)
}
