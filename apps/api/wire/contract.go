package wire

import (
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Contract is one way to speak to the core: its paths, its error grammar and how it knows who calls.
type Contract struct {
	Name    string                       // "restauth"; the name in logs, sessions and limits
	Owns    []string                     // path prefixes, "/rest-auth/"; what is unknown below them is a 404 in this Dialect
	Routes  []Route                      //
	Dialect Dialect                      //
	Enabled func(*tenants.Settings) bool // is it switched on for the tenant? nil: always
	Admit   func(*Call, Access) error    // finds out who calls, before method and body are looked at; usually Guard.Admit
}

// Route is one operation.
type Route struct {
	Method  string   // GET, POST, PUT, PATCH, DELETE; HEAD and OPTIONS are answered by wire
	Path    string   // "/rest-auth/user/", "/v1/sessions/{id}"; works with and without the slash at its end
	Aliases []string // further paths of the same operation
	Reach   Reach    // Tenant unless said otherwise
	Access  Access   // Open unless said otherwise
	Handle  Handler  //
	MaxBody int      // bytes; 0: 64 KiB, and MaxFile more
	MaxFile int      // bytes of the file that a form may have; 0: no files. The core decides about the file, with this limit
	Form    bool     // takes application/x-www-form-urlencoded and nothing else, and no notice of names it does not know
	Changes bool     // a GET that changes something: HEAD gets 405 instead of running it
	Allow   string   // Allow header of the path where it is not the list of its methods; one route of a path says it
}

// Reach says whether a route lives inside a tenant.
type Reach uint8

// The reaches.
const (
	Tenant   Reach = iota // the request names a tenant; Call.Scope is its
	Platform              // no tenant; Call.Scope is nil
)

// Access says who may call a route. What each kind demands is for the contract's Admit to know; wire itself only tells
// those that can fail (401 before 405) from Open and Optional.
type Access uint8

// The kinds of access.
const (
	Open        Access = iota // anybody; Authorization is not even read, since old clients send dead tokens everywhere
	Optional                  // the caller if the token is good; a bad token counts as none
	User                      // a signed-in account of the tenant: Call.Actor
	TenantAdmin               // an admin of the tenant named by the path, or an operator: Call.Principal
	Operator                  // an operator of the platform: Call.Principal
)

// Handler answers a call. Whatever error it returns is rendered by the contract's Dialect.
type Handler func(*Call) (Response, error)

// Dialect is how a contract speaks where all its operations speak alike.
type Dialect struct {
	Render  func(*Call, *fault.Error) Response // one fault to status, headers and body; must know every code
	Strict  bool                               // JSON only, unknown and repeated names refused, types to the letter
	Untyped bool                               // a body without a Content-Type is JSON
	JSON    bool                               // JSON only, also as application/<x>+json; forms only where a file is taken
	Methods bool                               // a wrong method is told before anybody is asked who he is
	Cookies func(*tenants.Settings) bool       // browser sessions for this tenant, so credentials over CORS; nil: never
}
