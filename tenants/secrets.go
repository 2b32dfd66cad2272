package tenants

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/seal"
)

// secret is a setting that is taken in clear, sealed at once, and never shown.
type secret struct {
	path  []string // of the object it is in
	name  string   // in a patch; it is stored as <name>_sealed
	place string   // what it is sealed for, beside the tenant
	bound []string // its neighbours that say who gets to see it
	fits  func(where document, text string) bool
}

var (
	smtpPassword = secret{path: []string{"smtp"}, name: "password", place: "smtp"}
	smsSecret    = secret{path: []string{"sms", "provider"}, name: "secret", place: "sms", bound: []string{"name", "url"}, fits: fitsSMSProvider}

	secrets = append([]secret{smtpPassword, smsSecret}, socialSecrets()...)
)

const sealedSuffix = "_sealed"

// seal replaces a secret in clear by the sealed one, which is all that is ever stored. One that is not given again goes
// when the patch sends it elsewhere: an administrator must not learn it by naming a server of his own.
func (s secret) seal(sealer *seal.Sealer, id uuid.UUID, old, patch document) error {
	object, stored := inner(patch, s.path), inner(old, s.path)
	if object == nil {
		return nil
	}
	at := strings.Join(append(slices.Clone(s.path), s.name), ".")
	if _, forged := object[s.name+sealedSuffix]; forged {
		return fault.UnknownSetting.On(at + sealedSuffix)
	}
	delete(object, s.name+"_set") // what an answer says; a client may send it back
	clear, given := object[s.name]
	delete(object, s.name)
	text, isText := clear.(string)
	switch {
	case !given:
		if slices.ContainsFunc(s.bound, func(name string) bool { return differs(stored, object, name) }) {
			object[s.name+sealedSuffix] = nil
		}
	case clear != nil && !isText:
		return fault.NotString.On(at)
	case text == "":
		object[s.name+sealedSuffix] = nil
	case s.fits != nil && !s.fits(mergePatch(maps.Clone(stored), object), text):
		return fault.BadFormat.On(at)
	default:
		object[s.name+sealedSuffix] = sealer.Seal([]byte(text), s.sealedFor(id))
	}
	return nil
}

// open gives the secret in clear; empty when there is none.
func (s secret) open(sealer *seal.Sealer, id uuid.UUID, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := sealer.Open(sealed, s.sealedFor(id))
	return string(plain), err
}

func (s secret) sealedFor(id uuid.UUID) string { return s.place + "/" + id.String() }

// SMTPPassword opens the tenant's SMTP password; empty when there is none.
func (r *Registry) SMTPPassword(s *Scope) (string, error) {
	if s.tenant.Settings.SMTP == nil {
		return "", nil
	}
	return smtpPassword.open(r.Sealer, s.tenant.ID, s.tenant.Settings.SMTP.PasswordSealed)
}

// SMSSecret opens the secret of the tenant's SMS provider; empty when there is none.
func (r *Registry) SMSSecret(s *Scope) (string, error) {
	if s.tenant.Settings.SMS.Provider == nil {
		return "", nil
	}
	return smsSecret.open(r.Sealer, s.tenant.ID, s.tenant.Settings.SMS.Provider.SecretSealed)
}

func inner(d document, path []string) document {
	for _, name := range path {
		d, _ = d[name].(document)
	}
	return d
}

// differs reports whether a patch changes a text or an object; null is the default, the empty one.
func differs(stored, patch document, name string) bool {
	v, given := patch[name]
	if object, isObject := v.(document); isObject {
		was, _ := stored[name].(document)
		return !reflect.DeepEqual(mergePatch(maps.Clone(was), object), mergePatch(maps.Clone(was), nil))
	}
	if was, wasObject := stored[name].(document); wasObject && given {
		return len(was) > 0
	}
	was, _ := stored[name].(string)
	text, isText := v.(string)
	return given && (v != nil && !isText || text != was)
}

// withoutSealed is a setting as the audit may show it.
func withoutSealed(v any) any {
	d, isObject := v.(document)
	if !isObject {
		return v
	}
	shown := document{}
	for name, v := range d {
		if !strings.HasSuffix(name, sealedSuffix) {
			shown[name] = withoutSealed(v)
		}
	}
	return shown
}
