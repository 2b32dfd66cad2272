// Package token owns what proves a sign-in: opaque keys, access and refresh tokens, signing keys and the secrets that
// travel by mail. It knows how they look, how they are hashed and how they are verified. Whether an account may act
// is not its business; that is tenants/identity.
package token
