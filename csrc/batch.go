package csrc

// #include "batch.h"
import "C"

import "unsafe"

// Inference is one inference that is ready: a context whose shapes and addresses are set, or what was captured from it. The
// caller keeps both open.
type Inference struct{ c C.trtb_inference }

// NewInference makes an inference of a context. The graph is launched instead, unless it is zero.
func (n *NVInfer) NewInference(context Object, graph GraphExec) (i Inference) {
	i.c.graph = graph.c
	C.trtb_inference_bind(&i.c, n.p, context.p)
	return i
}

// BatchConfig is what a batch is made of. All of it is owned by the caller and outlives the batch.
type BatchConfig struct {
	Cuda   *Cudart
	Device int
	Stream Stream
	Done   Event // recorded behind everything
	Moves  int   // room in each of the two lists
}

// Batch is one batch of a server: moves before an inference, the inference, moves after it. It is driven by one goroutine at a
// time.
type Batch struct {
	Before, After Moves

	p *C.trtb_batch
}

// NewBatch makes an empty batch, or returns nil when there is no memory for it. The caller closes it.
func NewBatch(config BatchConfig) *Batch {
	p := C.trtb_batch_new(C.size_t(config.Moves))
	if p == nil {
		return nil
	}
	p.cuda, p.device = config.Cuda.table, C.int(config.Device)
	p.stream, p.done = config.Stream.c, config.Done.c
	return &Batch{p: p, Before: newMoves(&p.before, config.Moves), After: newMoves(&p.after, config.Moves)}
}

// Close frees the batch.
func (b *Batch) Close() {
	C.trtb_batch_free(b.p)
	*b = Batch{}
}

// Run queues the batch and returns when it is done: 0, Refused when TensorRT refused, or a code of CUDA's. Nothing of it is under
// way afterwards.
func (b *Batch) Run(i *Inference) int { return int(C.trtb_batch_run(b.p, &i.c)) }

// Failed names the call that failed last, as in "cudaMemcpyAsync" and "enqueueV3".
func (b *Batch) Failed() string { return callName(b.p.failed) }

// Moves is a list of copies within the device or between it and page-locked memory, in their order. More of them than the batch
// has room for is a mistake of the caller, who panics.
type Moves struct {
	list []C.trtb_move
	n    *C.size_t
}

func newMoves(moves *C.trtb_moves, room int) Moves {
	return Moves{list: unsafe.Slice(moves.list, room), n: &moves.count}
}

// Clear empties the list.
func (m *Moves) Clear() { *m.n = 0 }

// Copy appends a copy.
func (m *Moves) Copy(to, from uintptr, bytes int, kind CopyKind) {
	m.list[*m.n] = C.trtb_move{to: C.uintptr_t(to), from: C.uintptr_t(from), size: C.size_t(bytes), kind: C.int(kind)}
	*m.n++
}

// Zero appends setting device memory to zero.
func (m *Moves) Zero(to uintptr, bytes int) {
	m.list[*m.n] = C.trtb_move{to: C.uintptr_t(to), size: C.size_t(bytes), kind: C.TRTB_MOVE_ZERO}
	*m.n++
}
