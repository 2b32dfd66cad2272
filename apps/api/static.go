package api

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
)

// adminPolicy lets the dashboard run its own files and talk to its own origin, and nothing else. Mantine sets styles
// on elements, hence 'unsafe-inline' for styles alone.
const adminPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// protect sets what every page of ours has. Whether the platform is reached by https is known from its public address,
// never from a header.
func protect(f *fiber.Ctx, policy string, https bool) {
	f.Set(fiber.HeaderContentSecurityPolicy, policy)
	f.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	f.Set(fiber.HeaderXFrameOptions, "DENY")
	f.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	if https {
		f.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// serveAdminUI serves the dashboard below /admin/: its files as they are, and its page for every address that the
// dashboard itself routes. /admin/v1 is the API's.
func serveAdminUI(app *fiber.App, files fs.FS, https bool) {
	app.Get("/admin", func(f *fiber.Ctx) error { return f.Redirect("/admin/", http.StatusMovedPermanently) })
	app.Get("/admin/*", func(f *fiber.Ctx) error {
		name := strings.TrimPrefix(f.Path(), "/admin/")
		if name == "v1" || strings.HasPrefix(name, "v1/") {
			return f.Next()
		}
		protect(f, adminPolicy, https)
		if files == nil {
			return f.Status(http.StatusNotFound).SendString("The dashboard is not part of this build. `make build` puts it in.\n")
		}
		if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" {
			return sendFile(f, files, name, strings.HasPrefix(name, "assets/"))
		}
		return sendFile(f, files, "index.html", false)
	})
}

// sendFile sends one embedded file; hashed names may be kept for ever.
func sendFile(f *fiber.Ctx, files fs.FS, name string, forever bool) error {
	content, err := fs.ReadFile(files, path.Clean(name))
	if err != nil {
		return fault.PathUnknown
	}
	f.Set(fiber.HeaderContentType, mime.TypeByExtension(path.Ext(name)))
	f.Set(fiber.HeaderCacheControl, "no-cache")
	if forever {
		f.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	return f.Send(content)
}

// docsPolicy is what Swagger UI needs to run without any other origin.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// serveDocs serves the description of the interface at /docs.
func serveDocs(app *fiber.App, files fs.FS, https bool) error {
	if files == nil {
		return nil
	}
	problems, err := errorPage(files)
	if err != nil {
		return err
	}
	serveErrors(app, problems, https)
	app.Get("/docs", func(f *fiber.Ctx) error { return f.Redirect("/docs/", http.StatusMovedPermanently) })
	app.Get("/docs/*", func(f *fiber.Ctx) error {
		name := strings.TrimPrefix(f.Path(), "/docs/")
		if name == "" {
			name = "index.html"
		}
		protect(f, docsPolicy, https)
		return sendFile(f, files, name, false)
	})
	return nil
}
