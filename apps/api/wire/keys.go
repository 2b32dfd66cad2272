package wire

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/idempotency"
)

// Keys lets operations take an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header). It stands behind whatever decides
// whether the caller may do this, so nobody is told an answer that he may not have any more.
//
// It is for what creates or sends. It is not for what checks a password or a code or opens a session: each try of those counts, and the
// answer of one that was right is for the one who could give it then.
type Keys struct {
	Store  *idempotency.Store
	Caller func(*Call) string
}

// Headers of a call with a key and of an answer that was given before.
const (
	headerIdempotency = "Idempotency-Key"
	headerReplayed    = "Idempotent-Replayed"
)

// InTenant makes an operation that writes rows of Call.Scope take keys.
func (k Keys) InTenant(h Handler) Handler {
	return k.around(h, func(c *Call, r idempotency.Request, do idempotency.Do) (idempotency.Outcome, error) {
		return k.Store.InTenant(c.Ctx, c.Scope, r, do)
	})
}

// OnPlatform makes an operation that writes rows of the platform take keys.
func (k Keys) OnPlatform(h Handler) Handler {
	return k.around(h, func(c *Call, r idempotency.Request, do idempotency.Do) (idempotency.Outcome, error) {
		return k.Store.OnPlatform(c.Ctx, r, do)
	})
}

func (k Keys) around(h Handler, once func(*Call, idempotency.Request, idempotency.Do) (idempotency.Outcome, error)) Handler {
	return func(c *Call) (Response, error) {
		given := c.Headers(headerIdempotency)
		switch {
		case len(given) == 0:
			return h(c)
		case len(given) > 1:
			return Response{}, fault.IdempotencyKeyInvalid
		case len(c.http.Request().Body()) > c.maxBody():
			return Response{}, c.route.tooLarge()
		}
		var said Response
		var refused error
		before := c.Ctx
		defer func() { c.Ctx = before }()
		o, err := once(c, idempotency.Request{Caller: k.Caller(c), Key: given[0], Parts: c.print()}, func(ctx context.Context) (idempotency.Answer, bool, error) {
			c.Ctx = ctx
			said, refused = h(c)
			if refused != nil {
				return idempotency.Answer{}, false, serious(refused)
			}
			body, _ := encode(said.Body)
			return idempotency.Answer{Status: said.Status, Body: body}, said.Status < http.StatusMultipleChoices, nil
		})
		switch {
		case err != nil:
			return Response{}, err
		case o.Replayed:
			return replayed(o), nil
		default:
			return said, refused
		}
	}
}

// serious gives the errors after which nothing that a call wrote should stay: what went wrong is not for the caller to mend.
func serious(err error) error {
	if k := fault.From(err).Code.Kind; k == fault.Internal || k == fault.Unavailable {
		return err
	}
	return nil
}

func replayed(o idempotency.Outcome) Response {
	r := Response{Status: o.Status, Header: map[string]string{headerReplayed: "true"}}
	if o.Body != nil {
		r.Body = o.Body
		r.Header[fiber.HeaderContentType] = fiber.MIMEApplicationJSON
	}
	return r
}

// print is what makes this request another one when it differs: method, address and body. The boundary of a form, which clients
// invent anew each time, does not.
func (c *Call) print() []string {
	uri := c.http.Request().URI()
	kind, params, _ := mime.ParseMediaType(c.Header(fiber.HeaderContentType)) // what cannot be read is the handler's to refuse
	body := string(c.http.Request().Body())
	if boundary := params["boundary"]; boundary != "" {
		body = strings.ReplaceAll(body, "--"+boundary, "--")
	}
	return []string{c.Method, string(uri.PathOriginal()), string(uri.QueryString()), kind, body}
}
