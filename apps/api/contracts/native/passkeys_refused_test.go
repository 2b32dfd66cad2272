package native_test

import (
	"testing"

	"github.com/keyhall/keyhall/apps/api/apitest"
	"github.com/keyhall/keyhall/internal/pgtest"
)

// A browser makes no passkey for an address that is a number.
func TestPasskeysNeedADomainName(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{HTTPS: true, House: apitest.At(*pgtest.Get(t), "https://192.0.2.7")})
	a := s.NewOperator(t)
	s.Client(t).Post("/admin/v1/auth/passkey", obj{}).Refused(409, "passkeys_unavailable")
	a.Post(factorPath+"/challenge", nil).Refused(409, "passkeys_unavailable")
	a.Post(factorPath+"/passkey", obj{"password": apitest.Password}).Refused(409, "passkeys_unavailable")
}

func TestWhatIsNoPasskeyIsSaid(t *testing.T) {
	t.Parallel()
	s := secure(t)
	s.Client(t).Post("/admin/v1/auth/passkey", obj{"email": 5}).Refused(400, "validation_failed", "email:not_a_string")
	s.Client(t).Post("/admin/v1/auth/session/passkey", obj{}).Refused(400, "validation_failed", "attempt:required", "credential:required")
	k := newAuthenticator(t, s, s.NewOperator(t))
	id := k.confirm(k.begin(), "Phone").Is(201).Text("passkey.id")
	k.owner.Patch(passkeysPath+"/"+id, obj{"name": " "}).Refused(400, "validation_failed", "name")
}

func TestPasskeysAreBounded(t *testing.T) {
	t.Parallel()
	s := secure(t)
	owner := s.NewOperator(t)
	k := newAuthenticator(t, s, owner)
	asked := k.begin()
	s.Exec(t, `insert into admin_passkeys (id, admin_id, name, credential_id, public_key, sign_count, flags)
		select gen_random_uuid(), $1, 'x', decode(md5(random()::text), 'hex'), '', 0, 1 from generate_series(1, 20)`, owner.ID)
	k.confirm(asked, "One more").Refused(409, "passkeys_full")
	owner.Post(factorPath+"/passkey", obj{"password": apitest.Password}).Refused(409, "passkeys_full")
}
