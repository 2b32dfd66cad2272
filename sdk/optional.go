package keyhall

import "encoding/json"

// Optional is a member of a patch that can be left out, set, or set to null. Its zero value is left out.
type Optional[T any] struct {
	value T
	state byte
}

const (
	isAbsent = iota
	isNull
	isSet
)

// Some sets a member to a value.
func Some[T any](value T) Optional[T] { return Optional[T]{value: value, state: isSet} }

// Null clears a member; a setting goes back to its default.
func Null[T any]() Optional[T] { return Optional[T]{state: isNull} }

// IsZero reports whether the member is left out; encoding/json asks.
func (o Optional[T]) IsZero() bool { return o.state == isAbsent }

// Get gives the value, and whether there is one.
func (o Optional[T]) Get() (T, bool) { return o.value, o.state == isSet }

// MarshalJSON writes the value or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if o.state != isSet {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads a value or null.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*o = Null[T]()
		return nil
	}
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	*o = Some(value)
	return nil
}
