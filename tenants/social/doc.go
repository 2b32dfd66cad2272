// Package social asks providers who somebody is: Facebook, Google, Twitter and others, with the client ids and secrets of the
// tenant. A provider is one file and a line in families. It believes no token before the provider has said that it was
// issued to the tenant's own app (K40), and it believes an address only as far as the provider vouches for it.
//
// goth knows the providers' protocols; its objects are made for one request and thrown away, and its list of providers, which is the
// process's, is never used (K42). Whatever goth sends passes through a line, which says where to, how long and how much.
// The package knows nothing of accounts.
package social
