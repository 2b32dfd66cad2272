package keyhall

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// readLegacy understands FitTrackee: {"message": "...", "status": "error"}; and RestAuth, Coach, SimpleJWT and DrfUser: {"field": ["complaint"]}, {"non_field_errors": [...]},
// {"detail": "..."}, the last with a code and messages beside it where a token is at fault.
func (e *Error) readLegacy(body []byte) {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return
	}
	if message := legacyTexts(members["message"]); len(message) == 1 && members["status"] != nil {
		e.Message = strings.TrimSpace(message[0])
		e.Code = e.codeOfLegacy()
		return
	}
	var general []string
	_, detailed := members["detail"]
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if detailed && name != "detail" {
			continue
		}
		texts := legacyTexts(members[name])
		if name == "detail" || name == "non_field_errors" {
			general = append(general, texts...)
			continue
		}
		for _, text := range texts {
			e.Fields = append(e.Fields, FieldError{Field: name, Code: legacyCode(text), Message: text})
		}
	}
	if len(general) > 0 {
		e.Message = strings.Join(general, " ")
	}
	e.Code = e.codeOfLegacy()
}

// legacyTexts takes a list of texts or one text.
func legacyTexts(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	return nil
}

// codeOfLegacy finds the native code an older answer stands for: by its text, else by its status.
func (e *Error) codeOfLegacy() string {
	if code := legacyCode(e.Message); code != "" {
		return code
	}
	switch {
	case e.Status == http.StatusBadRequest && len(e.Fields) > 0:
		return "validation_failed"
	case e.Status == http.StatusNotFound:
		return "not_found"
	case e.Status == http.StatusTooManyRequests:
		return "rate_limited"
	default:
		return ""
	}
}

// legacyCode knows the texts that programs act on.
func legacyCode(text string) string {
	switch text {
	case "Unable to log in with provided credentials.", "No active account found with the given credentials", "Invalid credentials.":
		return "bad_credentials"
	case "E-mail is not verified.":
		return "email_unverified"
	case "Authentication credentials were not provided.", "Provide a valid auth token.":
		return "no_credentials"
	case "Invalid token.", "Token is invalid or expired", "Invalid token. Please log in again.", "Given token not valid for any token type":
		return "token_invalid"
	case "Signature expired. Please log in again.":
		return "token_expired"
	case "Error. Registration is disabled.":
		return "registration_closed"
	case "File extension not allowed.":
		return "file_type"
	case "No picture.":
		return "no_picture"
	case "Token has wrong type":
		return "token_wrong_type"
	case "Unauthorized.":
		return "not_allowed"
	case "User inactive or deleted.", "User is inactive", "Something went wrong. Please contact us.":
		return "account_inactive"
	case "A user with that username already exists.":
		return "username_taken"
	case "A user is already registered with this e-mail address.", "A user with that email address already exists.":
		return "email_taken"
	case "We couldn't find an account associated with that email. Please try a different e-mail address.":
		return "account_unknown"
	case "This field is required.":
		return "required"
	default:
		return ""
	}
}
