package fittrackee

import (
	"net/http"
	"slices"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// reply is a fault in the words of the document.
type reply struct {
	status  int
	message string
	outcome string // of the envelope; "": error
}

const (
	badPayload     = "Invalid payload."
	badCredentials = "Invalid credentials."                //nolint:gosec // G101: a text
	badToken       = "Invalid token. Please log in again." //nolint:gosec // G101: a text
	contactUs      = "Something went wrong. Please contact us."
	taken          = "Sorry. That user already exists."
)

// replies are the faults for which the document has words; the others have their own.
var replies = map[*fault.Code]reply{
	fault.NoData:             {http.StatusBadRequest, badPayload, ""},
	fault.MalformedBody:      {http.StatusBadRequest, badPayload, ""},
	fault.WrongShape:         {http.StatusBadRequest, badPayload, ""},
	fault.ValidationFailed:   {http.StatusBadRequest, badPayload, ""},
	fault.RegistrationClosed: {http.StatusForbidden, "Error. Registration is disabled.", ""},
	fault.UsernameTaken:      {http.StatusBadRequest, taken, ""},
	fault.EmailTaken:         {http.StatusBadRequest, taken, ""},
	fault.BadCredentials:     {http.StatusNotFound, badCredentials, ""},
	fault.EmailUnverified:    {http.StatusNotFound, badCredentials, ""},
	fault.PendingApproval:    {http.StatusNotFound, badCredentials, ""},
	fault.Rejected:           {http.StatusNotFound, badCredentials, ""},
	fault.NoCredentials:      {http.StatusUnauthorized, "Provide a valid auth token.", ""},
	fault.TokenInvalid:       {http.StatusUnauthorized, badToken, ""},
	fault.TokenWrongType:     {http.StatusUnauthorized, badToken, ""},
	fault.TokenExpired:       {http.StatusUnauthorized, "Signature expired. Please log in again.", ""},
	fault.AccountInactive:    {http.StatusUnauthorized, contactUs, ""},
	fault.Unexpected:         {http.StatusInternalServerError, "Error. Please try again or contact the administrator.", ""},
	fault.FileMissing:        {http.StatusBadRequest, "No file part.", fail},
	fault.FileUnnamed:        {http.StatusBadRequest, "No selected file.", fail},
	fault.FileType:           {http.StatusBadRequest, "File extension not allowed.", fail},
	fault.FileTooLarge:       {http.StatusRequestEntityTooLarge, "Error during picture update: file size exceeds 1.0MB.", fail},
	fault.NoPicture:          {http.StatusNotFound, "No picture.", notFound},
	fault.AccountUnknown:     {http.StatusNotFound, "User does not exist.", fail},
}

func render(_ *wire.Call, f *fault.Error) wire.Response {
	answer, known := replies[f.Code]
	if !known {
		answer = reply{status: wire.StatusOf(f.Code.Kind), message: wire.Text(f.Code, f.Args)}
	}
	if len(f.Fields) > 0 {
		answer = complaint(f)
	}
	if answer.outcome == "" {
		answer.outcome = failure
	}
	h := map[string]string{}
	if answer.status == http.StatusUnauthorized {
		h["WWW-Authenticate"] = "Bearer"
	}
	wire.AddRetryAfter(h, f)
	return wire.Response{Status: answer.status, Body: saidOut{answer.message, answer.outcome}, Header: h}
}

// bare marks an error whose lines come without "Errors: ".
const bare = "bare"

// complaint tells all that is wrong with the fields, a line each. That somebody has a name already is told alone, once the
// rest is right, and not which.
func complaint(f *fault.Error) reply {
	lines := linesOf(f.Fields)
	switch {
	case lines == "":
		return replies[fault.EmailTaken]
	case f.Args[bare] == true:
		return reply{status: http.StatusBadRequest, message: lines}
	default:
		return reply{status: http.StatusBadRequest, message: "Errors: " + lines}
	}
}

// order is that in which fields are complained about.
var order = []string{"username", "email", "password_again", "password"}

func linesOf(fields []fault.Field) string {
	var lines []string
	for _, name := range order {
		for _, f := range fields {
			if f.Name == name && !isTaken(f.Code) {
				lines = append(lines, line(f))
			}
		}
	}
	for _, f := range fields {
		if !slices.Contains(order, f.Name) {
			lines = append(lines, line(f))
		}
	}
	return strings.Join(slices.Compact(lines), "")
}

func isTaken(c *fault.Code) bool { return c == fault.UsernameTaken || c == fault.EmailTaken }

func line(f fault.Field) string {
	switch {
	case f.Name == "username":
		return "Username: 3 to 12 characters required.\n"
	case f.Name == "email":
		return "Valid email must be provided.\n"
	case f.Name == "password_again":
		return "Password and password confirmation don't match.\n"
	case f.Code == fault.PasswordShort:
		return wire.Fill("Password: {limit} characters required.\n", f.Args)
	default:
		return wire.Text(f.Code, f.Args) + "\n"
	}
}

// editRefused tells about a password in lines and about everything else in one word.
func editRefused(err error) error {
	f := fault.From(err)
	if len(f.Fields) == 0 {
		return err
	}
	for _, field := range f.Fields {
		if field.Name != "password" && field.Name != "password_again" {
			return fault.NoData
		}
	}
	told := *f
	told.Args = map[string]any{bare: true}
	return &told
}
