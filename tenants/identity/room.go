package identity

import (
	"context"

	"github.com/keyhall/keyhall/internal/fault"
)

const (
	// countUsers stops at a number, as it does not matter how many more there are.
	countUsers = `select count(*) from (select from users where tenant_id = $1 limit $2) u`
	// isRoom counts only where those who ever came might be too many.
	isRoom = `select c.users < $2 or (` + countUsers + `) < $2 from tenant_counters c where c.tenant_id = $1`
)

// roomFor refuses another user when the tenant has as many as it may. Only who holds the tenant's counter can rely on it. Fault:
// UsersFull.
func roomFor(ctx context.Context, r reader, most *int64) error {
	if most == nil {
		return nil
	}
	var room bool
	if err := r.Get(ctx, &room, isRoom, *most); err != nil {
		return err
	}
	if !room {
		return fault.UsersFull
	}
	return nil
}

// roomLeft is how many more users there may be; -1: as many as come.
func roomLeft(ctx context.Context, r reader, most *int64) (int64, error) {
	if most == nil {
		return -1, nil
	}
	var have int64
	if err := r.Get(ctx, &have, countUsers, *most); err != nil {
		return 0, err
	}
	return *most - have, nil
}
