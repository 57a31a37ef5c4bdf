package bench

import "encoding/json"

// Value is a setting that may be left to its default: the zero Value is not set. It differs from a plain zero,
// which several settings accept, as in a warm-up of nothing.
type Value[T any] struct {
	value T
	set   bool
}

// Set returns a Value that is set to v.
func Set[T any](v T) Value[T] { return Value[T]{value: v, set: true} }

// Get returns the value and whether it is set.
func (v Value[T]) Get() (T, bool) { return v.value, v.set }

// Or returns the value, or the given default where it is not set.
func (v Value[T]) Or(fallback T) T {
	if v.set {
		return v.value
	}
	return fallback
}

// MarshalJSON writes null for a value that is not set.
func (v Value[T]) MarshalJSON() ([]byte, error) {
	if !v.set {
		return []byte("null"), nil
	}
	return json.Marshal(v.value)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value[T]) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*v = Value[T]{}
		return nil
	}
	var value T
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	*v = Set(value)
	return nil
}
