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
// Users sign up, confirm, sign in, refresh and reset, and admins list, create, change, approve and delete them, through the real client:
//
//	acme.FixKeys("secret") // and FixCodes for one-time codes
//	result, err := acme.Client().Auth.SignUp(ctx, keyhall.SignUp{Email: "mia@example.com", Password: "lantern-river-42"})
//	_, err = acme.Client().Auth.ConfirmEmail(ctx, keyhall.EmailKey{Key: "secret"}) // or acme.Messages("mia@example.com")[0].Key
//	_, err = acme.Admin().Users.List(ctx, nil)
//
// An Idempotency-Key is honoured: a call that comes again under it is not made again.
//
// The answers, errors and statuses are those of the real program; a test of Keyhall's own holds both to the same story. There is less
// behind them: no limits, no policy for passwords but their length, no clock for links.
//
// For all the rest StartDev starts the real program, which takes seconds and needs nothing else.
package keyhalltest
