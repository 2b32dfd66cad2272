package admin

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/message"
	"github.com/keyhall/keyhall/tenants/outbox"
)

// atServer is who acts at the command line of the server.
var atServer = tenants.Who{Kind: "system", ID: "command line"}

// ResetFactor takes an administrator's second factors away at the command line of the server, for one who has lost all of
// them and the recovery codes, ends his sessions and mails him. Faults: PathUnknown, FactorUnknown.
func (s *Service) ResetFactor(ctx context.Context, email string) error {
	row, err := s.byEmail(ctx, email)
	if err != nil {
		return err
	}
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		return s.resetFactor(ctx, tx, row.ID, resetBy{who: atServer})
	})
}

// ResetOperator takes the second factors of an operator who has lost them, ends his sessions and mails him; done by an
// owner of the platform. With none to take nothing happens. Faults: PathUnknown, NotOneself, NotAllowed.
func (s *Service) ResetOperator(ctx context.Context, by *Actor, id uuid.UUID, c identity.Client) error {
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		if _, err := s.operatorFor(ctx, tx, by, id); err != nil {
			return err
		}
		err := s.resetFactor(ctx, tx, id, resetBy{by.Who(c), called(by.Admin), c.Language})
		if errors.Is(err, fault.FactorUnknown) {
			return nil
		}
		return err
	})
}

// ResetMember takes the second factors of an admin who has lost them, ends his sessions and mails him: done by an owner of
// the only tenant that the admin has to do with, or by an operator. With none to take nothing happens. Faults: PathUnknown,
// NotAllowed for one's own, for an owner where another tenant or the platform is opened by them too, and for an operator
// who is no owner where they are another operator's.
func (s *Service) ResetMember(ctx context.Context, in *tenants.Scope, by *Actor, id uuid.UUID, c identity.Client) error {
	if _, err := s.member(ctx, in, id); err != nil {
		return err
	}
	if by.Admin.ID == id {
		return fault.NotAllowed
	}
	return s.Platform.Tx(ctx, func(tx *tenants.PlatformTx) error {
		var of struct {
			Operator  bool `db:"operator"`
			Elsewhere bool `db:"elsewhere"`
		}
		err := tx.Get(ctx, &of, `select a.operator, exists (select from admin_roles r where r.admin_id = a.id and r.tenant_id <> $2) as elsewhere
			from admins a where a.id = $1 for update`, id, in.ID())
		if err != nil {
			return err
		}
		if of.Elsewhere && !by.Admin.Operator || of.Operator && !by.Admin.Owner {
			return fault.NotAllowed
		}
		err = s.resetFactor(ctx, tx, id, resetBy{by.Who(c), called(by.Admin), c.Language})
		if errors.Is(err, fault.FactorUnknown) {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.Note(ctx, in.ID(), by.Who(c), "admin.factor_reset", map[string]any{"admin": id})
	})
}

// resetBy says who resets somebody's factors, and what the mail about it tells.
type resetBy struct {
	who            tenants.Who
	name, language string
}

// resetFactor takes all second factors and the recovery codes, ends all sessions, and owes the person a mail: whoever
// can have factors reset could otherwise do it unseen. Fault: FactorUnknown.
func (s *Service) resetFactor(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID, by resetBy) error {
	found, err := forgetFactors(ctx, tx, id)
	if err != nil {
		return err
	}
	if !found {
		return fault.FactorUnknown
	}
	if err := endSessions(ctx, tx, id); err != nil {
		return err
	}
	if err := noteBy(ctx, tx, by.who, "admin.factor_reset", id, map[string]any{}); err != nil {
		return err
	}
	var email string
	if err := tx.Get(ctx, &email, `select email from admins where id = $1`, id); err != nil {
		return err
	}
	return s.Box.AddPlatform(ctx, tx, outbox.Job{Recipient: email, Payload: map[string]any{
		"message": message.FactorReset, "actor": by.name, "moment": s.Now().UTC().Format("2006-01-02 15:04 UTC"), "language": by.language,
	}})
}

// forgetFactors takes all second factors and the recovery codes, and reports whether there were any.
func forgetFactors(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID) (bool, error) {
	found := int64(0)
	for _, table := range []string{"admin_factors", "admin_passkeys"} {
		n, err := tx.Exec(ctx, `delete from `+table+` where admin_id = $1`, id)
		if err != nil {
			return false, err
		}
		found += n
	}
	_, err := tx.Exec(ctx, `delete from admin_recovery_codes where admin_id = $1`, id)
	return found > 0, err
}

func endSessions(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `update admin_sessions set revoked_at = now() where admin_id = $1 and revoked_at is null`, id)
	return err
}

// called is how a mail names an administrator.
func called(a Admin) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Email
}
