package api

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"

	"github.com/keyhall/keyhall/apps/api/swagger"
)

func TestThePageOfErrorsHasALineForEachCode(t *testing.T) {
	app := fiber.New()
	if err := serveDocs(app, swagger.FS(), true); err != nil {
		t.Fatal(err)
	}
	page := get(t, app, "/docs/errors")
	for _, c := range fault.All() {
		if n := strings.Count(page, `<tr id="`+c.Name+`">`); n != 1 {
			t.Errorf("%s is there %d times", c.Name, n)
		}
	}
	if strings.Contains(page, "{") {
		t.Error("an argument shows")
	}
	if !strings.Contains(get(t, app, "/docs/errors.css"), ":target") || !strings.Contains(get(t, app, "/docs/index.html"), "Keyhall API") {
		t.Error("the other files are not served any more")
	}
}

func get(t *testing.T, app *fiber.App, path string) string {
	t.Helper()
	r, err := app.Test(httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Fatalf("%s: %d %v", path, r.StatusCode, r.Header)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
