package gpuverify

import (
	"context"
	"errors"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
)

// faults does what must go wrong, and looks whether the device is usable afterwards.
func (v *verifier) faults(ctx context.Context, e *engine) error {
	wrong, err := v.attempt(ctx, e, func() (error, bool) {
		target, err := e.target(MaxBatch + 1)
		if err == nil {
			err = target.Close()
			return err, false
		}
		var shape *trt.ShapeError
		return err, errors.As(err, &shape)
	})
	if err != nil {
		return err
	}
	v.add(checkFault("wrong-shape", e.subject, "a batch beyond the profile is refused, with the input and what it may be", wrong, e.lib.slack()))
	if !e.reference { // a run of the others needs little memory
		return nil
	}
	full, err := v.attempt(ctx, e, func() (error, bool) {
		err := exhaust(ctx, e)
		return err, outOfMemory(err)
	})
	if err != nil {
		return err
	}
	v.add(checkFault("out-of-memory", e.subject, "a run for which the device has no memory is refused as such", full, e.lib.slack()))
	return nil
}

// attempt does what must go wrong between two inferences. It does so twice, and the first time does not count: the driver keeps
// some of what it needed then.
func (v *verifier) attempt(ctx context.Context, e *engine, do func() (err error, expected bool)) (a attempt, err error) {
	want, err := e.infer(ctx, 1)
	if err != nil {
		return a, err
	}
	a.err, a.expected = do()
	if a.before, err = e.lib.state(); err != nil {
		return a, err
	}
	a.want = want.Outputs
	if a.expected {
		a.err, a.expected = do()
	}
	var got *bench.Recording
	if got, a.again = e.infer(ctx, 1); a.again == nil {
		a.got = got.Outputs
	}
	a.after, err = e.lib.state()
	return a, err
}

// What is left of the device's memory when a run must fail, and how many times that the run needs.
const (
	leftBytes = 256 << 20
	excess    = 4
)

// exhaust takes the memory of the device but for a rest, and opens a run that needs several times the rest. It returns what that
// said, and nil when it worked.
func exhaust(ctx context.Context, e *engine) (err error) {
	target, err := e.target(MaxBatch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	need := target.Memory(1)
	lanes := min(excess*leftBytes/int(max(need.Contexts+need.Tensors, 1))+1, bench.MaxLanes)
	release, err := e.lib.occupy(leftBytes)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	run, err := target.Open(ctx, bench.Setup{Lanes: lanes, Slots: 1, Transfers: true})
	if err == nil {
		return run.Close()
	}
	return err
}

// outOfMemory reports whether an error says that the device's memory is full: CUDA's own, or TensorRT's in its log.
func outOfMemory(err error) bool {
	var failed *trt.Error
	return errors.Is(err, cuda.ErrOutOfMemory) ||
		errors.As(err, &failed) && (strings.Contains(failed.Log, "OutOfMemory") || strings.Contains(strings.ToLower(failed.Log), "out of memory"))
}
