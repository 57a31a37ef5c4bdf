package bench

import (
	"context"
	"time"

	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// Target is something whose inferences can be timed: a TensorRT engine, an ONNX Runtime session, a fake in a test.
type Target interface {
	// Describe says what the numbers of this target come from.
	Describe() record.Description
	// Open allocates, captures and uploads all that a run needs and starts the run's clocks. The caller closes
	// the lanes. An error means that nothing was left behind.
	Open(ctx context.Context, setup Setup) (Lanes, error)
}

// Lanes is one opened run. Calls for one lane come from one goroutine on a locked OS thread; calls for
// different lanes may come from different threads at once when [Setup.Threads] is set.
type Lanes interface {
	// Enqueue queues one inference in a slot of a lane and returns as soon as the device has it. The slot is free.
	Enqueue(lane, slot int) error
	// Wait returns when the inference in the slot has ended, with its times in s. It sets every field of s but
	// Lane and Flags.
	Wait(lane, slot int, s *Sample) error
	// Close releases everything. It waits for inferences that are still under way.
	Close() error
}

// ValueReader is implemented by lanes that can show what an inference got and computed. The methods are called after the last
// wait, by one goroutine, and return copies in the model's order.
type ValueReader interface {
	Inputs(lane int) ([]tensor.Values, error)
	Outputs(lane int) ([]tensor.Values, error)
}

// LayerProfiler is implemented by lanes that can time the layers of lane 0, see [Setup.ProfileLayers]. Layers is called after the
// last wait. Like Run it may return what it has beside an error.
type LayerProfiler interface {
	Layers() (*profile.Profile, error)
}

// Setup is the part of the settings that a device must know before a run.
type Setup struct {
	Lanes            int           // inference streams, at least 1
	Slots            int           // inferences of a lane in flight: 2, or 1 to expose the copies
	Threads          bool          // every lane is driven by an OS thread of its own
	Transfers        bool          // inputs and outputs are copied in every inference
	FirstRoundCopies bool          // the first inference of every lane is copied in and out in any case
	Graph            bool          // the inference is captured into a CUDA graph and the graph is launched
	UploadFirst      bool          // inputs are on the device before the graph's trial inference
	Spin             bool          // waiting burns a core instead of sleeping
	ManagedMemory    bool          // one managed allocation for host and device
	ProfileLayers    bool          // the layers of each inference of lane 0 are timed
	SleepTime        time.Duration // delay of the device's start, at least 0
}
