package drfuser

import (
	"encoding/json"
	"maps"
	"net/http"
	"time"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

const (
	badLogin = "username or password is invalid."
	required = "This field is required."

	emailElsewhere = "Your account is registered with {email} does not has {mobile} as registered mobile. " +
		"Please login directly via OTP with your email."
	mobileElsewhere = "Your account is registered with {mobile} does not has {email} as registered email. " +
		"Please login directly via OTP with your mobile."
	elsewhere = "These details do not belong together. Please login directly via OTP with your email or mobile."
)

var style = drf.Style{
	Scheme: `Bearer realm="api"`,
	Answers: map[*fault.Code]drf.Answer{
		fault.BadCredentials:  {Status: http.StatusUnauthorized, Key: drf.Detail, Text: badLogin},
		fault.PendingApproval: {Status: http.StatusUnauthorized, Key: drf.Detail, Text: badLogin},
		fault.Rejected:        {Status: http.StatusUnauthorized, Key: drf.Detail, Text: badLogin},
		fault.EmailUnverified: {Status: http.StatusUnauthorized, Key: drf.Detail, Text: badLogin},
		fault.AccountUnknown:  {Status: http.StatusBadRequest, Key: drf.Detail, Text: "No user exists with provided details"},
		fault.EmailMissing: {
			Status: http.StatusBadRequest, Key: drf.NonField,
			Text: "email field is compulsory while verifying a non-existing user's OTP.",
		},
		fault.EmailElsewhere:  {Status: http.StatusBadRequest, Key: drf.NonField, Text: emailElsewhere},
		fault.MobileElsewhere: {Status: http.StatusBadRequest, Key: drf.NonField, Text: mobileElsewhere},
		fault.CodeNone: {
			Status: http.StatusForbidden, Key: drf.Detail,
			Text: "No pending OTP validation request found for provided destination. Kindly send an OTP first",
		},
		fault.CodeWrong:    {Status: http.StatusForbidden, Key: drf.Detail, Text: "OTP Validation failed! {left} attempts left!"},
		fault.CodeDead:     {Status: http.StatusForbidden, Key: drf.Detail, Text: "Incorrect OTP. Attempt exceeded! OTP has been reset."},
		fault.CodeCooling:  {Status: http.StatusForbidden, Key: drf.Detail, Text: "OTP sending not allowed until: {until}"},
		fault.FileTooLarge: {Status: http.StatusRequestEntityTooLarge, Key: drf.Detail, Text: "File too large."},
	},
	Fields: map[*fault.Code]string{
		fault.BadMobile:      "Enter a valid mobile number.",
		fault.BadDestination: "Enter a valid email address or mobile number.",
		fault.UsernameTaken:  "User with this Unique UserName already exists.",
		fault.EmailTaken:     "User with this Email Address already exists.",
		fault.MobileTaken:    "User with this Mobile Number already exists.",
		fault.EmailUnproven:  "The email must be pre-validated via OTP.",
		fault.MobileUnproven: "The mobile must be pre-validated via OTP.",
		fault.MobileRequired: required,
	},
}

// hidden marks a fault whose arguments must not be told.
const hidden = "hidden"

func render(c *wire.Call, f *fault.Error) wire.Response {
	if until, ok := f.Args["until"].(time.Time); ok {
		told := *f
		told.Args = maps.Clone(f.Args)
		told.Args["until"] = until.Format("2006-01-02 15:04:05.000000-07:00")
		f = &told
	}
	r := style.RenderJWT(c, f)
	switch {
	case f.Args[byCode] == true:
		r.Status = http.StatusForbidden
		delete(r.Header, "WWW-Authenticate")
	case f.Args[hidden] == true:
		r.Body = map[string][]string{drf.NonField: {elsewhere}}
	case mobileMissing(f):
		return withMember(r, "error", "Mobile is required.")
	}
	return r
}

// mobileMissing: the reference tells of that under a key of its own, which its clients look for.
func mobileMissing(f *fault.Error) bool {
	for _, field := range f.Fields {
		if field.Code == fault.MobileRequired {
			return true
		}
	}
	return false
}

// withMember adds a member to the object that an answer is.
func withMember(r wire.Response, name string, value any) wire.Response {
	body, err := object(r.Body)
	if err != nil {
		return r // complaints are always an object
	}
	body[name] = value
	r.Body = body
	return r
}

// enveloped puts complaints into the envelope of /isunique/ and beside it: one client reads "data", others the field.
func enveloped(r wire.Response) (wire.Response, error) {
	inner, err := object(r.Body)
	if err != nil {
		return r, err
	}
	r = withMember(r, "data", inner)
	return withMember(r, "status_code", r.Status), nil
}

func object(body any) (map[string]any, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var members map[string]any
	err = json.Unmarshal(raw, &members)
	return members, err
}
