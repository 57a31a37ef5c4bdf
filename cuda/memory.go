package cuda

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/csrc"
)

// memory is a block that the runtime allocated.
type memory struct {
	handle[uintptr]
	size int
}

// DeviceMemory is memory on a device, which the host cannot address.
type DeviceMemory struct{ memory }

// PinnedMemory is page-locked memory of the host: copies from and to it run beside other work.
type PinnedMemory struct{ memory }

// ManagedMemory is memory that both host and device address; its pages move to where they are used.
type ManagedMemory struct{ memory }

// AllocDevice allocates size bytes on the device; 0 is allowed. Their content is undefined. The error is ErrOutOfMemory when
// the device has no room. Close the memory after use; that waits for all work of the device.
func (d *Device) AllocDevice(size int) (*DeviceMemory, error) {
	m := &DeviceMemory{}
	rt := d.lib.rt
	err := m.allocate(d, size, "cudaMalloc", rt.DeviceAlloc,
		resource[uintptr]{kind: kindDeviceMemory, call: "cudaFree", destroy: rt.DeviceFree})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// AllocPinned allocates size bytes of page-locked host memory; 0 is allowed. Too much of it starves the host. Close it after
// use.
func (d *Device) AllocPinned(size int) (*PinnedMemory, error) {
	m := &PinnedMemory{}
	rt := d.lib.rt
	err := m.allocate(d, size, "cudaHostAlloc", rt.HostAlloc,
		resource[uintptr]{kind: kindPinnedMemory, call: "cudaFreeHost", destroy: rt.HostFree})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// AllocManaged allocates size bytes of managed memory; 0 is allowed. Properties.ManagedMemory says whether the device can.
// Close it after use.
func (d *Device) AllocManaged(size int) (*ManagedMemory, error) {
	m := &ManagedMemory{}
	rt := d.lib.rt
	err := m.allocate(d, size, "cudaMallocManaged", rt.ManagedAlloc,
		resource[uintptr]{kind: kindManagedMemory, call: "cudaFree", destroy: rt.DeviceFree})
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (m *memory) allocate(d *Device, size int, call string,
	f func(device int, size uint64) (uintptr, int), r resource[uintptr]) error {
	if size < 0 {
		return fmt.Errorf("cuda: allocate %s: %d bytes, expected 0 or more", r.kind, size)
	}
	m.size = size
	err := m.create(d, call, func(device int) (uintptr, int) {
		if size == 0 {
			return 0, 0 // the runtime's functions differ in what they make of nothing
		}
		return f(device, uint64(size))
	}, r)
	if err == nil {
		return nil
	}
	if info, unknown := d.Memory(); errors.Is(err, ErrOutOfMemory) && unknown == nil {
		return fmt.Errorf("%w: asked for %d bytes, the device has %d free of %d", err, size, info.Free, info.Total)
	}
	return fmt.Errorf("%w: asked for %d bytes", err, size)
}

// Device returns the device of the memory.
func (m *memory) Device() *Device { return m.device }

// Size returns the number of bytes.
func (m *memory) Size() int { return m.size }

// Address returns the address of the first byte; 0 for a block without any, and after Close. Whoever keeps it must keep the
// memory, and keep it open.
func (m *memory) Address() uintptr { return m.current() }

// Part returns the n bytes from offset on; Copy and Fill check that they lie inside.
func (m *memory) Part(offset, n int) Part { return Part{memory: m, offset: offset, size: n} }

// Bytes shows the memory. The slice must not be used after Close, nor while a copy from or to it is queued.
func (m *PinnedMemory) Bytes() []byte { return m.bytes() }

// Bytes shows the memory. The slice must not be used after Close, nor while queued work uses it.
func (m *ManagedMemory) Bytes() []byte { return m.bytes() }

func (m *memory) bytes() []byte {
	if m.size == 0 || m.guard.isClosed() {
		return nil
	}
	return csrc.Bytes(m.raw, m.size)
}
