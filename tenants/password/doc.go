// Package password owns what Keyhall knows about passwords as such: which new ones a tenant takes (Policy), how they
// are stored (Argon2id in the PHC string format), how other systems stored them (the formats of foreign.go), and the
// Pool, the only place where they are hashed.
//
// Hashing is the dearest thing Keyhall does: some 30 ms of one core and 19 MiB each. Everything that hashes therefore
// goes through one Pool, which leaves the rest of the machine responsive in a storm of sign-ins.
//
// The package knows no accounts, no tenants but by a name to be fair between, no database and no HTTP.
package password
