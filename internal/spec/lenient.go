package spec

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// lenient reports whether the operation's tag says that bodies are taken with other types than documented
// (x-lenient-bodies), as the older interfaces do.
func (d *Doc) lenient(op Op) bool {
	tag := d.root.Tags.Get(op.Tag)
	return tag != nil && tag.Extensions["x-lenient-bodies"] == true
}

// asDocumented rewrites a JSON body into the documented types where the tag allows others: a number for a text, a text for a
// whole number, a word for a boolean, nothing said for a member left out, an empty body for an empty object. Other media types have no types to
// get wrong.
func asDocumented(op Op, mediaType string, body []byte) []byte {
	if op.spec.RequestBody == nil || !strings.HasPrefix(mediaType, "application/json") {
		return body
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return []byte("{}")
	}
	content := op.spec.RequestBody.Value.Content.Get("application/json")
	value, err := decodeJSON(body)
	object, ok := value.(map[string]any)
	if err != nil || !ok || content == nil {
		return body // wrong in its own way, for the validator to tell
	}
	for name, property := range content.Schema.Value.Properties {
		given, ok := object[name]
		switch {
		case given == nil && property.Value.Type.Permits("null") && slices.Contains(content.Schema.Value.Required, name):
			// the documented way to take something away
		case ok && saysNothing(property.Value, given):
			delete(object, name)
		case ok:
			object[name] = coerce(property.Value, given)
		}
	}
	rewritten, err := json.Marshal(object)
	if err != nil {
		return body
	}
	return rewritten
}

func coerce(schema *openapi3.Schema, value any) any {
	switch v := value.(type) {
	case json.Number:
		if schema.Type.Permits("string") {
			return v.String()
		}
		if schema.Type.Permits("boolean") {
			return word(v.String(), value)
		}
	case string:
		if schema.Type.Permits("boolean") {
			return word(v, value)
		}
		if _, err := strconv.Atoi(v); err == nil && schema.Type.Permits("integer") {
			return json.Number(v)
		}
	}
	return value
}

// word reads the words for yes and no that are taken for booleans.
func word(text string, otherwise any) any {
	switch strings.ToLower(text) {
	case "true", "t", "yes", "y", "on", "1":
		return true
	case "false", "f", "no", "n", "off", "0":
		return false
	default:
		return otherwise
	}
}

// saysNothing holds for null, and for an empty text where a number is documented.
func saysNothing(schema *openapi3.Schema, value any) bool {
	return value == nil || value == "" && !schema.Type.Permits("string")
}

// decodeJSON keeps numbers as they were written.
func decodeJSON(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	return value, err
}
