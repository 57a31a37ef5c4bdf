package cuda

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/trtbench/trtbench/csrc"
)

// Graph is work that was captured from a stream. It is instantiated to be launched.
type Graph struct {
	handle[csrc.Graph]
}

// GraphExec is a graph that can be launched again and again, at less cost than its work queued piece by piece.
type GraphExec struct {
	handle[csrc.GraphExec]
}

// Capture calls f and turns the work that f queues on s, and on streams that wait for s, into a graph, instead of running it.
// The calling goroutine stays on its OS thread meanwhile, and f must queue from that goroutine, without waiting for the device
// and without allocating its memory. An error of f ends the capture and is returned. Close the graph after use.
func (s *Stream) Capture(f func() error) (*Graph, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.do("cudaStreamBeginCapture", s.device.lib.rt.StreamBeginCapture)
	if err != nil {
		return nil, err
	}
	ended := false
	defer func() {
		if !ended { // f panicked: leave the stream usable
			if g, err := s.endCapture(); err == nil {
				g.Close()
			}
		}
	}()
	failed := f()
	ended = true
	g, err := s.endCapture()
	if failed != nil {
		if err == nil {
			err = g.Close()
		}
		return nil, errors.Join(failed, err)
	}
	return g, err
}

func (s *Stream) endCapture() (*Graph, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	g, rt := &Graph{}, s.device.lib.rt
	err := g.create(s.device, "cudaStreamEndCapture", func(device int) (csrc.Graph, int) {
		return rt.StreamEndCapture(device, s.raw)
	}, resource[csrc.Graph]{kind: kindGraph, call: "cudaGraphDestroy", destroy: rt.GraphDestroy})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// Capturing reports whether the stream is being captured.
func (s *Stream) Capturing() (bool, error) {
	var capture int
	err := s.do("cudaStreamIsCapturing", func(device int, raw csrc.Stream) (status int) {
		capture, status = s.device.lib.rt.StreamCaptureStatus(device, raw)
		return status
	})
	return capture != csrc.CaptureNone, err
}

// Nodes returns the number of pieces of work in the graph.
func (g *Graph) Nodes() (int, error) {
	var count int
	err := g.do("cudaGraphGetNodes", func(device int, raw csrc.Graph) (status int) {
		count, status = g.device.lib.rt.GraphNodeCount(device, raw)
		return status
	})
	return count, err
}

// Instantiate makes a graph that can be launched; g may be closed afterwards. Close the result after use.
func (g *Graph) Instantiate() (*GraphExec, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	defer g.leave()
	x, rt := &GraphExec{}, g.device.lib.rt
	err := x.create(g.device, "cudaGraphInstantiate", func(device int) (csrc.GraphExec, int) {
		return rt.GraphInstantiate(device, g.raw)
	}, resource[csrc.GraphExec]{kind: kindGraphExec, call: "cudaGraphExecDestroy", destroy: rt.GraphExecDestroy})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// Handle returns the library's handle for the other parts of package csrc, the zero one after Close. Whoever keeps it must keep
// the GraphExec, and keep it open.
func (x *GraphExec) Handle() csrc.GraphExec { return x.current() }

// Launch queues the graph on s.
func (x *GraphExec) Launch(s *Stream) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	return x.do("cudaGraphLaunch", func(device int, raw csrc.GraphExec) int {
		return x.device.lib.rt.GraphExecLaunch(device, raw, s.raw)
	})
}

// Upload brings the graph onto the device by work on s, so that its first launch is as quick as the next.
func (x *GraphExec) Upload(s *Stream) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	return x.do("cudaGraphUpload", func(device int, raw csrc.GraphExec) int {
		return x.device.lib.rt.GraphExecUpload(device, raw, s.raw)
	})
}

// Update gives x the addresses and sizes in g, for launches from now on. The two must have the same shape; when they haven't,
// the error is ErrGraphExecUpdateFailure with the reason, and x is to be instantiated anew.
func (x *GraphExec) Update(g *Graph) error {
	if err := g.enter(); err != nil {
		return err
	}
	defer g.leave()
	var reason int
	err := x.do("cudaGraphExecUpdate", func(device int, raw csrc.GraphExec) (status int) {
		reason, status = x.device.lib.rt.GraphExecUpdate(device, raw, g.raw)
		return status
	})
	if why := updateReason(reason); err != nil && why != "" {
		return fmt.Errorf("%w: %s", err, why)
	}
	return err
}

// updateReason explains a cudaGraphExecUpdateResult; it is empty for those that say no more than the error does.
func updateReason(reason int) string {
	reasons := [...]string{
		2: "the shape of the graph changed",
		3: "the kind of a node changed",
		4: "the function of a kernel changed",
		5: "parameters changed that must not",
		6: "a node cannot be updated",
		7: "the function of a kernel changed in an unsupported way",
		8: "attributes of a kernel changed that must not",
	}
	if reason < 0 || reason >= len(reasons) {
		return fmt.Sprintf("reason %d", reason)
	}
	return reasons[reason]
}
