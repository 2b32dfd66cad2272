package native_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/apps/api/apitest"
)

const (
	passkeysPath = "/admin/v1/me/passkeys"
	ownOrigin    = "https://id.example.test"
)

// authenticator is a passkey of one administrator, as a phone has it.
type authenticator struct {
	t      *testing.T
	s      *apitest.Server
	owner  apitest.Admin
	key    *ecdsa.PrivateKey
	id     []byte
	count  uint32
	origin string
	flags  byte // of the authenticator data: 1 present, 4 verified, 8 may be synced, 16 is synced
}

var b64 = base64.RawURLEncoding.EncodeToString

func newAuthenticator(t *testing.T, s *apitest.Server, owner apitest.Admin) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	return &authenticator{t: t, s: s, owner: owner, key: key, id: id[:], count: 1, origin: ownOrigin, flags: 1 | 4}
}

func (k *authenticator) data(rp string) []byte {
	hash := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(hash[:], k.flags), k.count)
}

func (k *authenticator) client(kind, challenge string) []byte {
	raw, err := json.Marshal(obj{"type": kind, "challenge": challenge, "origin": k.origin, "crossOrigin": false})
	if err != nil {
		k.t.Fatal(err)
	}
	return raw
}

// make answers a registration: CBOR by hand (RFC 8949), without attestation.
func (k *authenticator) make(asked apitest.Answer) obj {
	point, err := k.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		k.t.Fatal(err)
	}
	cose := bytes.Join([][]byte{{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33], {0x22, 0x58, 32}, point[33:65]}, nil)
	k.flags |= 64
	data := append(k.data("id.example.test"), make([]byte, 16)...)
	k.flags &^= 64
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(k.id))), append(bytes.Clone(k.id), cose...)...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), append([]byte{byte(len(data))}, data...)...)
	return obj{"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "clientExtensionResults": obj{}, "response": obj{
		"clientDataJSON": b64(k.client("webauthn.create", asked.Text("options.challenge"))), "attestationObject": b64(object), "transports": []string{"internal"},
	}}
}

// answer signs a challenge and counts on.
func (k *authenticator) answer(asked apitest.Answer) obj {
	k.count++
	client, data := k.client("webauthn.get", asked.Text("options.challenge")), k.data("id.example.test")
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, digest[:])
	if err != nil {
		k.t.Fatal(err)
	}
	user := k.owner.ID
	return obj{"attempt": asked.Text("attempt"), "credential": obj{"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "clientExtensionResults": obj{}, "response": obj{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(user[:]),
	}}}
}

func (k *authenticator) begin() apitest.Answer {
	return k.owner.Post(factorPath+"/passkey", obj{"password": apitest.Password}).Is(201)
}

func (k *authenticator) confirm(asked apitest.Answer, name string) apitest.Answer {
	return k.owner.Post(passkeysPath, obj{"name": name, "attempt": asked.Text("attempt"), "credential": k.make(asked)})
}

// ask begins a sign-in, as the second step or without a password.
func (k *authenticator) ask(second bool) apitest.Answer {
	body := obj{}
	if second {
		body = obj{"email": k.owner.Email, "password": apitest.Password}
	}
	return k.s.Client(k.t).Post("/admin/v1/auth/passkey", body).Is(201)
}

func (k *authenticator) enter(body any) apitest.Answer {
	return k.s.Client(k.t).Post("/admin/v1/auth/session/passkey", body)
}

func secure(t *testing.T) *apitest.Server {
	return apitest.Start(t, apitest.Options{HTTPS: true})
}

func TestAPasskeyIsRegisteredAndGetsOneIn(t *testing.T) {
	t.Parallel()
	s := secure(t)
	k := newAuthenticator(t, s, s.NewOperator(t))
	elsewhere := s.Enter(t, k.owner)
	k.owner.Post(factorPath+"/passkey", obj{"password": "wrong"}).Refused(400, "validation_failed", "password:password_wrong")
	asked := k.begin()
	if asked.Text("options.rp.id") != "id.example.test" || asked.Text("options.authenticatorSelection.userVerification") != "required" {
		t.Errorf("asked: %s", asked.Body)
	}
	added := k.confirm(asked, "Laptop").Is(201)
	if len(added.Value("recovery_codes").([]any)) != 10 || added.Text("passkey.name") != "Laptop" || added.Value("passkey.synced") != false {
		t.Errorf("added: %s", added.Body)
	}
	elsewhere.Get("/admin/v1/me").Refused(401, "token_invalid") // it was opened with a password alone
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": k.owner.Email, "password": apitest.Password}).Refused(401, "second_factor_needed")
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": k.owner.Email, "password": apitest.Password, "code": "123456"}).Refused(401, "second_factor_wrong")
	for _, second := range []bool{true, false} {
		in := k.enter(k.answer(k.ask(second))).Is(200)
		if in.Text("admin.email") != k.owner.Email || in.Cookie("__Host-keyhall_admin") == nil {
			t.Errorf("second step %v: %s", second, in.Body)
		}
	}
	k.flags = 1 // somebody touched it, but nobody was verified: enough beside a password, not in its place
	k.enter(k.answer(k.ask(true))).Is(200)
	k.enter(k.answer(k.ask(false))).Refused(401, "passkey_wrong")
	list := k.owner.Get(passkeysPath).Is(200)
	if len(list.List("data", "id")) != 1 || list.Text("data.0.last_used_at") == "" || list.Value("data.0.suspect_at") != nil {
		t.Errorf("list: %s", list.Body)
	}
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": k.owner.Email, "password": apitest.Password, "code": added.Text("recovery_codes.0")}).Is(200)
	if f := k.owner.Get(factorPath).Is(200); f.Int("passkeys") != 1 || f.Value("since") != nil || f.Int("recovery_codes_left") != 9 {
		t.Errorf("factor: %s", f.Body)
	}
}

