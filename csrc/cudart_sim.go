package csrc

// #include <stdlib.h>
// #include "cudart_sim.h"
import "C"

import "unsafe"

// Simulated says whether the library is the simulated CUDA runtime of csrc/sim.
func (c *Cudart) Simulated() bool { return C.trtb_sim_present(c.table) != 0 }

// SimConfigure resets the simulated device to a configuration in JSON, which csrc/sim describes; "" is the default one. Handles
// and addresses from before are void. A real library has no such function, which is the error.
func (c *Cudart) SimConfigure(json string) error {
	cjson := C.CString(json)
	defer C.free(unsafe.Pointer(cjson))
	var text *C.char
	if C.trtb_sim_configure(c.table, cjson, &text) != 0 {
		return takeError(text)
	}
	return nil
}

// SimCounters returns the simulated device's counters of live objects and of calls, in JSON.
func (c *Cudart) SimCounters() (string, error) {
	var json, text *C.char
	if C.trtb_sim_counters(c.table, &json, &text) != 0 {
		return "", takeError(text)
	}
	defer C.free(unsafe.Pointer(json))
	return C.GoString(json), nil
}
