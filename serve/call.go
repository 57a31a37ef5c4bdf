package serve

import "time"

// Chunk is what a session sends. The slices belong to the caller, who leaves them alone until the chunk is answered.
type Chunk struct {
	// Start begins the session anew, from a state of zero, as the first chunk of a session does in any case. When the chunk is rejected or
	// withdrawn, the next one does so in its place: what was said before is over.
	Start  bool
	Inputs [][]byte // one for each of Model.Inputs, dense, of exactly its size
	// Outputs are where the answer is put, one for each of Model.Outputs. One that is nil is not wanted.
	Outputs [][]byte
}

// Times are the stations of a chunk, in nanoseconds of the server's clock. Those that it did not reach are 0.
type Times struct {
	Queued   int64 // it was accepted
	Batched  int64 // it was put into a batch
	Started  int64 // the batch began to run
	Finished int64 // the batch had run
	Batch    int   // chunks in the batch
}

// Queue returns how long the chunk waited for its batch to start.
func (t Times) Queue() time.Duration { return time.Duration(t.Started - t.Queued) }

// Compute returns how long its batch ran, copies between host and device included.
func (t Times) Compute() time.Duration { return time.Duration(t.Finished - t.Started) }

// Result is the answer to a chunk.
type Result struct {
	Outputs [][]byte // those of the chunk, or new ones where it had none
	Times   Times
}

// Call is a chunk on its way: what [Server.Enqueue] takes. It may be used again as soon as Done was called, with its slices.
type Call struct {
	Session *Session // nil: with a model without states only
	Chunk
	// Done is called once for every call that was enqueued, by the goroutine that ran its batch: it must not block. Calls of a
	// session are done in the order in which they were enqueued.
	Done func(*Call)
	// Index is the caller's.
	Index int64

	Times Times // set when Done is called
	Err   error // likewise; nil: Outputs are there

	order uint64 // of arrival
	at    int    // in the heap of ready calls, or one of the places below
	start bool   // its state is zero
	next  *Call  // in the queue of its session, or in a list of calls that failed
}

// Places of a call outside of the heap.
const (
	atRest    = -1 - iota // with its owner
	inSession             // behind another call of its session
	inBatch
)
