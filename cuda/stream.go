package cuda

import (
	"errors"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/csrc"
)

// Stream is a queue of work on a device: its work runs in order, the work of different streams beside each other.
type Stream struct {
	handle[csrc.Stream]
}

// StreamOption changes how NewStream makes a stream.
type StreamOption func(*streamConfig)

type streamConfig struct {
	flags    uint
	priority int
}

// StreamNonBlocking makes a stream that doesn't wait for the device's default stream, nor it for this one.
func StreamNonBlocking() StreamOption {
	return func(c *streamConfig) { c.flags |= csrc.StreamNonBlocking }
}

// StreamPriority gives a stream's work a priority. A smaller number is a higher priority; the default is 0, the range is
// Device.StreamPriorities, and the runtime takes the nearest end for a number outside.
func StreamPriority(priority int) StreamOption {
	return func(c *streamConfig) { c.priority = priority }
}

// NewStream makes a stream. Close it after use.
func (d *Device) NewStream(options ...StreamOption) (*Stream, error) {
	var config streamConfig
	for _, option := range options {
		option(&config)
	}
	s := &Stream{}
	err := s.create(d, "cudaStreamCreateWithPriority", func(device int) (csrc.Stream, int) {
		return d.lib.rt.StreamCreate(device, config.flags, config.priority)
	}, resource[csrc.Stream]{kind: kindStream, call: "cudaStreamDestroy", destroy: d.lib.rt.StreamDestroy})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Device returns the device of the stream.
func (s *Stream) Device() *Device { return s.device }

// Handle returns the library's handle for the other parts of package csrc, the zero one after Close. Whoever keeps it must keep
// the Stream, and keep it open.
func (s *Stream) Handle() csrc.Stream { return s.current() }

// Synchronize waits until all work queued so far is done, and returns the error of work that failed.
func (s *Stream) Synchronize() error {
	return s.do("cudaStreamSynchronize", s.device.lib.rt.StreamSynchronize)
}

// Query reports whether all work queued so far is done.
func (s *Stream) Query() (bool, error) {
	return answered(s.do("cudaStreamQuery", s.device.lib.rt.StreamQuery))
}

// WaitEvent makes work queued from now on wait for what the event recorded last; the host does not wait. An event that was never
// recorded holds nothing up.
func (s *Stream) WaitEvent(e *Event) error {
	if err := e.enter(); err != nil {
		return err
	}
	defer e.leave()
	return s.do("cudaStreamWaitEvent", func(device int, raw csrc.Stream) int {
		return s.device.lib.rt.StreamWaitEvent(device, raw, e.raw)
	})
}

// Sleep holds the stream up for d by a function on the host that sleeps.
func (s *Stream) Sleep(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("cuda: sleep on a stream: %v, expected 0 or more", d)
	}
	return s.do("cudaLaunchHostFunc", func(device int, raw csrc.Stream) int {
		return s.device.lib.rt.StreamSleep(device, raw, d)
	})
}

// LaunchHostFunc queues f, which then runs on a thread of the driver and holds the stream up until it returns. It must not call CUDA.
// It is an error while the stream is being captured, because a graph would run f at every launch.
func (s *Stream) LaunchHostFunc(f func()) error {
	capturing, err := s.Capturing()
	if err != nil {
		return err
	}
	if capturing {
		return fmt.Errorf("cuda: queue a host function: the stream is being captured, which only Stream.Sleep can be part of")
	}
	return s.do("cudaLaunchHostFunc", func(device int, raw csrc.Stream) int {
		return s.device.lib.rt.StreamHostFunc(device, raw, f)
	})
}

// answered turns ErrNotReady into the answer no.
func answered(err error) (bool, error) {
	if errors.Is(err, ErrNotReady) {
		return false, nil
	}
	return err == nil, err
}
