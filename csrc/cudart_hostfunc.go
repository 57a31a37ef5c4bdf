package csrc

// #include "cudart_calls.h"
import "C"

import "runtime/cgo"

// StreamHostFunc queues f, which runs once on a thread of the CUDA driver and must not call CUDA. The stream must not be
// capturing: a graph would run f again and again.
func (c *Cudart) StreamHostFunc(device int, s Stream, f func()) int {
	handle := cgo.NewHandle(f)
	status := int(C.trtb_stream_host_func(c.table, C.int(device), s.c, C.uintptr_t(handle)))
	if status != 0 {
		handle.Delete()
	}
	return status
}

//export trtbenchHostFunc
func trtbenchHostFunc(user uintptr) {
	handle := cgo.Handle(user)
	f := handle.Value().(func())
	handle.Delete()
	f()
}
