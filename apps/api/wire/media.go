package wire

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
)

// defaultMaxBody bounds the bodies of these contracts; the server's own limit is larger, so that a body over this one
// still gets the contract's answer.
const defaultMaxBody = 64 << 10

// payload reads the request's body by its media type: a JSON value, or the fields of a form as an object of texts. No
// body at all is an empty object. form tells which of the two it was.
func (c *Call) payload() (value any, form bool, err error) {
	if coding := c.Header(fiber.HeaderContentEncoding); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, false, Packed(coding) // unpacking is how small bodies become huge
	}
	raw := bytes.Clone(c.http.Request().Body()) // not f.Body(), which unpacks
	if len(raw) > c.maxBody() {
		return nil, false, c.route.tooLarge()
	}
	if len(raw) == 0 {
		return map[string]any{}, c.isForm(), nil
	}
	return c.parse(raw)
}

func (c *Call) maxBody() int {
	if c.route.MaxBody > 0 {
		return c.route.MaxBody
	}
	if c.route.MaxFile > 0 {
		return c.route.MaxFile + formSlack
	}
	return defaultMaxBody
}

func (c *Call) isForm() bool {
	kind, _, err := mime.ParseMediaType(c.Header(fiber.HeaderContentType))
	return err == nil && (kind == fiber.MIMEApplicationForm || kind == fiber.MIMEMultipartForm)
}

const mergePatch = "application/merge-patch+json" // RFC 7396

func (c *Call) parse(raw []byte) (value any, form bool, err error) {
	header := c.Header(fiber.HeaderContentType)
	kind, params, err := mime.ParseMediaType(header)
	strict := c.dialect.Strict
	if header == "" && c.dialect.Untyped {
		kind, err = fiber.MIMEApplicationJSON, nil
	}
	switch {
	case err != nil && c.dialect.JSON:
		return nil, false, fault.NoData
	case err != nil || !isUTF8(params["charset"]):
		return nil, false, c.unsupported(header)
	case kind == fiber.MIMEApplicationJSON && !(strict && (c.route.MaxFile > 0 || c.route.Form)), strict && kind == mergePatch && c.Method == fiber.MethodPatch:
		value, err = parseJSON(raw, strict)
		return value, false, err
	case c.dialect.JSON && strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"): // RFC 6839, section 3.1
		value, err = parseJSON(raw, strict)
		return value, false, err
	case kind == fiber.MIMEApplicationForm && (!strict && !c.dialect.JSON || c.route.Form):
		value, err = parseForm(string(raw))
		return value, true, err
	case kind == fiber.MIMEMultipartForm && (!strict && !c.dialect.JSON || c.route.MaxFile > 0):
		value, err = parseMultipart(raw, params["boundary"])
		return value, true, err
	case c.dialect.JSON: // to the originals such a body was none
		return nil, false, fault.NoData
	default:
		return nil, false, c.unsupported(header)
	}
}

// unsupported says which media type this route takes instead.
func (c *Call) unsupported(mediaType string) error {
	expected := fiber.MIMEApplicationJSON
	switch {
	case c.route.MaxFile > 0:
		expected = fiber.MIMEMultipartForm
	case c.route.Form:
		expected = fiber.MIMEApplicationForm
	}
	return fault.UnsupportedMedia.With("media_type", mediaType, "expected", expected)
}

// Packed is the fault of a body with a Content-Encoding.
func Packed(coding string) error {
	return fault.UnsupportedMedia.With("media_type", coding, "expected", "it without a Content-Encoding")
}

func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return true
	}
	return false
}

// parseForm reads application/x-www-form-urlencoded. Of repeated names the last one counts; a name like a[9] is just a
// name; a stray percent sign stands for itself, as in Python.
func parseForm(raw string) (any, error) {
	fields := map[string]any{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescape(name), unescape(value)
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return nil, badForm("the text is not valid UTF-8")
		}
		if pair != "" {
			fields[name] = value
		}
	}
	return fields, nil
}

func badForm(reason string) error {
	return fault.MalformedBody.With("format", "Form", "reason", reason)
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	parts := strings.Split(strings.ReplaceAll(s, "+", " "), "%")
	for i, part := range parts[1:] {
		if plain, err := url.PathUnescape("%" + part[:min(2, len(part))]); err == nil {
			parts[i+1] = plain + part[2:]
		} else {
			parts[i+1] = "%" + part
		}
	}
	return strings.Join(parts, "")
}

// parseMultipart reads multipart/form-data (RFC 7578).
func parseMultipart(raw []byte, boundary string) (any, error) {
	if boundary == "" {
		return nil, badMultipart("Invalid boundary in multipart: None")
	}
	fields := map[string]any{}
	parts := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return nil, badMultipart("the parts could not be told apart")
		}
		if fields[part.FormName()], err = readPart(part); err != nil {
			return nil, err
		}
	}
}

func readPart(part *multipart.Part) (any, error) {
	content, err := io.ReadAll(part)
	name, isFile := nameOf(part)
	switch {
	case err != nil:
		return nil, badMultipart("a part has no end")
	case isFile:
		return File{name, content}, nil
	case !utf8.Valid(content):
		return nil, badMultipart("the text is not valid UTF-8")
	default:
		return string(content), nil
	}
}

func badMultipart(reason string) error {
	return fault.MalformedBody.With("format", "Multipart form", "reason", reason)
}
