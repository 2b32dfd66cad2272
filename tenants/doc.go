// Package tenants owns who the customers are and the only door to what they own.
//
// A Registry turns a request's hints into a Scope; a Scope is the only way to a tenant's rows, and every statement
// that runs through it has the tenant's id as $1. Three fences stand behind each other: the argument that is always
// there (a statement that forgets $1 does not run), forced row-level security under a role that owns nothing, and
// the catalogue test in migrations. The package knows no HTTP, no accounts and no jobs.
package tenants
