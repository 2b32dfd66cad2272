// Package journey travels through the whole program as its users do: the README's curl commands as written, and a Go
// program that knows nothing but the SDK. It has tests only.
package journey
