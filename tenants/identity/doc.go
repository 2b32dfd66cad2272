// Package identity is the core: accounts, sign-in, resets, profiles, groups and approval. All rules live here.
//
// Exported methods of Service open the transaction; unexported functions take a *tenants.Tx and compose. Arguments
// come as: context, scope, actor (where one is needed), input. Passwords are hashed outside transactions, time comes
// from the transaction, uniqueness is decided by constraints, and all complaints about an input are collected. The
// package knows no HTTP and no contract.
package identity
