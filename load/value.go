package load

// Value is a setting that may be left to its default: the zero Value is not set. It differs from a plain zero, which several
// settings accept, as in a warm-up of nothing.
type Value[T any] struct {
	value T
	set   bool
}

// Set returns a Value that is set to v.
func Set[T any](v T) Value[T] { return Value[T]{value: v, set: true} }

// Or returns the value, or the given default where it is not set.
func (v Value[T]) Or(fallback T) T {
	if v.set {
		return v.value
	}
	return fallback
}

// IsSet reports whether a value was given.
func (v Value[T]) IsSet() bool { return v.set }
