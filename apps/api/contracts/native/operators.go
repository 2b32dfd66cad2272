package native

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/admin"
)

type operatorOut struct {
	ID           uuid.UUID  `json:"id"`
	Email        string     `json:"email"`
	Name         string     `json:"name"`
	Role         string     `json:"role"`
	State        string     `json:"state"`
	InvitedUntil *time.Time `json:"invited_until"`
	Factor       bool       `json:"second_factor"`
	CreatedAt    time.Time  `json:"created_at"`
	LastLoginAt  *time.Time `json:"last_login_at"`
}

func showOperator(o admin.Operator) operatorOut {
	state := "active"
	if o.Invited {
		state = "invited"
	}
	return operatorOut{o.ID, o.Email, o.Name, o.Role, state, inUTC(o.InvitedUntil), o.Enrolled, o.CreatedAt.UTC(), inUTC(o.LastLoginAt)}
}

func (n contract) listOperators(c *wire.Call) (wire.Response, error) {
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	all, next, err := n.Admins.Operators(c.Ctx, admin.OperatorFilter{Query: query(c, "q"), Cursor: query(c, "cursor"), Limit: limit})
	return wire.OK(pageOf(all, next, showOperator)), err
}

type inviteOperatorIn struct {
	Email string `json:"email" validate:"required,django_email"`
	Role  string `json:"role" validate:"required,oneof=owner operator"`
}

func (n contract) inviteOperator(c *wire.Call, in inviteOperatorIn) (wire.Response, error) {
	o, err := n.Admins.InviteOperator(c.Ctx, actorOf(c), in.Email, in.Role, c.Client())
	return wire.Created(showOperator(o)), err
}

type operatorRoleIn struct {
	Role string `json:"role" validate:"required,oneof=owner operator"`
}

func (n contract) changeOperator(c *wire.Call, in operatorRoleIn) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	o, err := n.Admins.SetOperatorRole(c.Ctx, actorOf(c), id, in.Role, c.Client())
	return wire.OK(showOperator(o)), err
}

func (n contract) removeOperator(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.RemoveOperator(c.Ctx, actorOf(c), id, c.Client())
}

func (n contract) inviteOperatorAgain(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	o, err := n.Admins.InviteOperatorAgain(c.Ctx, actorOf(c), id, c.Client())
	return wire.Response{Status: http.StatusAccepted, Body: showOperator(o)}, err
}

func (n contract) revokeOperator(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.RevokeOperator(c.Ctx, actorOf(c), id, c.Client())
}

func (n contract) resetOperatorFactor(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.ResetOperator(c.Ctx, actorOf(c), id, c.Client())
}
