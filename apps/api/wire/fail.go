package wire

import (
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/keyhall/keyhall/internal/fault"
)

// Fail is Fiber's ErrorHandler: it answers what never became a request to route, such as a body over the server's own
// limit or a header that cannot be read, in the words of the contract that owns the path. Fiber's default would send the
// parser's text, which quotes the request.
func (m *Mount) Fail(f *fiber.Ctx, err error) error {
	ctx, cancel := context.WithTimeout(f.UserContext(), deadline)
	defer cancel()
	x := m.open(ctx, f)
	fit := ofServer(err)
	if errors.Is(fit, fault.BodyTooLarge) {
		linger(f)
		fit = x.tooLarge()
	}
	answer := x.refuse(fit)
	var own *fiber.Error
	if errors.As(err, &own) {
		answer = answer.as(own.Code) // 408 and 431 have no fault of their own
	}
	x.write(answer)
	x.report(answer.Status, 0)
	return nil
}

// tooLarge is the fault for a body that the server did not read.
func (x *exchange) tooLarge() error {
	if x.at != nil {
		x.route = x.at.route(x.Method)
	}
	return x.route.tooLarge()
}

// ofServer gives the fault for what the HTTP server itself complains about.
func ofServer(err error) error {
	var f *fiber.Error
	if !errors.As(err, &f) {
		return err
	}
	switch {
	case f.Code == http.StatusRequestEntityTooLarge, f.Code == http.StatusRequestHeaderFieldsTooLarge:
		return fault.BodyTooLarge
	case f.Code == http.StatusNotFound:
		return fault.PathUnknown
	case f.Code < http.StatusInternalServerError:
		return fault.RequestUnreadable
	default:
		return err
	}
}
