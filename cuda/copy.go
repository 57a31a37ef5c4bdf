package cuda

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
)

// Buffer is memory that can be copied and filled: *DeviceMemory, *PinnedMemory, *ManagedMemory or a Part of one.
type Buffer interface {
	// Size returns the number of bytes.
	Size() int
	part() Part
}

// Part is a range of bytes of a block of memory.
type Part struct {
	memory       *memory
	offset, size int
}

// Size returns the number of bytes.
func (p Part) Size() int { return p.size }

func (p Part) part() Part { return p }

func (m *memory) part() Part { return m.Part(0, m.size) }

// enter checks the bounds and enters the memory's guard; leave must follow when it succeeds.
func (p Part) enter() error {
	m := p.memory
	if m == nil {
		return fmt.Errorf("cuda: the zero Part is no memory; use the Part method of one")
	}
	if p.offset < 0 || p.size < 0 || p.offset > m.size || p.size > m.size-p.offset {
		return fmt.Errorf("cuda: %d bytes at offset %d are outside of a %s of %d bytes", p.size, p.offset, m.kind, m.size)
	}
	return m.enter()
}

func (p Part) leave() { p.memory.leave() }

// address may be used inside the guard.
func (p Part) address() uintptr { return p.memory.raw + uintptr(p.offset) }

// Copy queues a copy of all of src into dst, which must have the same size. Host memory must not be touched until the copy is
// done.
func (s *Stream) Copy(dst, src Buffer) error {
	return between(dst, src, func(to, from Part) error {
		return s.do("cudaMemcpyAsync", func(device int, raw csrc.Stream) int {
			return s.device.lib.rt.CopyAsync(device, to.address(), from.address(), uint64(to.size), direction(to.memory.kind, from.memory.kind), raw)
		})
	})
}

// Copy copies all of src into dst, which must have the same size, and returns when it is done. It runs on the default stream of
// dst's device.
func Copy(dst, src Buffer) error {
	return between(dst, src, func(to, from Part) error {
		return to.memory.do("cudaMemcpy", func(device int, _ uintptr) int {
			return to.memory.device.lib.rt.Copy(device, to.address(), from.address(), uint64(to.size), direction(to.memory.kind, from.memory.kind))
		})
	})
}

// Upload copies a Go slice into dst, which must have the same size, and returns when it is done.
func Upload(dst Buffer, src []byte) error {
	to := dst.part()
	if err := sameSize(to.size, len(src)); err != nil {
		return err
	}
	return within(to, "cudaMemcpy", func(device int) int {
		return to.memory.device.lib.rt.CopyFromGo(device, to.address(), src, direction(to.memory.kind, goMemory))
	})
}

// Download copies src into a Go slice, which must have the same size, and returns when it is done.
func Download(dst []byte, src Buffer) error {
	from := src.part()
	if err := sameSize(len(dst), from.size); err != nil {
		return err
	}
	return within(from, "cudaMemcpy", func(device int) int {
		return from.memory.device.lib.rt.CopyToGo(device, dst, from.address(), direction(goMemory, from.memory.kind))
	})
}

// Fill queues setting every byte of dst, which is device or managed memory, to value.
func (s *Stream) Fill(dst Buffer, value byte) error {
	to := dst.part()
	if err := to.enter(); err != nil {
		return err
	}
	defer to.leave()
	return s.do("cudaMemsetAsync", func(device int, raw csrc.Stream) int {
		if to.size == 0 {
			return 0
		}
		return s.device.lib.rt.FillAsync(device, to.address(), value, uint64(to.size), raw)
	})
}

// Fill sets every byte of dst, which is device or managed memory, to value.
func Fill(dst Buffer, value byte) error {
	to := dst.part()
	return within(to, "cudaMemset", func(device int) int {
		return to.memory.device.lib.rt.Fill(device, to.address(), value, uint64(to.size))
	})
}

// between checks two buffers and calls f inside the guards of both.
func between(dst, src Buffer, f func(to, from Part) error) error {
	to, from := dst.part(), src.part()
	if err := sameSize(to.size, from.size); err != nil {
		return err
	}
	if err := to.enter(); err != nil {
		return err
	}
	defer to.leave()
	if err := from.enter(); err != nil {
		return err
	}
	defer from.leave()
	if to.size == 0 {
		return nil
	}
	return f(to, from)
}

// within checks one buffer and calls the library for its device, unless there is nothing to do.
func within(p Part, call string, f func(device int) int) error {
	if err := p.enter(); err != nil {
		return err
	}
	defer p.leave()
	if p.size == 0 {
		return nil
	}
	return p.memory.device.do(call, f)
}

func sameSize(dst, src int) error {
	if dst != src {
		return fmt.Errorf("cuda: copy: the destination has %d bytes, the source %d, expected the same", dst, src)
	}
	return nil
}

// goMemory stands for Go's own memory in direction: memory of the host, as page-locked memory is.
const goMemory = kindPinnedMemory

// direction tells the runtime where the two ends of a copy are.
func direction(to, from kind) csrc.CopyKind {
	switch [2]kind{to, from} {
	case [2]kind{kindDeviceMemory, kindPinnedMemory}:
		return csrc.CopyHostToDevice
	case [2]kind{kindPinnedMemory, kindDeviceMemory}:
		return csrc.CopyDeviceToHost
	case [2]kind{kindDeviceMemory, kindDeviceMemory}:
		return csrc.CopyDeviceToDevice
	case [2]kind{kindPinnedMemory, kindPinnedMemory}:
		return csrc.CopyHostToHost
	}
	return csrc.CopyDefault
}
