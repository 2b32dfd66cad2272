package main

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// inline puts shared answers, bodies and parameters where they are used; schemas keep their names.
func inline(root *openapi3.T) {
	for _, item := range root.Paths.Map() {
		inlineParameters(item.Parameters)
		for _, op := range item.Operations() {
			inlineParameters(op.Parameters)
			takeKey(op)
			if op.RequestBody != nil {
				op.RequestBody.Ref = ""
			}
			for _, response := range op.Responses.Map() {
				response.Ref = ""
				response.Value.Headers = nil
			}
		}
	}
	root.Webhooks = nil // calls that a client answers, not ones that it makes
	root.Components.Responses = nil
	root.Components.RequestBodies = nil
	root.Components.Parameters = nil
	root.Components.Headers = nil
}

// takeKey makes a mark of the idempotency key: it is an option of a call, and not an argument of each method.
func takeKey(op *openapi3.Operation) {
	op.Parameters = slices.DeleteFunc(op.Parameters, func(p *openapi3.ParameterRef) bool {
		if p.Value.Name != "Idempotency-Key" {
			return false
		}
		if op.Extensions == nil {
			op.Extensions = map[string]any{}
		}
		op.Extensions["x-keyed"] = true
		return true
	})
}

func inlineParameters(list openapi3.Parameters) {
	for _, p := range list {
		p.Ref = ""
	}
}

// markOptional gives the members of a merge patch that may be null a type that knows absent, null and set.
func markOptional(root *openapi3.T) {
	for name, schema := range root.Components.Schemas {
		if !strings.HasSuffix(name, "Patch") {
			continue
		}
		for member, property := range schema.Value.Properties {
			if property.Value.Type.IncludesNull() || isOneOrNull(property) {
				schema.Value.Properties[member] = optional(property)
			}
		}
	}
}

// isOneOrNull holds for a member that may be null beside what a named schema says: anyOf [Name, null].
func isOneOrNull(property *openapi3.SchemaRef) bool {
	ways := property.Value.AnyOf
	return len(ways) == 2 && ways[1].Value.Type.Is("null")
}

func optional(property *openapi3.SchemaRef) *openapi3.SchemaRef {
	return &openapi3.SchemaRef{Value: &openapi3.Schema{
		Description: property.Value.Description,
		Extensions: map[string]any{
			"x-go-type":                       "Optional[" + goType(property) + "]",
			"x-go-type-skip-optional-pointer": true,
			"x-omitzero":                      true,
		},
	}}
}

// goType names the type of a member. openapi.yaml spells the names of schemas as Go does (SMTPPatch), so that they need no
// translation here.
func goType(property *openapi3.SchemaRef) string {
	if property.Ref != "" {
		return strings.TrimPrefix(property.Ref, "#/components/schemas/")
	}
	switch {
	case isOneOrNull(property):
		return goType(property.Value.AnyOf[0])
	case property.Value.Type.Permits("boolean"):
		return "bool"
	case property.Value.Type.Permits("integer"):
		return "int"
	case property.Value.Type.Permits("array"):
		return "[]" + goType(property.Value.Items)
	default:
		return "string"
	}
}
