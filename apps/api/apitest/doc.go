// Package apitest runs the whole server for tests: every contract on a real listener over a real database. It owns the
// server, clients whose every exchange is held to openapi.yaml and searched for what must not leak, and people and
// administrators to be these clients. It knows no rule of any contract. Only tests import it.
package apitest