func TestPasskeysAreNamedAndRemovedWithProofOfBoth(t *testing.T) {
	t.Parallel()
	s := secure(t)
	k := newAuthenticator(t, s, s.NewOperator(t))
	k.owner.Post(factorPath+"/challenge", nil).Refused(404, "factor_unknown")
	s.Client(t).Post("/admin/v1/auth/passkey", obj{"email": k.owner.Email, "password": apitest.Password}).Refused(404, "factor_unknown")
	s.Client(t).Post("/admin/v1/auth/passkey", obj{"email": k.owner.Email, "password": "wrong"}).Refused(401, "bad_credentials")
	asked := k.begin()
	k.owner.Post(passkeysPath, obj{"name": " ", "attempt": "x", "credential": obj{}}).Refused(400, "validation_failed", "name:blank")
	id := k.confirm(asked, "Laptop").Is(201).Text("passkey.id")
	k.confirm(k.begin(), "Again").Refused(409, "passkey_exists")
	other := newAuthenticator(t, s, k.owner)
	if second := other.confirm(other.begin(), "Phone").Is(201); len(second.Value("recovery_codes").([]any)) != 0 {
		t.Errorf("the codes of the first are replaced: %s", second.Body)
	}
	path := passkeysPath + "/" + id
	if renamed := k.owner.Patch(path, obj{"name": "Old laptop"}).Is(200); renamed.Text("name") != "Old laptop" {
		t.Errorf("renamed: %s", renamed.Body)
	}
	stranger := s.NewOperator(t)
	stranger.Patch(path, obj{"name": "Mine"}).Refused(404, "not_found")
	stranger.Delete(path, obj{"password": apitest.Password, "code": "123456"}).Refused(404, "not_found")
	k.owner.Delete(path, obj{"password": apitest.Password}).Refused(400, "validation_failed", "code:factor_code_wrong")
	k.owner.Delete(path, obj{"password": "wrong", "code": "123456"}).Refused(400, "validation_failed", "password:password_wrong")
	proof := func() obj {
		body := k.answer(k.owner.Post(factorPath+"/challenge", nil).Is(201))
		body["password"] = apitest.Password
		return body
	}
	body := proof()
	s.Enter(t, stranger).Post(factorPath+"/recovery-codes", body).Refused(400, "validation_failed", "credential:passkey_refused")
	k.owner.Post(factorPath+"/recovery-codes", body).Is(200)
	k.owner.Post(factorPath+"/recovery-codes", body).Refused(400, "validation_failed", "credential:passkey_refused")
	k.owner.Delete(path, proof()).Is(204)
	k.enter(k.answer(k.ask(false))).Refused(401, "passkey_wrong")
	last := other.answer(k.owner.Post(factorPath+"/challenge", nil).Is(201))
	last["password"] = apitest.Password
	list := k.owner.Get(passkeysPath).Is(200)
	k.owner.Delete(passkeysPath+"/"+list.Text("data.0.id"), last).Is(204)
	if f := k.owner.Get(factorPath).Is(200); f.Int("recovery_codes_left") != 0 {
		t.Errorf("codes outlive the last factor: %s", f.Body)
	}
	s.Client(t).Post("/admin/v1/auth/login", obj{"email": k.owner.Email, "password": apitest.Password}).Is(200)
	for action, want := range map[string]int{"admin.passkey_added": 2, "admin.passkey_renamed": 1, "admin.passkey_removed": 2} {
		if n := s.Count(t, `select count(*) from platform_audit where action = $1 and object = $2`, action, k.owner.ID); n != want {
			t.Errorf("%s: %d rows", action, n)
		}
	}
}

