package bench

import "errors"

// ErrUnavailable matches errors, by errors.Is, which say that this machine lacks what a target needs: a library, a driver
// or a device. A test that meets one skips.
var ErrUnavailable = errors.New("not available on this machine")
