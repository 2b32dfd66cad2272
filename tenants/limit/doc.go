// Package limit owns the request limits: how often something may be tried for one identifier, from one network, in
// one tenant. The counts are shared by all processes through Redis. While Redis fails or is slow each process counts
// for itself, more strictly: a limit is never lifted by an outage, and an outage is never told to a client.
//
// The package knows no accounts and no HTTP. What is counted reaches it as canonical text and leaves it only as a
// keyed hash, so Redis holds no personal data.
package limit