// An answer counts once, in the attempt it was asked for, and from the site's own pages.
func TestAttackWithAnswersOfPasskeys(t *testing.T) {
	t.Parallel()
	s := secure(t)
	k := newAuthenticator(t, s, s.NewOperator(t))
	asked := k.begin()
	k.confirm(asked, "Laptop").Is(201)
	mallory := newAuthenticator(t, s, s.NewOperator(t))
	mallory.confirm(mallory.begin(), "Hers").Is(201)
	wrong := func(what string, body obj) {
		t.Helper()
		if a := k.enter(body); a.Status != 401 || a.Text("code") != "passkey_wrong" {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	taken := k.answer(k.ask(false))
	k.enter(taken).Is(200)
	wrong("replayed", taken)
	forAnother := k.answer(k.ask(false))
	forAnother["attempt"] = k.ask(false).Text("attempt")
	wrong("of another attempt", forAnother)
	wrong("of an attempt to prove oneself", k.answer(k.owner.Post(factorPath+"/challenge", nil).Is(201)))
	wrong("of an attempt to register", k.answer(k.begin()))
	wrong("of another administrator, after the password of this one", mallory.answer(k.ask(true)))
	mallory.owner.ID, k.owner.ID = k.owner.ID, mallory.owner.ID
	wrong("with another's user handle", mallory.answer(k.ask(false)))
	wrong("with another's user handle", k.answer(k.ask(false)))
	mallory.owner.ID, k.owner.ID = k.owner.ID, mallory.owner.ID
	foreign := k.answer(k.ask(false))
	credential := maps.Clone(foreign["credential"].(obj))
	credential["id"], credential["rawId"] = b64(mallory.id), b64(mallory.id)
	foreign["credential"] = credential
	wrong("with another's credential id", foreign)
	for _, origin := range []string{"https://id.example.test.evil.example", "http://id.example.test", "https://evil.example", "https://id.example.test:8443"} {
		k.origin = origin
		wrong("from "+origin, k.answer(k.ask(false)))
	}
	k.origin = ownOrigin
	for _, body := range []obj{
		{"attempt": "x", "credential": obj{}},
		{"attempt": k.ask(false).Text("attempt"), "credential": obj{"id": "", "response": 5}},
		{"attempt": k.ask(false).Text("attempt"), "credential": []any{}},
	} {
		wrong("nonsense", body)
	}
	s.Client(t).With("Origin", "https://evil.example").Post("/admin/v1/auth/session/passkey", k.answer(k.ask(false))).Refused(403, "csrf_failed")
	mallory.owner.Post(passkeysPath, obj{"name": "x", "attempt": asked.Text("attempt"), "credential": k.make(asked)}).
		Refused(400, "validation_failed", "credential:passkey_refused") // begun in another session
	k.owner.Post(passkeysPath, obj{"name": "x", "attempt": asked.Text("attempt"), "credential": newAuthenticator(t, s, k.owner).make(asked)}).
		Refused(400, "validation_failed", "credential:passkey_refused") // a second one for one password
}

func TestAttackWithOneAnswerManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	s := secure(t)
	k := newAuthenticator(t, s, s.NewOperator(t))
	k.count = 0
	k.confirm(k.begin(), "Laptop").Is(201)
	answer := k.answer(k.ask(false))
	n := atOnce(func() bool { return k.enter(answer).Status == 200 })
	if n != 1 {
		t.Errorf("%d sign-ins with one answer", n)
	}
}

func TestAPasskeyThatCountsBackwardsIsRefusedAndMarked(t *testing.T) {
	t.Parallel()
	s := secure(t)
	k := newAuthenticator(t, s, s.NewOperator(t))
	k.confirm(k.begin(), "Laptop").Is(201)
	k.count = 7
	k.enter(k.answer(k.ask(false))).Is(200)
	k.count = 3 // a copy, made earlier
	k.enter(k.answer(k.ask(true))).Refused(401, "passkey_wrong")
	if list := k.owner.Get(passkeysPath).Is(200); list.Text("data.0.suspect_at") == "" {
		t.Errorf("list: %s", list.Body)
	}
	if n := s.Count(t, `select count(*) from platform_audit where action = 'admin.passkey_suspect' and object = $1`, k.owner.ID); n != 1 {
		t.Errorf("%d rows in the trail", n)
	}
}

func TestAnAttemptWithAPasskeyExpires(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	late := time.Duration(0)
	s := apitest.Start(t, apitest.Options{HTTPS: true, Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(late) }})
	k := newAuthenticator(t, s, s.NewOperator(t))
	k.confirm(k.begin(), "Laptop").Is(201)
	answer := k.answer(k.ask(false))
	mu.Lock()
	late = 5*time.Minute + time.Second
	mu.Unlock()
	k.enter(answer).Refused(401, "passkey_wrong")
	k.enter(k.answer(k.ask(false))).Is(200)
}

func TestAttackByGuessingAtAPasskey(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, apitest.Options{HTTPS: true, Limiter: apitest.Limiter(t)})
	k := newAuthenticator(t, s, s.NewOperator(t))
	k.confirm(k.begin(), "Laptop").Is(201)
	k.origin = "https://evil.example"
	tries := 0
	for k.enter(k.answer(k.ask(false))).Status == 401 {
		if tries++; tries > 20 {
			t.Fatal("nobody counts wrong answers")
		}
	}
	if tries < 5 {
		t.Errorf("only %d tries", tries)
	}
}

// Somebody may have twenty, however many he asks for at once.
