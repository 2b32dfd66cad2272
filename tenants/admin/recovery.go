package admin

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/tenants"
)

// Recovery codes get somebody in who has lost the phone: ten of them, each for one time.
const recoveryCodes = 10

// letters of recovery codes: neither l nor o, which are taken for digits. A power of two, so that each is equally likely.
const letters = "abcdefghijkmnpqrstuvwxyz23456789"

// newRecoveryCode makes sixteen letters in fours.
func newRecoveryCode() string {
	var b strings.Builder
	for i, r := range seal.Random(16) {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(r)%len(letters)])
	}
	return b.String()
}

// codeHash is how a recovery code is stored: keyed, so that rows alone give nothing to guess at.
func (s *Service) codeHash(id uuid.UUID, plain string) []byte {
	return s.Sealer.MAC("admin recovery code", id[:], []byte(plain))
}

func (s *Service) replaceCodes(ctx context.Context, tx *tenants.PlatformTx, id uuid.UUID) ([]string, error) {
	if _, err := tx.Exec(ctx, `delete from admin_recovery_codes where admin_id = $1`, id); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = newRecoveryCode()
		if _, err := tx.Exec(ctx, `insert into admin_recovery_codes (admin_id, code_hash) values ($1, $2)`, id, s.codeHash(id, plainCode(codes[i]))); err != nil {
			return nil, err
		}
	}
	return codes, nil
}
