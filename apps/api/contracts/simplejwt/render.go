package simplejwt

import (
	"net/http"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/contracts/drf"
	"github.com/keyhall/keyhall/apps/api/wire"
)

const (
	noAccount  = "No active account found with the given credentials"
	unauthored = http.StatusUnauthorized
)

var style = drf.Style{
	Scheme: `JWT realm="api"`,
	Answers: map[*fault.Code]drf.Answer{
		fault.BadCredentials:  {Status: unauthored, Key: drf.Detail, Text: noAccount},
		fault.PendingApproval: {Status: unauthored, Key: drf.Detail, Text: noAccount},
		fault.Rejected:        {Status: unauthored, Key: drf.Detail, Text: noAccount},
		fault.EmailUnverified: {Status: unauthored, Key: drf.Detail, Text: noAccount},
		fault.NotAllowed:      {Status: unauthored, Key: drf.Detail, Text: "Unauthorized."},
	},
	Fields: map[*fault.Code]string{
		fault.BadUsername:    "Enter a valid username. This value may contain only letters, numbers, and underscores and may not be entirely numeric.",
		fault.EmailTaken:     "A user with that email address already exists.",
		fault.AccountUnknown: "We couldn't find an account associated with that email. Please try a different e-mail address.",
		fault.BadDate:        "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
	},
}

func render(c *wire.Call, f *fault.Error) wire.Response {
	r := style.RenderJWT(c, f)
	if f.Code == fault.NotAllowed {
		delete(r.Header, "WWW-Authenticate") // the caller is known; other credentials of his would not help
	}
	return r
}
