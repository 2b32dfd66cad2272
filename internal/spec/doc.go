// Package spec holds the server to openapi.yaml. It is for tests only.
//
// It owns the reading of the description: which operations there are, whether an exchange is one that the description
// promises, and which promised answers no test has seen. It knows nothing of the server: callers hand it routes as
// method and path, and exchanges as bytes.
package spec
