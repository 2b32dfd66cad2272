// Command webapp is a small site where people sign up as coaches, wait until somebody has looked at them, and come in. It keeps
// tokens on the server and gives browsers a cookie that means nothing elsewhere.
//
//	KEYHALL_URL=https://id.example.com KEYHALL_TENANT=acme KEYHALL_SECRET_KEY=sk_... webapp
package main

import (
	"crypto/rand"
	"errors"
	"html/template"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func main() {
	client, err := keyhall.New(os.Getenv("KEYHALL_URL"), keyhall.WithUserAgent("webapp/1.0"))
	if err != nil {
		log.Fatal(err)
	}
	tenant := client.Tenant(os.Getenv("KEYHALL_TENANT"))
	s := newSite(tenant, tenant.With(keyhall.WithSecretKey(os.Getenv("KEYHALL_SECRET_KEY"))))
	server := &http.Server{Addr: ":9000", Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// site is the program. Sessions are in memory; a real one stores refresh tokens, encrypted, where it stores sessions.
type site struct {
	visitor *keyhall.TenantClient // without credentials
	staff   *keyhall.TenantClient // with the tenant's secret key
	mu      sync.Mutex
	people  map[string]*keyhall.TenantClient // by cookie: clients with the token of one user
}

func newSite(visitor, staff *keyhall.TenantClient) *site {
	return &site{visitor: visitor, staff: staff, people: map[string]*keyhall.TenantClient{}}
}

func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("POST /sign-up", s.signUp)
	mux.HandleFunc("POST /sign-in", s.signIn)
	mux.HandleFunc("POST /sign-out", s.signOut)
	mux.HandleFunc("GET /waiting", s.waiting)
	mux.HandleFunc("POST /waiting", s.decide)
	return http.NewCrossOriginProtection().Handler(mux)
}

var page = template.Must(template.New("").Parse(`<!doctype html><title>Coaches</title>
{{with .Error}}<p role="alert">{{.}}</p>{{end}}
{{with .User}}<p>{{.Username}}, you are {{.Approval}}.</p>
{{range .Group.Permissions}}<p>You may {{.}}.</p>{{end}}
<form method="post" action="/sign-out"><button>Sign out</button></form>
{{else}}<form method="post" action="/sign-in"><input name="email"><input name="password" type="password"><button>Sign in</button>
<button formaction="/sign-up">Sign up</button></form>{{end}}
{{range .Waiting}}<form method="post" action="/waiting"><input type="hidden" name="id" value="{{.ID}}">{{.Username}}
<button name="decision" value="approve">Approve</button><button name="decision" value="reject">Reject</button></form>{{end}}`))

// view is what the page shows.
type view struct {
	User    *keyhall.User
	Waiting []keyhall.User
	Error   string
}

func show(w http.ResponseWriter, status int, v view) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := page.Execute(w, v); err != nil {
		log.Print(err)
	}
}

// fail shows people what they can mend, and logs the rest.
func fail(w http.ResponseWriter, err error) {
	var e *keyhall.Error
	switch {
	case errors.Is(err, keyhall.ErrInvalidCredentials):
		show(w, http.StatusUnauthorized, view{Error: "That is not right. Try again."})
	case errors.Is(err, keyhall.ErrPendingApproval):
		show(w, http.StatusForbidden, view{Error: "Somebody has to look at your account first."})
	case errors.Is(err, keyhall.ErrRejected):
		show(w, http.StatusForbidden, view{Error: "Your account was not approved."})
	case errors.As(err, &e) && len(e.Fields) > 0:
		show(w, http.StatusBadRequest, view{Error: e.Fields[0].Field + ": " + e.Fields[0].Message})
	default:
		log.Print(err)
		show(w, http.StatusBadGateway, view{Error: "Something went wrong. Try again in a moment."})
	}
}

const cookie = "session"

// enter begins a session: the cookie is a name for tokens that stay here.
func (s *site) enter(w http.ResponseWriter, r *http.Request, tokens keyhall.Tokens) {
	id := rand.Text()
	s.mu.Lock()
	s.people[id] = s.visitor.With(keyhall.WithTokenSource(s.visitor.Refresher(tokens, nil)))
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: id, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// person is the client of the user whose cookie it is; nil for strangers.
func (s *site) person(r *http.Request) *keyhall.TenantClient {
	c, err := r.Cookie(cookie)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.people[c.Value]
}

func (s *site) home(w http.ResponseWriter, r *http.Request) {
	p := s.person(r)
	if p == nil {
		show(w, http.StatusOK, view{})
		return
	}
	me, err := p.Me.Get(r.Context())
	switch {
	case errors.Is(err, keyhall.ErrUnauthenticated), errors.Is(err, keyhall.ErrRejected): // signed out elsewhere, or turned down
		show(w, http.StatusOK, view{})
	case err != nil:
		fail(w, err)
	default:
		show(w, http.StatusOK, view{User: &me})
	}
}

func (s *site) signUp(w http.ResponseWriter, r *http.Request) {
	coach := keyhall.UserTypeCoach
	result, err := s.visitor.Auth.SignUp(r.Context(), keyhall.SignUp{Email: r.FormValue("email"), Password: r.FormValue("password"), UserType: &coach})
	if err != nil {
		fail(w, err)
		return
	}
	if result.Tokens == nil { // a tenant may want the address proven, or an approval, before anything else
		show(w, http.StatusAccepted, view{Error: "Look into your mail."})
		return
	}
	t := result.Tokens
	s.enter(w, r, keyhall.Tokens{AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, ExpiresIn: t.ExpiresIn, TokenType: t.TokenType})
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	tokens, err := s.visitor.Auth.SignIn(r.Context(), keyhall.SignIn{Identifier: r.FormValue("email"), Password: r.FormValue("password")})
	if err != nil {
		fail(w, err)
		return
	}
	s.enter(w, r, tokens)
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	if p := s.person(r); p != nil {
		if err := p.Auth.SignOut(r.Context()); err != nil && !errors.Is(err, keyhall.ErrUnauthenticated) {
			fail(w, err)
			return
		}
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// mayDecide asks Keyhall each time, so that a permission that is taken away is gone with the next request.
func (s *site) mayDecide(r *http.Request) bool {
	p := s.person(r)
	if p == nil {
		return false
	}
	me, err := p.Me.Get(r.Context())
	if err != nil {
		return false
	}
	for _, permission := range me.Group.Permissions {
		if permission == "coaches.approve" {
			return true
		}
	}
	return false
}

func (s *site) waiting(w http.ResponseWriter, r *http.Request) {
	if !s.mayDecide(r) {
		show(w, http.StatusForbidden, view{Error: "This is for those who approve coaches."})
		return
	}
	list, err := s.staff.Users.List(r.Context(), &keyhall.UsersListParams{Status: new(keyhall.UserStatusPending)})
	if err != nil {
		fail(w, err)
		return
	}
	show(w, http.StatusOK, view{Waiting: list.Data})
}

func (s *site) decide(w http.ResponseWriter, r *http.Request) {
	if !s.mayDecide(r) {
		show(w, http.StatusForbidden, view{Error: "This is for those who approve coaches."})
		return
	}
	id, err := strconv.ParseInt(r.FormValue("id"), 10, 64)
	if err != nil {
		show(w, http.StatusBadRequest, view{Error: "Whom?"})
		return
	}
	decision := keyhall.ApprovalRequest{UserIDs: []int64{id}, Decision: keyhall.Decision(r.FormValue("decision"))}
	if _, err := s.staff.Approvals.Decide(r.Context(), decision); err != nil {
		fail(w, err)
		return
	}
	http.Redirect(w, r, "/waiting", http.StatusSeeOther)
}
