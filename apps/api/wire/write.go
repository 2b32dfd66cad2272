package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"
)

// Whatever these contracts answer may hold personal data or depend on who asks.
var always = map[string]string{
	fiber.HeaderCacheControl:        "no-store",
	fiber.HeaderXContentTypeOptions: "nosniff",
	fiber.HeaderXFrameOptions:       "DENY",
	fiber.HeaderReferrerPolicy:      "same-origin",
	fiber.HeaderVary:                "Accept, Cookie, Origin",
}

// write sends the answer with the headers that every answer has. fasthttp leaves the body out for HEAD.
func (x *exchange) write(r Response) {
	out := x.http.Response()
	for name, value := range always {
		out.Header.Set(name, value)
	}
	out.Header.Set(fiber.HeaderXRequestID, x.RequestID)
	if x.at != nil {
		out.Header.Set(fiber.HeaderAllow, x.at.allow)
	}
	x.shareAcrossOrigins()
	body, kind := encode(r.Body)
	out.Header.SetNoDefaultContentType(true)
	if kind != "" {
		out.Header.SetContentType(kind)
	}
	for name, value := range r.Header {
		out.Header.Set(name, value)
	}
	for _, c := range r.Cookies {
		out.Header.Add(fiber.HeaderSetCookie, c.String())
	}
	out.SetStatusCode(r.Status)
	out.SetBodyRaw(body)
}

// encode gives compact JSON as Django renders it: UTF-8, "<" and "&" as they are, and no charset in the media type.
func encode(body any) ([]byte, string) {
	switch b := body.(type) {
	case nil:
		return nil, ""
	case []byte:
		return b, ""
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		panic(err) // a shape that JSON cannot hold is a slip in a contract; no input causes it
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), fiber.MIMEApplicationJSON
}

const (
	corsHeaders = "Authorization, Content-Type, X-CSRFToken, X-Requested-With, Accept, X-Keyhall-Tenant, X-Keyhall-Key, Idempotency-Key"
	corsMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
	corsExposed = "Allow, Retry-After, WWW-Authenticate, X-Request-Id, Idempotent-Replayed"
)

// shareAcrossOrigins lets pages of the tenant's own origins read the answer, and send the request in the first place.
func (x *exchange) shareAcrossOrigins() {
	origin := x.Header(fiber.HeaderOrigin)
	if x.Scope == nil || origin == "" || !slices.Contains(x.Scope.Settings().Origins, origin) {
		return
	}
	h := &x.http.Response().Header
	h.Set(fiber.HeaderAccessControlAllowOrigin, origin)
	h.Set(fiber.HeaderAccessControlExposeHeaders, corsExposed)
	if x.Browser() {
		h.Set(fiber.HeaderAccessControlAllowCredentials, "true")
	}
	if x.Method == http.MethodOptions {
		h.Set(fiber.HeaderAccessControlAllowMethods, corsMethods)
		h.Set(fiber.HeaderAccessControlAllowHeaders, corsHeaders)
		h.Set(fiber.HeaderAccessControlMaxAge, "600")
	}
}
