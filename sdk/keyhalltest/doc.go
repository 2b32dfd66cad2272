// Package keyhalltest is a Keyhall inside a test: no network beyond the loopback, no database, no mail.
//
//	server := keyhalltest.New(t)
//	acme := server.Tenant("acme")
//	token := acme.Token(keyhalltest.Claims{UserID: 7, Group: "coach", Approved: true})
//	v, err := verify.New(verify.WithIssuers(acme.Issuer), verify.WithClock(server.Clock.Now))
//
// A tenant has keys, which can be rotated and revoked, and signs tokens with any claims, also wrong ones. Times come from
// a clock that the test turns. Intercept stands in front of all answers, so that a test can have a server that is slow, wrong or away.
//
// For all the rest, the real program is as good as a fake: `keyhall dev` starts in seconds and needs nothing else.
package keyhalltest
