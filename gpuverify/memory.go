package gpuverify

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
)

// deviceState is what is in use on a device.
type deviceState struct {
	free uint64           // bytes
	live map[string]int64 // objects, where the simulated device counts them
}

func (l *library) state() (s deviceState, err error) {
	device, err := l.CUDA().Device(l.device)
	if err != nil {
		return s, err
	}
	if err := device.Synchronize(); err != nil {
		return s, err
	}
	memory, err := device.Memory()
	if err != nil {
		return s, err
	}
	s.free = memory.Free
	if !l.Simulated() {
		return s, nil
	}
	text, err := l.CUDA().Runtime().SimCounters()
	if err != nil {
		return s, err
	}
	var counters struct {
		Live map[string]int64 `json:"live"`
	}
	err = json.Unmarshal([]byte(text), &counters)
	s.live = counters.Live
	return s, err
}

// slack is how much free memory may differ: the driver hands it out in pages of 2 MiB.
func (l *library) slack() int64 {
	if l.Simulated() {
		return 0
	}
	return 2 << 20
}

// memory opens and closes runs, and engines, and looks at what they leave. The first few do not count: libraries load code then.
func (v *verifier) memory(ctx context.Context, e *engine) (err error) {
	target, err := e.target(1)
	if err != nil {
		return err
	}
	opened := func() error { return inferOnce(ctx, target) }
	err = v.repeat(ctx, e, "memory-of-runs", "opening a run, one inference in a graph, and closing", v.plan.opens, opened)
	if err := errors.Join(err, target.Close()); err != nil {
		return err
	}
	return v.repeat(ctx, e, "memory-of-engines", "reading the engine, one inference, and closing", v.plan.loads, func() error {
		_, err := e.infer(ctx, 1)
		return err
	})
}

// repeat does something a number of times and checks the memory of the device.
func (v *verifier) repeat(ctx context.Context, e *engine, name, what string, times int, do func() error) error {
	const first = 3
	var before deviceState
	for i := range first + times {
		if i == first {
			var err error
			if before, err = e.lib.state(); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
	}
	after, err := e.lib.state()
	if err != nil {
		return err
	}
	v.add(checkMemory(name, e.subject, what, times, before, after, e.lib.slack()))
	return nil
}

// inferOnce opens a run, waits for one inference and closes it.
func inferOnce(ctx context.Context, target *trt.Target) (err error) {
	lanes, err := target.Open(ctx, bench.Setup{Lanes: 1, Slots: 2, Transfers: true, Graph: true, UploadFirst: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lanes.Close()) }()
	if err := lanes.Enqueue(0, 0); err != nil {
		return err
	}
	var sample bench.Sample
	return lanes.Wait(0, 0, &sample)
}
