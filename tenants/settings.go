package tenants

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/keyhall/keyhall/internal/fault"
)

// Settings are everything a tenant can choose. The JSON names are fixed for outside scripts. A tenant stores only
// what differs from DefaultSettings, so that a better default reaches those who never chose.
type Settings struct {
	Registration Registration `json:"registration"`
	Email        EmailRules   `json:"email"`
	Approval     Approval     `json:"approval"`
	Password     Password     `json:"password"`
	Privacy      Privacy      `json:"privacy"`
	Admins       AdminRules   `json:"admins"`
	Lifetimes    Lifetimes    `json:"lifetimes"`
	Contracts    Contracts    `json:"contracts"`
	Links        Links        `json:"links"`
	Sender       Sender       `json:"sender"`
	Branding     Branding     `json:"branding"`
	SMTP         *SMTP        `json:"smtp"`
	SMS          SMS          `json:"sms"`
	Social       Social       `json:"social"`
	Origins      []string     `json:"origins"` // web origins allowed to call (CORS), exact
	Locale       string       `json:"locale"`  // BCP 47; the language of messages when nobody says otherwise
}

// Registration says who may sign up.
type Registration struct {
	Open bool `json:"open"`
}

// EmailRules say what an unproven e-mail address means.
type EmailRules struct {
	Verification string `json:"verification"` // none, optional, mandatory
}

// Approval says whose sign-up an admin decides about.
type Approval struct {
	RequiredFor      []string `json:"required_for"` // user types: user, coach
	PendingMaySignIn bool     `json:"pending_may_sign_in"`
	Domains          []string `json:"domains"`            // who proves an address there is approved; lower case, without @
	RemindAfterHours int      `json:"remind_after_hours"` // admins are told of who has waited that long; 0: never
}

// Password is the policy for new passwords; lengths in code points.
type Password struct {
	MinLength       int  `json:"min_length"`
	CheckCommon     bool `json:"check_common"`
	CheckSimilarity bool `json:"check_similarity"`
}

// Privacy holds the strict mode: answers do not tell whether an account exists.
type Privacy struct {
	HideAccountExistence bool `json:"hide_account_existence"`
}

// AdminRules say what is asked of those who administer the tenant.
type AdminRules struct {
	SecondFactor bool `json:"second_factor"` // who has none is let in only to set one up
}

// Lifetimes are in whole seconds, at least 1.
type Lifetimes struct {
	Access     int `json:"access_seconds"`
	Refresh    int `json:"refresh_seconds"`
	OpaqueIdle int `json:"opaque_idle_seconds"`
	Opaque     int `json:"opaque_seconds"`
	EmailKey   int `json:"email_key_seconds"`
	Reset      int `json:"reset_seconds"`
	Invitation int `json:"invitation_seconds"`
	OTP        int `json:"otp_seconds"`
}

// Contracts are the switches of the five legacy interfaces.
type Contracts struct {
	Coach      CoachContract      `json:"coach"`
	DrfUser    DrfUserContract    `json:"drfuser"`
	RestAuth   RestAuthContract   `json:"restauth"`
	FitTrackee FitTrackeeContract `json:"fittrackee"`
	SimpleJWT  SimpleJWTContract  `json:"simplejwt"`
}

// CoachContract is seed 000.
type CoachContract struct {
	Enabled bool `json:"enabled"`
}

// DrfUserContract is seed 001.
type DrfUserContract struct {
	Enabled                 bool `json:"enabled"`
	OTPLength               int  `json:"otp_length"`
	OTPAttempts             int  `json:"otp_attempts"`
	OTPCooldown             int  `json:"otp_cooldown_seconds"`
	OTPSuccessStatus        int  `json:"otp_success_status"`
	MobileRequired          bool `json:"mobile_required"`
	RegistrationRequiresOTP bool `json:"registration_requires_otp"`
}

// RestAuthContract is seed 002.
type RestAuthContract struct {
	Enabled                 bool   `json:"enabled"`
	LoginMethod             string `json:"login_method"` // username, email, username_email
	EmailRequired           bool   `json:"email_required"`
	OldPasswordFieldEnabled bool   `json:"old_password_field_enabled"`
	LogoutOnPasswordChange  bool   `json:"logout_on_password_change"`
	LogoutOnGet             bool   `json:"logout_on_get"`
	SessionCookies          bool   `json:"session_cookies"`
}

// FitTrackeeContract is seed 003.
type FitTrackeeContract struct {
	Enabled      bool   `json:"enabled"`
	TokenSeconds int    `json:"token_seconds"`
	Timezone     string `json:"timezone"` // IANA name; that of new accounts
}

// SimpleJWTContract is seed 004.
type SimpleJWTContract struct {
	Enabled        bool `json:"enabled"`
	SearchEnvelope bool `json:"search_envelope"`
}

// Links are templates of the addresses that mails point to; empty means the hosted pages. VerifyEmail, ChangeEmail and
// SignIn take {key}; ResetPassword takes {uid} and {token}.
type Links struct {
	VerifyEmail   string `json:"verify_email"`
	ResetPassword string `json:"reset_password"`
	ChangeEmail   string `json:"change_email"`
	SignIn        string `json:"sign_in"`
}

