package csrc

// #include <stdlib.h>
// #include "dl.h"
import "C"

import (
	"errors"
	"unsafe"
)

// takeError turns an error text of the shim into a Go error and frees it.
func takeError(text *C.char) error {
	if text == nil {
		return errors.New("out of memory while describing an error")
	}
	defer C.free(unsafe.Pointer(text))
	return errors.New(C.GoString(text))
}
