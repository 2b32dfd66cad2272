package spec

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Events lists the types of event that the description has under webhooks, sorted.
func (d *Doc) Events() []string { return slices.Sorted(maps.Keys(d.root.Webhooks)) }

// ValidateEvent complains when the body of a webhook is not what the description says of events of the type.
func (d *Doc) ValidateEvent(kind string, body []byte) error {
	item := d.root.Webhooks[kind]
	if item == nil {
		return fmt.Errorf("no event %q is described", kind)
	}
	value, err := decodeJSON(body)
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	described := item.GetOperation(http.MethodPost).RequestBody.Value.Content.Get("application/json").Schema.Value
	if err := described.VisitJSON(value, openapi3.MultiErrors(), openapi3.EnableFormatValidation()); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}
