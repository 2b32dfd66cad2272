// Package api assembles the HTTP server: the contracts, the admin UI's files, the hosted pages, the description of
// the interface, health and metrics. It holds wiring and no rules.
package api
