// Package identifier owns the grammars and the canonical forms of what people are known by: e-mail addresses,
// usernames and mobile numbers. Two spellings name the same account exactly when their canonical forms are equal, so
// every uniqueness rule, look-up and request limit works on those and never on what was typed.
//
// The package is pure: it knows no accounts, no tenants and no database.
package identifier
