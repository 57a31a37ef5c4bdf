package csrc

// #include <stdlib.h>
// #include "abi.h"
import "C"

import "unsafe"

// Statuses of the functions that call TensorRT; see abi.h. Positive statuses are codes of the CUDA runtime.
const (
	OK      = C.TRTB_OK
	Failed  = C.TRTB_FAILED
	Refused = C.TRTB_REFUSED
)

// Method is a virtual method of TensorRT's, with its slot in each major. A slot of -1 says that the major has none; since is
// the minor that brought it.
type Method struct {
	Interface  string // "VCudaEngine"
	Name       string
	Result     string
	Parameters string // types in parentheses
	Qualifier  string // "const" or empty
	Slot10     int
	Since10    int
	Slot11     int
	Since11    int
}

// Methods returns every method that the shim can call.
func Methods() []Method {
	methods := make([]Method, C.trtb_method_count())
	for i := range methods {
		methods[i] = goMethod(C.trtb_method_at(C.int(i)))
	}
	return methods
}

// Callbacks returns every method that the shim implements and TensorRT calls. Their types are left empty.
func Callbacks() []Method {
	methods := make([]Method, C.trtb_callback_count())
	for i := range methods {
		methods[i] = goMethod(C.trtb_callback_at(C.int(i)))
	}
	return methods
}

// AbsentMethod returns the method that the loaded version lacks, for a status that says so.
func AbsentMethod(status int) (method Method, absent bool) {
	row := int(C.TRTB_ABSENT) - status
	if row < 0 || row >= int(C.trtb_method_count()) {
		return Method{}, false
	}
	return goMethod(C.trtb_method_at(C.int(row))), true
}

// Slot returns the method's slot in a version (major·10000 + minor·100 + patch), or -1 when that lacks it.
func (m Method) Slot(version int) int {
	method := C.trtb_method{
		slot10: C.int(m.Slot10), since10: C.int(m.Since10),
		slot11: C.int(m.Slot11), since11: C.int(m.Since11),
	}
	return int(C.trtb_abi_slot(&method, C.int(version)))
}

// Value is a name in one of TensorRT's enumerations whose values differ between the majors. A value of -1 says that the major lacks
// the name; since is the minor that brought it.
type Value struct {
	Enumeration string // "BuilderFlag"
	Name        string // "FP16"
	Value10     int
	Since10     int
	Value11     int
	Since11     int
}

// Values returns every value that differs between the majors and is known to the shim.
func Values() []Value {
	values := make([]Value, C.trtb_value_count())
	for i := range values {
		v := C.trtb_value_at(C.int(i))
		values[i] = Value{
			Enumeration: C.GoString(v.enumeration),
			Name:        C.GoString(v.name),
			Value10:     int(v.value10),
			Since10:     int(v.since10),
			Value11:     int(v.value11),
			Since11:     int(v.since11),
		}
	}
	return values
}

// In returns the value in a version (major·10000 + minor·100 + patch), or -1 when that lacks the name.
func (v Value) In(version int) int {
	value := C.trtb_value{
		value10: C.int(v.Value10), since10: C.int(v.Since10),
		value11: C.int(v.Value11), since11: C.int(v.Since11),
	}
	return int(C.trtb_abi_value(&value, C.int(version)))
}

// CheckVersion returns an error for a version of TensorRT that the shim does not know, or that is not the one its file is
// named for.
func CheckVersion(version int, path string) error {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var text *C.char
	if C.trtb_abi_check(C.int(version), cpath, &text) != C.TRTB_OK {
		return takeError(text)
	}
	return nil
}

func goMethod(m *C.trtb_method) Method {
	return Method{
		Interface:  C.GoString(m._interface),
		Name:       C.GoString(m.method),
		Result:     C.GoString(m.result),
		Parameters: C.GoString(m.parameters),
		Qualifier:  C.GoString(m.qualifier),
		Slot10:     int(m.slot10),
		Since10:    int(m.since10),
		Slot11:     int(m.slot11),
		Since11:    int(m.since11),
	}
}
