package csrc

// #include "cudart_calls.h"
import "C"

import "unsafe"

// CopyKind says where the two ends of a copy are.
type CopyKind int

// Values of cudaMemcpyKind.
const (
	CopyHostToHost     CopyKind = C.TRTB_COPY_HOST_TO_HOST
	CopyHostToDevice   CopyKind = C.TRTB_COPY_HOST_TO_DEVICE
	CopyDeviceToHost   CopyKind = C.TRTB_COPY_DEVICE_TO_HOST
	CopyDeviceToDevice CopyKind = C.TRTB_COPY_DEVICE_TO_DEVICE
	CopyDefault        CopyKind = C.TRTB_COPY_DEFAULT // found out from the addresses
)

// DeviceAlloc allocates device memory.
func (c *Cudart) DeviceAlloc(device int, size uint64) (address uintptr, status int) {
	var a C.uintptr_t
	status = int(C.trtb_device_alloc(c.table, C.int(device), C.size_t(size), &a))
	return uintptr(a), status
}

// DeviceFree frees device or managed memory, after waiting for the work of the device.
func (c *Cudart) DeviceFree(device int, address uintptr) int {
	return int(C.trtb_device_free(c.table, C.int(device), C.uintptr_t(address)))
}

// HostAlloc allocates page-locked host memory.
func (c *Cudart) HostAlloc(device int, size uint64) (address uintptr, status int) {
	var a C.uintptr_t
	status = int(C.trtb_host_alloc(c.table, C.int(device), C.size_t(size), &a))
	return uintptr(a), status
}

// HostFree frees page-locked host memory.
func (c *Cudart) HostFree(device int, address uintptr) int {
	return int(C.trtb_host_free(c.table, C.int(device), C.uintptr_t(address)))
}

// ManagedAlloc allocates memory that host and device both address; DeviceFree frees it.
func (c *Cudart) ManagedAlloc(device int, size uint64) (address uintptr, status int) {
	var a C.uintptr_t
	status = int(C.trtb_managed_alloc(c.table, C.int(device), C.size_t(size), &a))
	return uintptr(a), status
}

// Copy copies between device, managed and page-locked memory and returns when it is done.
func (c *Cudart) Copy(device int, to, from uintptr, size uint64, kind CopyKind) int {
	return int(C.trtb_copy(c.table, C.int(device), C.uintptr_t(to), C.uintptr_t(from), C.size_t(size), C.int(kind)))
}

// CopyFromGo copies a Go slice and returns when it has been read.
func (c *Cudart) CopyFromGo(device int, to uintptr, from []byte, kind CopyKind) int {
	return int(C.trtb_copy_from_go(c.table, C.int(device), C.uintptr_t(to),
		unsafe.Pointer(unsafe.SliceData(from)), C.size_t(len(from)), C.int(kind)))
}

// CopyToGo fills a Go slice and returns when it is full.
func (c *Cudart) CopyToGo(device int, to []byte, from uintptr, kind CopyKind) int {
	return int(C.trtb_copy_to_go(c.table, C.int(device),
		unsafe.Pointer(unsafe.SliceData(to)), C.uintptr_t(from), C.size_t(len(to)), C.int(kind)))
}

// CopyAsync queues a copy. No end of it may be memory of Go.
func (c *Cudart) CopyAsync(device int, to, from uintptr, size uint64, kind CopyKind, s Stream) int {
	return int(C.trtb_copy_async(c.table, C.int(device), C.uintptr_t(to), C.uintptr_t(from), C.size_t(size),
		C.int(kind), s.c))
}

// Fill sets every byte of device memory to value.
func (c *Cudart) Fill(device int, address uintptr, value byte, size uint64) int {
	return int(C.trtb_fill(c.table, C.int(device), C.uintptr_t(address), C.int(value), C.size_t(size)))
}

// FillAsync queues a Fill.
func (c *Cudart) FillAsync(device int, address uintptr, value byte, size uint64, s Stream) int {
	return int(C.trtb_fill_async(c.table, C.int(device), C.uintptr_t(address), C.int(value), C.size_t(size), s.c))
}

// Bytes shows host memory that C allocated, at address, as a slice. It must not be used after the memory was freed.
func Bytes(address uintptr, size int) []byte {
	// The address is not of Go's heap; it is read as a pointer instead of converted, which the checker of misuse refuses.
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), size)
}
