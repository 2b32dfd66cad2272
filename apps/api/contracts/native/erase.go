package native

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants"
)

type eraseIn struct {
	Confirm string `json:"confirm" validate:"required"`
}

type erasureOut struct {
	ID         uuid.UUID        `json:"id"`
	Slug       string           `json:"slug"`
	Name       string           `json:"name"`
	AskedAt    time.Time        `json:"asked_at"`
	FinishedAt *time.Time       `json:"finished_at"`
	Progress   float64          `json:"progress"`
	Found      map[string]int64 `json:"found"`
}

func showErasure(e tenants.Erasure) erasureOut {
	return erasureOut{e.ID, e.Slug, e.Name, e.AskedAt, e.FinishedAt, progress(e), e.Found}
}

// progress is from 0 to 1. A tenant has more than was counted, so only the end is 1.
func progress(e tenants.Erasure) float64 {
	if e.FinishedAt != nil {
		return 1
	}
	var all int64
	for kind, n := range e.Found {
		if kind != "sessions" && kind != "audit_entries" { // they go with their users, and with the tenant
			all += n
		}
	}
	if all == 0 {
		return 0
	}
	return min(float64(e.Done)/float64(all), 0.99)
}

func (n contract) eraseTenant(c *wire.Call, in eraseIn) (wire.Response, error) {
	e, err := n.Registry.Erase(c.Ctx, who(c), c.Scope.ID(), in.Confirm)
	return wire.Response{Status: http.StatusAccepted, Body: showErasure(e)}, err
}

func (n contract) listErasures(c *wire.Call) (wire.Response, error) {
	all, err := n.Registry.Erasures(c.Ctx)
	return wire.OK(listing[erasureOut]{each(all, showErasure)}), err
}

func (n contract) getErasure(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	e, err := n.Registry.Erasure(c.Ctx, id)
	return wire.OK(showErasure(e)), err
}
