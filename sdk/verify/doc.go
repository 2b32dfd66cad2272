// Package verify checks Keyhall's access tokens without asking Keyhall.
//
//	v, err := verify.New(verify.WithIssuers("https://id.example.com/t/acme"))
//	...
//	token, err := v.Verify(ctx, raw)
//	switch {
//	case errors.Is(err, verify.ErrUnavailable): // 503: the keys could not be had
//	case err != nil:                            // 401
//	}
//	fmt.Println(token.UserID, token.Group)
//
// A Verifier serves many issuers at once: each tenant of a Keyhall is one. WithTenantsOf takes all tenants of one Keyhall, also
// those that are made later. What is checked without being asked for: that the issuer is one of these, the algorithm, which the
// key fixes and not the token; the signature; the type, so that no other token passes for an access token; the audience,
// the tenant, and the times (RFC 8725, RFC 9068).
//
// Keys are fetched once for all who wait for them, again in the background before they are too old, and when a token names one
// that is not known, at most once in a while. While Keyhall is away, the keys at hand are used. There is nothing to close, and
// reading takes no lock.
//
// Offline, nobody sees that a session was ended: a token is good until it expires, for 15 minutes unless the tenant's settings say
// otherwise. Its group, permissions and approval are those of the moment when it was made. Where that is too long, Live asks.
package verify
