package drf

import (
	"net/http"

	"github.com/keyhall/keyhall/internal/fault"
)

const (
	noLogin      = "Unable to log in with provided credentials."
	badToken     = "Invalid token."
	notFound     = "Not found."
	refusedToken = "Incorrect value"
	tooBusy      = "Service temporarily unavailable, try again later."
)

// answers are the framework's whole answers. A code without a row gets its kind's status and its own text as detail.
var answers = map[*fault.Code]Answer{
	fault.MalformedBody:    {http.StatusBadRequest, Detail, "{format} parse error - {reason}"},
	fault.WrongShape:       {http.StatusBadRequest, NonField, "Invalid data. Expected a dictionary, but got {got}."},
	fault.NoData:           {http.StatusBadRequest, NonField, "No data provided"},
	fault.UnsupportedMedia: {http.StatusUnsupportedMediaType, Detail, `Unsupported media type "{media_type}" in request.`},
	fault.MethodUnknown:    {http.StatusMethodNotAllowed, Detail, `Method "{method}" not allowed.`},
	fault.PathUnknown:      {http.StatusNotFound, Detail, notFound},
	fault.BodyTooLarge:     {http.StatusRequestEntityTooLarge, Detail, "Request body too large."},
	fault.RateLimited:      {http.StatusTooManyRequests, Detail, ""}, // see variants
	fault.Busy:             {http.StatusServiceUnavailable, Detail, tooBusy},
	fault.DependencyDown:   {http.StatusServiceUnavailable, Detail, tooBusy},
	fault.Unexpected:       {http.StatusInternalServerError, Detail, "A server error occurred."},

	fault.NoCredentials:      {http.StatusUnauthorized, Detail, "Authentication credentials were not provided."},
	fault.TokenEmpty:         {http.StatusUnauthorized, Detail, "Invalid token header. No credentials provided."},
	fault.TokenSpaces:        {http.StatusUnauthorized, Detail, "Invalid token header. Token string should not contain spaces."},
	fault.TokenBadCharacters: {http.StatusUnauthorized, Detail, "Invalid token header. Token string should not contain invalid characters."},
	fault.TokenInvalid:       {http.StatusUnauthorized, Detail, badToken},
	fault.TokenExpired:       {http.StatusUnauthorized, Detail, badToken},
	fault.TokenReused:        {http.StatusUnauthorized, Detail, badToken},
	fault.TokenWrongType:     {http.StatusUnauthorized, Detail, badToken},
	fault.AccountInactive:    {http.StatusUnauthorized, Detail, "User inactive or deleted."},
	fault.CSRFFailed:         {http.StatusForbidden, Detail, "CSRF Failed: CSRF token missing or incorrect."},

	// To sign in while an admin has not decided, or has refused, is a bad sign-in: the old clients know nothing else.
	fault.BadCredentials:    {http.StatusBadRequest, NonField, noLogin},
	fault.PendingApproval:   {http.StatusBadRequest, NonField, noLogin},
	fault.Rejected:          {http.StatusBadRequest, NonField, noLogin},
	fault.EmailUnverified:   {http.StatusBadRequest, NonField, "E-mail is not verified."},
	fault.IdentifierMissing: {http.StatusBadRequest, NonField, ""}, // see variants

	fault.ProviderUnconfigured: {http.StatusBadRequest, NonField, refusedToken},
	fault.SocialInputMissing:   {http.StatusBadRequest, NonField, "Incorrect input. access_token or code is required."},
	fault.SocialRefused:        {http.StatusBadRequest, NonField, ""}, // see variants
	fault.SocialCodeRefused:    {http.StatusBadRequest, NonField, "Failed to exchange code for access token"},
	fault.SocialCallbackUnset:  {http.StatusBadRequest, NonField, "Define callback_url in view"},
	fault.SocialEmailTaken:     {http.StatusBadRequest, NonField, "User is already registered with this e-mail address."},
	fault.SocialTaken:          {http.StatusBadRequest, NonField, "The social account is already connected to a different account."},
	fault.SocialLast:           {http.StatusBadRequest, NonField, "Your account has no password set up."},

	fault.KeyInvalid:      {http.StatusNotFound, Detail, notFound},
	fault.NotAllowed:      {http.StatusForbidden, Detail, "You do not have permission to perform this action."},
	fault.TenantMissing:   {http.StatusNotFound, Detail, notFound},
	fault.TenantUnknown:   {http.StatusNotFound, Detail, notFound},
	fault.TenantSuspended: {http.StatusNotFound, Detail, notFound},
	fault.ContractOff:     {http.StatusNotFound, Detail, notFound},
}

// variants are the texts that take more than filling in.
var variants = map[*fault.Code]func(*fault.Error) string{
	fault.RateLimited: throttled,
	fault.SocialRefused: func(f *fault.Error) string {
		if f.Args["provider"] == "twitter" {
			return `No access to private resources at "api.twitter.com".`
		}
		return refusedToken
	},
	fault.IdentifierMissing: func(f *fault.Error) string {
		switch f.Args["method"] {
		case "email":
			return `Must include "email" and "password".`
		case "username":
			return `Must include "username" and "password".`
		}
		return `Must include either "username" or "email" and "password".`
	},
}

// fieldTexts are the framework's complaints about one field. A code without a row has its own text.
var fieldTexts = map[*fault.Code]string{
	fault.NotString:         "Not a valid string.",
	fault.NotBoolean:        "Must be a valid boolean.",
	fault.NotInteger:        "A valid integer is required.",
	fault.NotChoice:         `"{value}" is not a valid choice.`,
	fault.TooLong:           "Ensure this field has no more than {limit} characters.",
	fault.TooShort:          "Ensure this field has at least {limit} characters.",
	fault.BadEmail:          "Enter a valid email address.",
	fault.BadUsername:       "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
	fault.ReservedName:      "Username can not be used. Please use other username.",
	fault.UsernameTaken:     "A user with that username already exists.",
	fault.EmailTaken:        "A user is already registered with this e-mail address.",
	fault.FileMissing:       "No file was submitted.",
	fault.NotFile:           "The submitted data was not a file. Check the encoding type on the form.",
	fault.FileEmpty:         "The submitted file is empty.",
	fault.FileUnnamed:       "No file was submitted.", // a form whose file input was left alone
	fault.FileType:          "File extension “{extension}” is not allowed. Allowed extensions are: {allowed}.",
	fault.NotPicture:        "Upload a valid image. The file you uploaded was either not an image or a corrupted image.",
	fault.PasswordShort:     "This password is too short. It must contain at least {limit} characters.",
	fault.PasswordLong:      "Ensure this field has no more than {limit} characters.",
	fault.PasswordCommon:    "This password is too common.",
	fault.PasswordNumeric:   "This password is entirely numeric.",
	fault.PasswordSimilar:   "The password is too similar to the {attribute}.",
	fault.PasswordWrong:     "Your old password was entered incorrectly. Please enter it again.",
	fault.ResetUserUnknown:  "Invalid value",
	fault.ResetTokenInvalid: "Invalid value",
}

// fieldText gives the text about a field. The reference has two forms for passwords that differ: its registration uses a
// plain apostrophe and names no field, Django's own form a typographic one.
func fieldText(c *fault.Code, field string) string {
	if c == fault.PasswordsDiffer {
		if field == "" {
			return "The two password fields didn't match."
		}
		return "The two password fields didn’t match."
	}
	if text, ok := fieldTexts[c]; ok {
		return text
	}
	return c.Text
}
