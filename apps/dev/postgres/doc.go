// Package postgres runs a PostgreSQL of its own for `keyhall dev` and for the tests.
//
// It owns finding (or installing) the binaries, making the cluster, starting and stopping the server, and cleaning
// up behind a run that was killed. It needs nothing but the standard library, and it must not know what is kept in
// the database: who uses it gets a URL.
//
// What lies on disk, below Options.DataDir unless its file postgres.place names another folder:
//
//	postgres.lock    held by the process that uses the folder; a second one is refused
//	postgres.log     what PostgreSQL printed since its last start; the start before that in postgres.log.1
//	postgres.place   where the clusters are, when PostgreSQL's user may not enter DataDir
//	pg15/data        the cluster, one for each major version, because two versions cannot share one
//	pg15/password    the superuser's password, generated with the cluster
//
// Every step leaves either what was there before or what shall be there: the process may be killed at any instant.
package postgres