// Sender is whose name is on the mails; empty fields fall back to the tenant's name and the platform's address.
type Sender struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// SMTP is the tenant's own way out for mail. The password is taken in clear, sealed at once, and never shown.
type SMTP struct {
	Host           string `json:"host"`
	Port           int    `json:"port"`
	Username       string `json:"username"`
	PasswordSealed []byte `json:"password_sealed,omitempty"`
	TLS            string `json:"tls"` // starttls, tls, none
}

// DefaultSettings are what a tenant has before choosing anything.
func DefaultSettings() Settings {
	const day = 24 * 60 * 60
	return Settings{
		Registration: Registration{Open: true},
		Email:        EmailRules{Verification: "optional"},
		Approval:     Approval{RequiredFor: []string{"coach"}, PendingMaySignIn: true, Domains: []string{}},
		Password:     Password{MinLength: 8, CheckCommon: true, CheckSimilarity: true},
		Lifetimes: Lifetimes{
			Access: 900, Refresh: 30 * day, OpaqueIdle: 30 * day, Opaque: 90 * day,
			EmailKey: 3 * day, Reset: 3 * day, Invitation: 14 * day, OTP: 300,
		},
		Contracts: Contracts{
			Coach:      CoachContract{Enabled: true},
			DrfUser:    DrfUserContract{Enabled: true, OTPLength: 7, OTPAttempts: 3, OTPCooldown: 180, OTPSuccessStatus: 201},
			RestAuth:   RestAuthContract{Enabled: true, LoginMethod: "username_email", EmailRequired: true},
			FitTrackee: FitTrackeeContract{Enabled: true, TokenSeconds: 30 * day, Timezone: "Europe/Paris"},
			SimpleJWT:  SimpleJWTContract{Enabled: true},
		},
		SMS:     SMS{Regions: []string{}, PerDay: 1000, MaxParts: 4},
		Social:  Social{ReturnTo: []string{}},
		Origins: []string{},
		Locale:  "en",
	}
}

// document is settings as stored or patched: a JSON object.
type document = map[string]any

// readSettings lays what a tenant stored over the defaults.
func readSettings(stored []byte) (Settings, error) {
	s := DefaultSettings()
	err := json.Unmarshal(stored, &s)
	return s, err
}

// mergeSettings applies a JSON merge patch (RFC 7396) to what a tenant stored; null takes a setting back to its
// default. It returns the new document and the settings it means, or a fault that names each setting in the way:
// fault.UnknownSetting, or the complaint about its value.
func mergeSettings(stored, patch document) (document, Settings, error) {
	var p fault.Problems
	knownSettings(&p, "", patch, reflect.TypeFor[Settings]())
	if err := p.Err(); err != nil {
		return nil, Settings{}, err
	}
	merged := mergePatch(maps.Clone(stored), patch)
	raw, err := json.Marshal(merged)
	if err != nil {
		return nil, Settings{}, err
	}
	s, err := readSettings(raw)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return nil, Settings{}, fault.BadFormat.On(mistyped.Field)
	}
	if err != nil {
		return nil, Settings{}, err
	}
	return merged, s, s.check()
}

func mergePatch(into, patch document) document {
	if into == nil {
		into = document{}
	}
	for k, v := range patch {
		sub, isObject := v.(document)
		switch {
		case v == nil:
			delete(into, k)
		case isObject:
			old, _ := into[k].(document)
			into[k] = mergePatch(maps.Clone(old), sub)
		default:
			into[k] = v
		}
	}
	return into
}

// knownSettings complains about each name of the patch that the type does not have, and about values that no setting
// takes, whatever its type.
func knownSettings(p *fault.Problems, path string, patch document, t reflect.Type) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for _, name := range slices.Sorted(maps.Keys(patch)) {
		v := patch[name]
		at := strings.TrimPrefix(path+"."+name, ".")
		field, ok := fieldByJSON(t, name)
		if !ok {
			p.Add(at, fault.UnknownSetting)
			continue
		}
		switch v := v.(type) {
		case document:
			if isStruct(field.Type) {
				knownSettings(p, at, v, field.Type)
			} else {
				p.Add(at, fault.BadFormat)
			}
		case string:
			checkText(p, at, v)
		case []any:
			checkItems(p, at, v)
		}
	}
}

// checkText: no setting has a use for control characters, and neither PostgreSQL nor a mail's header takes all of them.
func checkText(p *fault.Problems, at, text string) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		p.Add(at, fault.BadCharacters)
	}
}

// checkItems refuses what encoding/json would quietly leave as it was before: null in a list.
func checkItems(p *fault.Problems, at string, items []any) {
	for _, item := range items {
		if text, isText := item.(string); isText {
			checkText(p, at, text)
		} else {
			p.Add(at, fault.BadFormat)
		}
	}
}

func isStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

func fieldByJSON(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if tag == name && tag != "-" {
			return t.Field(i), true
		}
	}
	return reflect.StructField{}, false
}

func decodeDocument(raw []byte) (document, error) {
	var d document
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(&d); err != nil {
		return nil, fault.MalformedBody.With("reason", "it is not a JSON object")
	}
	return d, nil
}
