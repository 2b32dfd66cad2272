// Package swagger holds the pages that show the description of the interface, Swagger UI's files among them, and of
// its errors; all of it works offline.
package swagger

import (
	"embed"
	"io/fs"
)

//go:embed index.html init.js errors.html errors.css all:dist
var files embed.FS

// FS gives the page's files. Swagger UI's own are in dist, put there by `make build`.
func FS() fs.FS { return files }
