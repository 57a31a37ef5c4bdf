package csrc

// #include <stdlib.h>
import "C"

import "unsafe"

// PageableAlloc allocates zeroed host memory that the garbage collector does not know, for data that C keeps an address of. It
// returns 0 when there is none.
func PageableAlloc(size uint64) uintptr {
	return uintptr(C.calloc(C.size_t(max(size, 1)), 1))
}

// PageableFree frees it.
func PageableFree(address uintptr) {
	C.free(*(*unsafe.Pointer)(unsafe.Pointer(&address)))
}
