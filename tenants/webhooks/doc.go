// Package webhooks tells a tenant's own servers of what happens to its users. It owns the endpoints, the events there
// are and what a call says; a delivery is a row of the outbox, one for each event and endpoint, written in the
// transaction of what it tells about. It does not know who causes events, nor how a call is made: that is the workers'.
//
// Calls follow Standard Webhooks: the body has type, timestamp and data, the headers id, time and signature.
package webhooks
