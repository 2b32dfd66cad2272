// Package keyhall holds what the whole repository shares as a file: the description of its HTTP interfaces.
package keyhall

import _ "embed"

// OpenAPI is openapi.yaml (OpenAPI 3.1): served at /docs, and what the agreement tests hold the server to.
//
//go:embed openapi.yaml
var OpenAPI []byte
