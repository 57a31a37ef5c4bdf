package cuda

import (
	"math"
	"time"

	"github.com/trtbench/trtbench/csrc"
)

// Event marks a point in a stream's work.
type Event struct {
	handle[csrc.Event]
}

// EventOption changes how NewEvent makes an event.
type EventOption func(*uint)

// EventBlocking makes Synchronize sleep until the event completes. Without it the waiting thread spins, which answers sooner
// and keeps a core busy.
func EventBlocking() EventOption { return func(flags *uint) { *flags |= csrc.EventBlockingSync } }

// EventWithoutTiming makes an event that takes no time stamp and costs less; Elapsed refuses it.
func EventWithoutTiming() EventOption { return func(flags *uint) { *flags |= csrc.EventDisableTiming } }

// NewEvent makes an event that takes a time stamp when it completes. Close it after use.
func (d *Device) NewEvent(options ...EventOption) (*Event, error) {
	var flags uint
	for _, option := range options {
		option(&flags)
	}
	e := &Event{}
	err := e.create(d, "cudaEventCreateWithFlags", func(device int) (csrc.Event, int) {
		return d.lib.rt.EventCreate(device, flags)
	}, resource[csrc.Event]{kind: kindEvent, call: "cudaEventDestroy", destroy: d.lib.rt.EventDestroy})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Device returns the device of the event.
func (e *Event) Device() *Device { return e.device }

// Handle returns the library's handle for the other parts of package csrc, the zero one after Close. Whoever keeps it must keep
// the Event, and keep it open.
func (e *Event) Handle() csrc.Event { return e.current() }

// Record marks the point behind all work queued on s so far. The event completes when that work is done.
func (e *Event) Record(s *Stream) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	return e.do("cudaEventRecord", func(device int, raw csrc.Event) int {
		return e.device.lib.rt.EventRecord(device, raw, s.raw)
	})
}

// Synchronize waits until the event completes, and returns the error of work that failed. An event that was never recorded is
// complete.
func (e *Event) Synchronize() error {
	return e.do("cudaEventSynchronize", e.device.lib.rt.EventSynchronize)
}

// Query reports whether the event is complete.
func (e *Event) Query() (bool, error) {
	return answered(e.do("cudaEventQuery", e.device.lib.rt.EventQuery))
}

// Milliseconds is a time between two events as the device tells it; its resolution is about 0.5 µs.
type Milliseconds float32

// Duration returns the time, rounded to nanoseconds.
func (m Milliseconds) Duration() time.Duration {
	return time.Duration(math.Round(float64(m) * float64(time.Millisecond)))
}

// Elapsed returns the time from start to end, which must both be complete, else the error is ErrNotReady; for an event without
// timing, or one that was never recorded, it is ErrInvalidHandle.
func Elapsed(start, end *Event) (Milliseconds, error) {
	if err := end.enter(); err != nil {
		return 0, err
	}
	defer end.leave()
	var ms float32
	err := start.do("cudaEventElapsedTime", func(device int, raw csrc.Event) (status int) {
		ms, status = start.device.lib.rt.EventElapsed(device, raw, end.raw)
		return status
	})
	return Milliseconds(ms), err
}
