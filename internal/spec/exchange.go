package spec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Exchange is a request with its answer, as they went over the wire.
type Exchange struct {
	Method        string
	Path          string // with its query; with or without /t/{slug}
	RequestHeader http.Header
	RequestBody   []byte
	Status        int
	Header        http.Header // of the answer
	Body          []byte      // of the answer
}

// ValidateExchange tells whether the description promises this exchange, and everything that is wrong if not. The answer must
// have a documented status, its media type and headers, and exactly the members of its schema. The request is
// checked when it was accepted: a refused one may be as wrong as it likes.
//
// What no operation describes is checked too: an unknown path must be 404 and an unknown method 405 with Allow (or 401,
// where a contract asks who it is first), in the shape of the native or the older interfaces.
func (d *Doc) ValidateExchange(e Exchange) error {
	op, values, found := d.Find(e.Method, e.Path)
	if !found {
		return d.validateStray(e)
	}
	input, err := d.input(e, op, values)
	if err != nil {
		return err
	}
	if e.Status < http.StatusBadRequest {
		err = openapi3filter.ValidateRequest(context.Background(), input)
	}
	if err := errors.Join(err, validateAnswer(e, op, input)); err != nil {
		return fmt.Errorf("%s %s -> %d (%s): %w", e.Method, e.Path, e.Status, op.ID, err)
	}
	return nil
}

func validateAnswer(e Exchange, op Op, input *openapi3filter.RequestValidationInput) error {
	if response := op.spec.Responses.Status(e.Status); response != nil && len(response.Value.Content) == 0 && len(e.Body) > 0 {
		return fmt.Errorf("the answer has a body of %d bytes where none is documented", len(e.Body))
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 e.Status,
		Header:                 e.Header,
		Body:                   io.NopCloser(bytes.NewReader(e.Body)),
		Options:                input.Options,
	})
}

func (d *Doc) input(e Exchange, op Op, values map[string]string) (*openapi3filter.RequestValidationInput, error) {
	body := e.RequestBody
	header := e.RequestHeader.Clone()
	if header == nil {
		header = http.Header{}
	}
	if d.lenient(op) {
		if kind := header.Get("Content-Type"); kind == "" && len(body) > 0 || strings.HasSuffix(kind, "+json") {
			header.Set("Content-Type", "application/json") // where such a body is taken at all, it is taken for JSON
		}
		body = asDocumented(op, header.Get("Content-Type"), body)
	}
	req, err := http.NewRequest(e.Method, e.Path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", e.Method, e.Path, err)
	}
	req.Header = header
	return &openapi3filter.RequestValidationInput{
		Request:    req,
		PathParams: values,
		Route:      &routers.Route{Spec: d.root, Path: op.Path, PathItem: op.item, Method: op.Method, Operation: op.spec},
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true,
			MultiError:            true,
			SkipSettingDefaults:   true,
			AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
		},
	}, nil
}

// validateStray checks the answer to a request that no operation describes.
func (d *Doc) validateStray(e Exchange) error {
	ops := d.at(e.Path)
	switch {
	case len(ops) == 0 && e.Status != http.StatusNotFound:
		return fmt.Errorf("%s %s -> %d: nothing is described there, so it must be 404", e.Method, e.Path, e.Status)
	case len(ops) == 0:
		return d.validateErrorBody(e)
	case e.Method == http.MethodOptions || e.Method == http.MethodHead:
		return nil
	case e.Status == http.StatusUnauthorized:
		return d.validateErrorBody(e)
	case e.Status != http.StatusMethodNotAllowed:
		return fmt.Errorf("%s %s -> %d: the method is not described, so it must be 405", e.Method, e.Path, e.Status)
	}
	if err := checkAllow(e, ops); err != nil {
		return err
	}
	return d.validateErrorBody(e)
}

// envelope is where answers are in the shape of FitTrackee.
const envelope = "/api/auth/"

// validateErrorBody wants a Problem, a TrackeeRefusal or a DrfDetail, by media type and path.
func (d *Doc) validateErrorBody(e Exchange) error {
	name := "DrfDetail"
	switch {
	case strings.HasPrefix(e.Header.Get("Content-Type"), "application/problem+json"):
		name = "Problem"
	case strings.Contains(e.Path, envelope) || strings.HasSuffix(e.Path, "/picture"):
		name = "TrackeeRefusal"
	}
	schema := d.root.Components.Schemas[name]
	if schema == nil {
		return fmt.Errorf("the description has no schema %s", name)
	}
	value, err := decodeJSON(e.Body)
	if err == nil {
		err = schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020(), openapi3.MultiErrors())
	}
	if err != nil {
		return fmt.Errorf("%s %s -> %d: the body is no %s: %w", e.Method, e.Path, e.Status, name, err)
	}
	return nil
}

// checkAllow wants each described method in Allow, but those that may be 405 themselves, where a setting turns them on.
func checkAllow(e Exchange, ops []Op) error {
	allow := e.Header.Get("Allow")
	for _, op := range ops {
		switchable := slices.Contains(op.Statuses, http.StatusMethodNotAllowed)
		if !switchable && !slices.Contains(strings.Split(strings.ReplaceAll(allow, " ", ""), ","), op.Method) {
			return fmt.Errorf("%s %s: Allow is %q and lacks %s", e.Method, e.Path, allow, op.Method)
		}
	}
	return nil
}
