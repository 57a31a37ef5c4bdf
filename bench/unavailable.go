package bench

import "errors"

// ErrUnavailable matches errors, by errors.Is, which say that this machine lacks what a target needs: a library, a driver
// or a device. A test that meets one skips.
var ErrUnavailable = errors.New("not available on this machine")

// Unavailable makes an error match [ErrUnavailable] too; its text stays the same. It is for those who implement a [Target].
func Unavailable(err error) error {
	if err == nil {
		return nil
	}
	return &unavailableError{err}
}

type unavailableError struct{ cause error }

func (e *unavailableError) Error() string        { return e.cause.Error() }
func (e *unavailableError) Unwrap() error        { return e.cause }
func (e *unavailableError) Is(target error) bool { return target == ErrUnavailable }
