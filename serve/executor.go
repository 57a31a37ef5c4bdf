package serve

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/trtbench/trtbench/record"
)

// Executor is a model that can run a batch of sessions: a TensorRT engine, an ONNX Runtime session, a fake in a test.
type Executor interface {
	// Describe says what runs: backend, version, device, model.
	Describe() record.Description
	// Model says what a chunk consists of.
	Model() Model
	// Open allocates the states of the sessions and what the instances need. The caller closes it.
	Open(ctx context.Context, setup Setup) (Instances, error)
}

// Model is what goes in and out of a model for one session.
type Model struct {
	Inputs  []record.Tensor // that a chunk brings, with shapes for one session: leading dimension 1
	Outputs []record.Tensor // that a result holds, likewise
	States  []State         // recurrent pairs; none: the sessions are independent chunks
	// Batches are the batch sizes that can run, ascending. A batch of another size is padded to the next one.
	Batches []int
}

// State is a pair of tensors: what an inference leaves in Output is Input of the session's next one.
type State struct {
	Input, Output string
	Tensor        record.Tensor // for one session
}

// Setup is what an executor must know before the first batch.
type Setup struct {
	Sessions  int // rows of the state, at least 1
	Instances int // batches that may run at once, at least 1
	// Travel makes each state go through the host with its chunk, there and back, as it does with a server that keeps none. For
	// comparison only.
	Travel bool
}

// Instances are an opened executor.
//
// Run may be called from several goroutines at once as long as each instance is used by one of them and no session is in two
// batches at a time. The batches of a session run in the order in which they are given.
type Instances interface {
	// Run computes a batch and returns when its results are in the items. An error concerns the whole batch; the states of its
	// sessions are undefined afterwards until they start anew.
	Run(instance int, batch []Item) error
	// Counters returns what has been copied since Open. It may be called at any time before Close.
	Counters() Counters
	// Close releases everything, after the last Run has returned.
	Close() error
}

// Item is one chunk of a batch. The slices belong to the caller, who reuses them.
type Item struct {
	Session int      // row of the state, below Setup.Sessions
	Start   bool     // the session begins: its state is zero
	Inputs  [][]byte // one for each Model.Inputs, dense, of exactly its size
	Outputs [][]byte // one for each Model.Outputs, filled by Run; nil: nobody wants it
}

// Counters are the bytes copied between host and device, and within the device for states.
type Counters struct {
	Batches    int64 `json:"batches"`
	Items      int64 `json:"items"`
	HostBytes  int64 `json:"host_bytes"`  // host to device
	ReplyBytes int64 `json:"reply_bytes"` // device to host
	StateBytes int64 `json:"state_bytes"` // within the device, gathering and scattering states
}

// ShortOfMemoryError says that the states of so many sessions do not fit.
type ShortOfMemoryError struct {
	Sessions   int
	PerSession int64 // bytes of state
	Free       int64 // bytes that are free for states
}

// Fits returns how many sessions would fit; below 0: any number.
func (e *ShortOfMemoryError) Fits() int {
	if e.PerSession <= 0 {
		return -1
	}
	return int(max(e.Free, 0) / e.PerSession)
}

// Error says how many streams would fit: users call a session a stream.
func (e *ShortOfMemoryError) Error() string {
	size := func(bytes float64) string { return humanize.IBytes(uint64(max(bytes, 0))) }
	text := fmt.Sprintf("serve: the states of %d streams need %s of memory, %s each, and %s are free",
		e.Sessions, size(float64(e.Sessions)*float64(e.PerSession)), size(float64(e.PerSession)), size(float64(e.Free)))
	if fits := e.Fits(); fits >= 0 {
		text += fmt.Sprintf(": at most %d streams fit", fits)
	}
	return text
}
