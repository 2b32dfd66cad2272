package drf

import (
	"bytes"
	"encoding/json"
)

// complaints is a JSON object in the order in which its keys came. A value is a text, or a list of texts: clients loop
// over the lists, so a field never has a bare text.
type complaints []complaint

type complaint struct {
	name  string
	texts any // string or []string
}

// add appends to the list under a name.
func (c *complaints) add(name, text string) {
	for i, known := range *c {
		if known.name == name {
			(*c)[i].texts = append(known.texts.([]string), text)
			return
		}
	}
	*c = append(*c, complaint{name, []string{text}})
}

// MarshalJSON writes the object. Escaping is left to the encoder that called.
func (c complaints) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, one := range c {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(one.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := enc.Encode(one.texts); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
