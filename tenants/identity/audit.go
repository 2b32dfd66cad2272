package identity

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/tenants"
)

// By is who does something to an account.
type By struct {
	Kind string // user, admin, operator, key, system
	ID   string
}

func self(userID int64) By { return By{Kind: "user", ID: strconv.FormatInt(userID, 10)} }

const insertAudit = `insert into audit (tenant_id, id, at, actor_kind, actor_id, action, user_id, details, ip, request_id)
	values ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), $8, $9, $10)`

// note writes an audit row in the transaction of the change it tells about. Details hold no secrets and no personal
// data: the trail outlives an erased account.
func (u *unit) note(ctx context.Context, by By, action string, userID int64, details map[string]any) error {
	if details == nil {
		details = map[string]any{}
	}
	raw, err := json.Marshal(details)
	if err != nil {
		return err
	}
	row := []any{uuid.Must(uuid.NewV7()), u.Now(), by.Kind, by.ID, action, userID, string(raw), u.client.IP, u.client.RequestID}
	if kind, told := eventOf[action]; told && userID != 0 {
		provider, _ := details["provider"].(string)
		return u.noteEvent(ctx, event{kind: kind, action: action, by: by, userID: userID, provider: provider}, row)
	}
	_, err = u.Exec(ctx, insertAudit, row...)
	return err
}

// AuditEntry is one row of a tenant's trail.
type AuditEntry struct {
	ID        uuid.UUID       `db:"id"`
	At        time.Time       `db:"at"`
	ActorKind string          `db:"actor_kind"`
	ActorID   string          `db:"actor_id"`
	Action    string          `db:"action"`
	UserID    *int64          `db:"user_id"`
	Details   json.RawMessage `db:"details"`
	IP        string          `db:"ip"`
	RequestID string          `db:"request_id"`
}

// Note writes an audit row for what an admin does to the tenant through a transaction of another package.
func Note(ctx context.Context, tx *tenants.Tx, by By, action string, details map[string]any, c Client) error {
	return (&unit{Tx: tx, client: c}).note(ctx, by, action, 0, details)
}
