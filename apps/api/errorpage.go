package api

import (
	"bytes"
	"html/template"
	"io/fs"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/wire"
)

// errorLine is one code on the page of errors.
type errorLine struct {
	Code, Text string
	Status     int
}

// errorPage renders the page that the "type" of each problem points to (RFC 9457, section 3.1.1).
func errorPage(files fs.FS) ([]byte, error) {
	page, err := template.ParseFS(files, "errors.html")
	if err != nil {
		return nil, err
	}
	var lines []errorLine
	for _, c := range fault.All() {
		lines = append(lines, errorLine{c.Name, wire.Title(c), wire.StatusOf(c.Kind)})
	}
	var b bytes.Buffer
	err = page.Execute(&b, lines)
	return b.Bytes(), err
}

// serveErrors serves it at /docs/errors.
func serveErrors(app *fiber.App, page []byte, https bool) {
	app.Get("/docs/errors", func(f *fiber.Ctx) error {
		protect(f, docsPolicy, https)
		f.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		f.Set(fiber.HeaderCacheControl, "no-cache")
		return f.Send(page)
	})
}
