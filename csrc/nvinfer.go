package csrc

// #include <stdlib.h>
// #include "nvinfer.h"
import "C"

import "unsafe"

// Object is a TensorRT object: a runtime, an engine, a context, or host memory. The zero Object is none.
type Object struct{ p unsafe.Pointer }

// Exists reports whether o is an object.
func (o Object) Exists() bool { return o.p != nil }

// Destroy deletes the object.
func (o Object) Destroy() { C.trtb_object_destroy(o.p) }

// NVInfer is one opened TensorRT library. Methods return a status: OK, Refused, or one that AbsentMethod explains. It is safe
// for concurrent use as far as the library is.
type NVInfer struct {
	p *C.trtb_nvinfer
}

// OpenNVInfer loads the library at path and refuses a version that the shim does not know.
func OpenNVInfer(path string) (*NVInfer, error) {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var n NVInfer
	var text *C.char
	if C.trtb_nvinfer_open(cpath, &n.p, &text) != C.TRTB_OK {
		return nil, takeError(text)
	}
	return &n, nil
}

// Close frees the shim's memory; the library itself stays mapped. Every object must have been destroyed.
func (n *NVInfer) Close() {
	C.trtb_nvinfer_close(n.p)
	n.p = nil
}

// Version returns major·10000 + minor·100 + patch of the library, and its build number, 0 when it does not say.
func (n *NVInfer) Version() (version, build int) {
	var b C.int
	version = int(C.trtb_nvinfer_version(n.p, &b))
	return version, int(b)
}

// HasSymbol reports whether the library exports a name.
func (n *NVInfer) HasSymbol(name string) bool {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	return C.trtb_nvinfer_symbol(n.p, cname) != nil
}

// InitPlugins loads libnvinfer_plugin at path and registers its plugins. The error is nil with status Refused.
func (n *NVInfer) InitPlugins(path string, logger *Logger) (status int, err error) {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var text *C.char
	status = int(C.trtb_nvinfer_init_plugins(n.p, cpath, logger.logger, &text))
	if status == Failed {
		err = takeError(text)
	}
	return status, err
}

// LoadPlugins loads a library whose plugins register themselves.
func LoadPlugins(path string) error {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var text *C.char
	if C.trtb_nvinfer_load_plugins(cpath, &text) != C.TRTB_OK {
		return takeError(text)
	}
	return nil
}

// CreateRuntime makes a runtime on the current device of the calling OS thread.
func (n *NVInfer) CreateRuntime(logger *Logger) (runtime Object, status int) {
	status = int(C.trtb_runtime_create(n.p, logger.logger, &runtime.p))
	return runtime, status
}

// SetTemporaryDirectory sets where the runtime may put files.
func (n *NVInfer) SetTemporaryDirectory(runtime Object, path string) int {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	return int(C.trtb_runtime_set_temporary_directory(n.p, runtime.p, cpath))
}

// AllowHostCode lets engines bring code for the host, as version-compatible ones do.
func (n *NVInfer) AllowHostCode(runtime Object, allowed bool) int {
	return int(C.trtb_runtime_allow_host_code(n.p, runtime.p, C.bool(allowed)))
}

// SetDLACore chooses the deep-learning accelerator for the engines that the runtime reads.
func (n *NVInfer) SetDLACore(runtime Object, core int) int {
	return int(C.trtb_runtime_set_dla_core(n.p, runtime.p, C.int(core)))
}

// Deserialize reads an engine from memory, which is not kept.
func (n *NVInfer) Deserialize(runtime Object, plan []byte) (engine Object, status int) {
	status = int(C.trtb_runtime_deserialize(n.p, runtime.p,
		unsafe.Pointer(unsafe.SliceData(plan)), C.size_t(len(plan)), &engine.p))
	return engine, status
}

// DeserializeFile reads an engine from a file descriptor, from its current position, without holding the whole plan in
// memory.
func (n *NVInfer) DeserializeFile(runtime Object, cuda *Cudart, file uintptr) (engine Object, status int) {
	status = int(C.trtb_runtime_deserialize_file(n.p, runtime.p, cuda.table, C.int(file), &engine.p))
	return engine, status
}
