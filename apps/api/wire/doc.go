// Package wire is the HTTP machinery that all contracts share: one table from path to route, the tenant of a request,
// who calls, limits, decoding of bodies, CORS, headers, the access log, and one door out for answers and faults.
//
// A contract is data: a Contract with its Routes and its Dialect. Its handlers see a Call and return (Response, error);
// they never touch Fiber, never write, and cannot choose a status for a failure. The package knows no contract and no
// rule of the core. It is the only place, with the server's assembly, that may hold a Fiber value: strings of Fiber
// are borrowed from a buffer that the next request overwrites, so everything is copied here, once.
package wire
