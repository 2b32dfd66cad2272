package keyhalltest

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	keyhall "github.com/keyhall/keyhall/sdk"
)

// problem is an answer that says no (RFC 9457).
type problem struct {
	Status int                  `json:"status"`
	Code   string               `json:"code"`
	Title  string               `json:"title"`
	Errors []keyhall.FieldError `json:"errors,omitempty"`
}

func field(name, code, message string) keyhall.FieldError {
	return keyhall.FieldError{Field: name, Code: code, Message: message}
}

// invalidFields says what is wrong with members of a body.
func invalidFields(status int, errs ...keyhall.FieldError) *problem {
	p := &problem{Status: status, Code: "validation_failed", Title: "Some fields need attention.", Errors: errs}
	if status == http.StatusConflict {
		p.Code, p.Title = errs[0].Code, errs[0].Message
	}
	return p
}

var (
	noCredentials = &problem{Status: 401, Code: "no_credentials", Title: "Sign in first."}
	tokenInvalid  = &problem{Status: 401, Code: "token_invalid", Title: "The token is not valid."}
	notFound      = &problem{Status: 404, Code: "not_found", Title: "There is nothing here."}
)

// call is a request to a tenant; the tenant is locked.
type call struct {
	*Tenant
	r    *http.Request
	who  *account // the user of the token, where the route wants one
	sid  string   // and the sign-in it is of
	body []byte
	head http.Header // of the answer
}

// into reads the body.
func (c *call) into(v any) *problem {
	if err := json.Unmarshal(c.body, v); err != nil {
		return &problem{Status: 400, Code: "malformed_body", Title: "The body could not be read: " + err.Error()}
	}
	return nil
}

// target is the account that the path names.
func (c *call) target() (*account, *problem) {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if a := c.byID(id); err == nil && a != nil {
		return a, nil
	}
	return nil, notFound
}

// route answers with a status and a value; nil is no body.
type route func(*call) (int, any, *problem)

// routes is all that the fake knows.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/messages", s.messages)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		title := "keyhalltest has no " + r.Method + " " + r.URL.Path + "; keyhall dev has."
		write(w, http.StatusNotImplemented, &problem{Status: http.StatusNotImplemented, Code: "not_in_the_fake", Title: title})
	})
	const tenant, admin = "/t/{slug}", "/admin/v1/tenants/{slug}"
	for pattern, f := range map[string]route{
		"GET /.well-known/jwks.json":          jwks,
		"POST /v1/sign-up":                    keyed(signUp),
		"POST /v1/sign-in":                    signIn,
		"POST /v1/codes":                      keyed(requestCode),
		"POST /v1/sign-in/code":               signInByCode,
		"POST /v1/sign-in/link":               keyed(requestSignInLink),
		"POST /v1/sign-in/link/confirm":       signInByLink,
		"POST /v1/token/refresh":              refresh,
		"POST /v1/email-verification/confirm": confirmEmail,
		"POST /v1/email-verification/resend":  keyed(resendVerification),
		"POST /v1/password-reset":             keyed(requestReset),
		"POST /v1/password-reset/confirm":     confirmReset,
		"POST /v1/sign-out":                   user(signOut),
		"POST /v1/introspect":                 asAdmin(introspect),
		"GET /v1/me":                          user(getMe),
		"PATCH /v1/me":                        user(patchMe),
		"DELETE /v1/me":                       user(deleteMe),
		"POST /v1/me/password":                user(changePassword),
		"DELETE /v1/me/sessions":              user(endOthers),
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+tenant+path, s.handle(f))
	}
	for pattern, f := range map[string]route{
		"GET /users":                      listUsers,
		"POST /users":                     keyed(createUser),
		"GET /users/{id}":                 getUser,
		"PATCH /users/{id}":               patchUser,
		"DELETE /users/{id}":              deleteUser,
		"DELETE /users/{id}/sessions":     endSessions,
		"POST /users/{id}/password-reset": keyed(sendReset),
		"POST /users/{id}/verification":   keyed(sendVerification),
		"POST /approvals":                 decide,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+admin+path, s.handle(asAdmin(f)))
	}
	return mux
}

func (s *Server) handle(f route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		t := s.tenant(r.PathValue("slug"))
		if err != nil || t == nil {
			write(w, notFound.Status, notFound)
			return
		}
		t.mu.Lock()
		status, answer, wrong := f(&call{Tenant: t, r: r, body: body, head: w.Header()})
		t.mu.Unlock()
		if wrong != nil {
			write(w, wrong.Status, wrong)
			return
		}
		write(w, status, answer)
	}
}

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	if _, wrong := answer.(*problem); wrong {
		w.Header().Set("Content-Type", "application/problem+json")
	}
	w.WriteHeader(status)
	if answer != nil {
		_ = json.NewEncoder(w).Encode(answer) // who asked may have gone
	}
}

// user wants an access token that the tenant has signed, of a user who may act.
func user(f route) route {
	return func(c *call) (int, any, *problem) {
		raw, found := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
		if !found {
			return 0, nil, noCredentials
		}
		claims, wrong := c.read(raw)
		if wrong != nil {
			return 0, nil, wrong
		}
		if c.who, c.sid = c.byID(claims.UserID()), claims.Session; c.who == nil {
			return 0, nil, tokenInvalid
		}
		if known := c.sessionOf(c.sid); known && !c.who.has(c.sid) {
			return 0, nil, tokenInvalid
		}
		if wrong := c.standing(c.who); wrong != nil {
			return 0, nil, wrong
		}
		return f(c)
	}
}

// asAdmin wants the tenant's secret key.
func asAdmin(f route) route {
	return func(c *call) (int, any, *problem) {
		switch c.r.Header.Get("Authorization") {
		case "Bearer " + c.SecretKey:
			return f(c)
		case "":
			return 0, nil, noCredentials
		default:
			return 0, nil, tokenInvalid
		}
	}
}

// readClaims is what the fake looks at in its own tokens.
type readClaims struct {
	Subject string `json:"sub"`
	Session string `json:"sid"`
	Expires int64  `json:"exp"`
}

// UserID is the subject as a number; 0 when it is none.
func (c readClaims) UserID() int64 {
	id, err := strconv.ParseInt(c.Subject, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// read takes only tokens that Sign has made, and not after their time.
func (t *Tenant) read(raw string) (readClaims, *problem) {
	var c readClaims
	parts := strings.Split(raw, ".")
	t.server.mu.Lock()
	signed := t.signed[raw]
	t.server.mu.Unlock()
	if !signed || len(parts) != 3 {
		return c, tokenInvalid
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(body, &c) != nil {
		return c, tokenInvalid
	}
	if t.server.Clock.Now().Unix() >= c.Expires {
		return c, &problem{Status: 401, Code: "token_expired", Title: "The token has expired."}
	}
	return c, nil
}
