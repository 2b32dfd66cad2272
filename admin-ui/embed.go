// Package adminui carries the built admin pages inside the Go binary.
//
// It owns the files of dist and nothing else: which address serves them and with
// which headers is the server's affair.
package adminui

import (
	"embed"
	"io/fs"
)

// dist holds a placeholder until npm has built the pages, so that Go compiles without Node.
//
//go:embed all:dist
var dist embed.FS

// FS returns the built pages; index.html is at its root.
func FS() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only a malformed constant path can fail
	}
	return pages
}

// Built tells whether npm has built the pages into this binary.
func Built() bool {
	_, err := fs.Stat(dist, "dist/index.html")
	return err == nil
}
