package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

// buffer is the memory of one tensor of a lane.
type buffer struct {
	boundTensor
	device uintptr
	host   uintptr
}

// address is what the context is told.
func (b *buffer) address() uintptr {
	if b.Location == OnHost {
		return b.host
	}
	return b.device
}

// bytesOnHost shows the elements on the host.
func (b *buffer) bytesOnHost() []byte { return csrc.Bytes(b.host, b.bytes) }

// copied reports whether inferences move the tensor between host and device.
func (b *buffer) copied() bool {
	return b.open || b.bytes > 0 && b.host != b.device && b.Location == OnDevice
}

// memoryKind says where buffers are.
type memoryKind int

const (
	separate memoryKind = iota // device memory and page-locked host memory
	managed                    // one block for both
)

// allocate gives a tensor its memory. Zero-sized tensors get a byte, so that they have an address.
func (l *lane) allocate(b boundTensor, kind memoryKind) (*buffer, error) {
	buf := &buffer{boundTensor: b}
	device := l.target.runtime.device
	size := max(b.bytes, 1)
	if b.open {
		return buf, l.context.AllocateOutput(b.Name)
	}
	if kind == managed && b.Location == OnDevice && b.SharesMemory == "" {
		memory, err := device.AllocManaged(size)
		if err != nil {
			return nil, fmt.Errorf("managed memory of %s: %w", b.Name, err)
		}
		l.push(memory.Close)
		buf.device, buf.host = memory.Address(), memory.Address()
		return buf, nil
	}
	var err error
	if buf.host, err = l.allocateHost(b.Name, size); err != nil {
		return nil, err
	}
	switch shared := l.buffers[b.SharesMemory]; {
	case b.Location == OnHost:
	case shared != nil:
		buf.device = shared.device
	default:
		memory, err := device.AllocDevice(size)
		if err != nil {
			return nil, fmt.Errorf("device memory of %s: %w", b.Name, err)
		}
		l.push(memory.Close)
		buf.device = memory.Address()
	}
	return buf, nil
}

// allocateHost allocates page-locked memory, or ordinary memory with a warning when the system gives no more of that.
func (l *lane) allocateHost(tensor string, size int) (uintptr, error) {
	pinned, err := l.target.runtime.device.AllocPinned(size)
	if err == nil {
		l.push(pinned.Close)
		return pinned.Address(), nil
	}
	if cuda.IsSticky(err) {
		return 0, fmt.Errorf("page-locked memory of %s: %w", tensor, err)
	}
	address := csrc.PageableAlloc(uint64(size))
	if address == 0 {
		return 0, fmt.Errorf("host memory of %s: no %s left: %w", tensor, formatBytes(int64(size)), err)
	}
	l.push(func() error {
		csrc.PageableFree(address)
		return nil
	})
	l.target.runtime.lib.log.Warn("trt: no page-locked memory for a tensor, so its copies are slower and hold up the host",
		"tensor", tensor, "bytes", size, "error", err)
	return address, nil
}
