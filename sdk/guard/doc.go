// Package guard keeps requests out that bring no good access token, for net/http.
//
//	v, err := verify.New(verify.WithTenantsOf("https://id.example.com"))
//	...
//	signedIn := guard.Protect(v.Verify, guard.RequireApproved())
//	coaches := guard.Protect(v.Verify, guard.RequireApproved(), guard.RequireGroup("coach"))
//	mux.Handle("GET /plans", signedIn(plans))
//	mux.Handle("POST /plans", coaches(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		token := guard.Token(r.Context())
//		...
//	})))
//
// With v.Live in place of v.Verify the issuer is asked about each request whether the session is still there.
//
// A request without a good token is answered with 401, one that a rule refuses with 403, and with 503 when the keys could not be had; the body
// is a problem (RFC 9457) with the codes of Keyhall itself, and WWW-Authenticate says what is wanted (RFC 6750). The guards for
// Fiber and gRPC, github.com/keyhall/keyhall/sdk/fiberguard and grpcguard, take the same rules.
package guard
