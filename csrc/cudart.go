package csrc

// #include <stdlib.h>
// #include "cudart_calls.h"
import "C"

import "unsafe"

// Cudart is one opened CUDA runtime library. Its methods make the given device current on the calling OS thread, call the
// library and return its status code, 0 for success; results are only valid with status 0. It is safe for concurrent use as
// far as the library is.
type Cudart struct {
	table *C.trtb_cudart
}

// OpenCudart loads the library at path, which is 12 or 13, and resolves every function used from it. The error is the loader's
// own text or names the symbol that is missing.
func OpenCudart(path string) (*Cudart, error) {
	cpath := C.CString(path)
	defer C.free(unsafe.Pointer(cpath))
	var rt Cudart
	var text *C.char
	if C.trtb_cudart_open(cpath, &rt.table, &text) != 0 {
		return nil, takeError(text)
	}
	return &rt, nil
}

// Close frees the table of functions; the library itself stays mapped. No method may be called afterwards, and every handle
// made through the table must have been destroyed.
func (c *Cudart) Close() {
	C.trtb_cudart_close(c.table)
	c.table = nil
}

// ErrorName returns the symbolic name of a status code, such as "cudaErrorMemoryAllocation".
func (c *Cudart) ErrorName(code int) string {
	return C.GoString(C.trtb_error_name(c.table, C.int(code)))
}

// ErrorText returns the library's description of a status code.
func (c *Cudart) ErrorText(code int) string {
	return C.GoString(C.trtb_error_text(c.table, C.int(code)))
}

// RuntimeVersion returns 1000 × major + 10 × minor of the library.
func (c *Cudart) RuntimeVersion() (version, status int) {
	var v C.int
	status = int(C.trtb_runtime_version(c.table, &v))
	return int(v), status
}

// DriverVersion returns 1000 × major + 10 × minor of the newest CUDA version that the driver supports, 0 without a driver.
func (c *Cudart) DriverVersion() (version, status int) {
	var v C.int
	status = int(C.trtb_driver_version(c.table, &v))
	return int(v), status
}

// DeviceCount returns the number of devices; it is 0 when the status is not.
func (c *Cudart) DeviceCount() (count, status int) {
	var n C.int
	status = int(C.trtb_device_count(c.table, &n))
	return int(n), status
}

// CurrentDevice returns the current device of the calling OS thread.
func (c *Cudart) CurrentDevice() (device, status int) {
	var d C.int
	status = int(C.trtb_current_device(c.table, &d))
	return int(d), status
}

// SetDevice makes device the current one of the calling OS thread and brings it up if it was not.
func (c *Cudart) SetDevice(device int) int {
	return int(C.trtb_set_device(c.table, C.int(device)))
}

// DeviceAttribute returns an attribute by its number in enum cudaDeviceAttr.
func (c *Cudart) DeviceAttribute(device, attribute int) (value, status int) {
	var v C.int
	status = int(C.trtb_device_attribute(c.table, C.int(device), C.int(attribute), &v))
	return int(v), status
}

// DeviceIdentity returns the name and the UUID of a device.
func (c *Cudart) DeviceIdentity(device int) (name string, uuid [16]byte, status int) {
	var identity C.trtb_device_identity
	status = int(C.trtb_device_identify(c.table, C.int(device), &identity))
	bytes := C.GoBytes(unsafe.Pointer(&identity.name), C.TRTB_DEVICE_NAME_SIZE)
	copy(uuid[:], C.GoBytes(unsafe.Pointer(&identity.uuid), C.TRTB_DEVICE_UUID_SIZE))
	return untilNUL(bytes), uuid, status
}

// DevicePCI returns the PCI id of a device, as in "00000000:3B:00.0".
func (c *Cudart) DevicePCI(device int) (id string, status int) {
	buffer := make([]byte, 32)
	status = int(C.trtb_device_pci(c.table, C.int(device), (*C.char)(unsafe.Pointer(&buffer[0])), C.int(len(buffer))))
	return untilNUL(buffer), status
}

// DeviceByPCI returns the device with the given PCI id.
func (c *Cudart) DeviceByPCI(id string) (device, status int) {
	cid := C.CString(id)
	defer C.free(unsafe.Pointer(cid))
	var d C.int
	status = int(C.trtb_device_by_pci(c.table, cid, &d))
	return int(d), status
}

// DeviceSynchronize waits until all work of the device is done.
func (c *Cudart) DeviceSynchronize(device int) int {
	return int(C.trtb_device_synchronize(c.table, C.int(device)))
}

// StreamPriorities returns the range of stream priorities; a smaller number is a higher priority.
func (c *Cudart) StreamPriorities(device int) (least, greatest, status int) {
	var low, high C.int
	status = int(C.trtb_device_priorities(c.table, C.int(device), &low, &high))
	return int(low), int(high), status
}

// LimitPersistingL2 is the device limit on the bytes of L2 cache set aside for persisting accesses.
const LimitPersistingL2 = C.TRTB_LIMIT_PERSISTING_L2

// DeviceLimit returns one of the device's limits.
func (c *Cudart) DeviceLimit(device, limit int) (value uint64, status int) {
	var v C.size_t
	status = int(C.trtb_device_limit(c.table, C.int(device), C.int(limit), &v))
	return uint64(v), status
}

// SetDeviceLimit sets one of the device's limits.
func (c *Cudart) SetDeviceLimit(device, limit int, value uint64) int {
	return int(C.trtb_device_set_limit(c.table, C.int(device), C.int(limit), C.size_t(value)))
}

// DeviceMemory returns the free and the total bytes of device memory.
func (c *Cudart) DeviceMemory(device int) (free, total uint64, status int) {
	var f, t C.size_t
	status = int(C.trtb_device_memory(c.table, C.int(device), &f, &t))
	return uint64(f), uint64(t), status
}

// ProfilerStart starts the collection of an attached profiler.
func (c *Cudart) ProfilerStart(device int) int {
	return int(C.trtb_profiler_start(c.table, C.int(device)))
}

// ProfilerStop stops the collection of an attached profiler.
func (c *Cudart) ProfilerStop(device int) int {
	return int(C.trtb_profiler_stop(c.table, C.int(device)))
}

// untilNUL returns the bytes before the first NUL, or all of them.
func untilNUL(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
