// Package native is Keyhall's own interface: self-service for the users of a tenant under /v1 and the administration
// under /admin/v1. Problem details (RFC 9457), bearer tokens, JSON; described by openapi.yaml to the field.
package native
