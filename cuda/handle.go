package cuda

import (
	"fmt"
	"runtime"
)

// kind is a sort of handle.
type kind int

const (
	kindStream kind = iota
	kindEvent
	kindGraph
	kindGraphExec
	kindDeviceMemory
	kindPinnedMemory
	kindManagedMemory
	kinds // how many there are
)

// String names one of the kind.
func (k kind) String() string {
	return [...]string{"stream", "event", "graph", "executable graph",
		"block of device memory", "block of page-locked memory", "block of managed memory"}[k]
}

// handle is an object of the runtime with a guard around it. T is csrc's type of it.
type handle[T any] struct {
	resource[T]
	guard   guard
	cleanup runtime.Cleanup
}

// resource is what it takes to destroy an object: the part of a handle that outlives it.
type resource[T any] struct {
	device  *Device
	kind    kind
	raw     T
	call    string // the function that destroys it
	destroy func(device int, raw T) int
}

// create makes an object on d and begins the life of its handle; r holds everything but raw and device.
func (h *handle[T]) create(d *Device, call string, f func(device int) (T, int), r resource[T]) error {
	return d.do(call, func(device int) (status int) {
		if r.raw, status = f(device); status != 0 {
			return status
		}
		r.device = d
		h.resource = r
		d.lib.live[r.kind].Add(1)
		h.cleanup = runtime.AddCleanup(h, resource[T].leaked, r)
		return 0
	})
}

// Close destroys the object. It may be called more than once. When another goroutine is inside a call of this handle, the
// object is destroyed as that call returns.
func (h *handle[T]) Close() error {
	first, idle := h.guard.close()
	if first {
		h.cleanup.Stop()
	}
	if !idle {
		return nil
	}
	return h.free()
}

// enter must succeed before raw is used; leave must follow.
func (h *handle[T]) enter() error {
	if !h.guard.enter() {
		return fmt.Errorf("%w: this %s was closed", ErrClosed, h.kind)
	}
	return nil
}

func (h *handle[T]) leave() {
	if !h.guard.leave() {
		return
	}
	if err := h.free(); err != nil {
		h.device.lib.log.Warn("cuda: closing a handle that was in use failed", "kind", h.kind.String(), "error", err)
	}
}

// current returns the object, and the zero one, which the runtime knows how to refuse, after Close.
func (h *handle[T]) current() (raw T) {
	if h.guard.isClosed() {
		return raw
	}
	return h.raw
}

// do calls the library inside the guard. The name is that of the function for the error.
func (h *handle[T]) do(call string, f func(device int, raw T) int) error {
	if err := h.enter(); err != nil {
		return err
	}
	defer h.leave()
	return h.device.lib.status(call, f(h.device.ordinal, h.raw))
}

// free destroys the object.
func (r resource[T]) free() error {
	status := r.destroy(r.device.ordinal, r.raw)
	r.device.lib.live[r.kind].Add(-1)
	return r.device.lib.status(r.call, status)
}

// leaked runs when a handle became garbage without a Close.
func (r resource[T]) leaked() {
	log := r.device.lib.log
	log.Warn("cuda: a handle was dropped without Close and is freed now", "kind", r.kind.String(), "device", r.device.ordinal)
	if err := r.free(); err != nil {
		log.Warn("cuda: freeing a dropped handle failed", "kind", r.kind.String(), "error", err)
	}
}
