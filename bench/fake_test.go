package bench

import (
	"context"
	"fmt"

	"github.com/trtbench/trtbench/record"
)

// fake is a target whose inferences take no time and whose clocks say what a test wants. Its zero value computes
// inference i of every lane at i+1 ms for 0.5 ms.
type fake struct {
	script  func(lane, i int, s *Sample) // the times of inference i of a lane; ComputeStart is (i+1) ms before it
	enqueue func(lane, i int) error      // may fail the enqueue of inference i of a lane
	wait    func(lane, i int) error      // likewise
	open    func(ctx context.Context) error
	close   func() error
	backend record.Description

	setup     Setup
	inferred  []lane
	calls     []string // of a run with one thread
	closed    int
	described int
}

// lane counts what happened on one lane, and is touched by its thread only.
type lane struct {
	enqueued, waited int
	_                [48]byte
}

func (f *fake) Describe() record.Description {
	f.described++
	if f.backend.Backend == "" {
		return record.Description{Backend: TensorRT, Version: "10.15.1", Model: record.Model{Path: "fake.engine"}, Stages: stages}
	}
	return f.backend
}

func (f *fake) Open(ctx context.Context, setup Setup) (Lanes, error) {
	if f.open != nil {
		if err := f.open(ctx); err != nil {
			return nil, err
		}
	}
	f.setup, f.inferred = setup, make([]lane, setup.Lanes)
	return f, nil
}

func (f *fake) Enqueue(lane, slot int) error {
	f.log("E", lane, slot)
	l := &f.inferred[lane]
	l.enqueued++
	if f.enqueue != nil {
		return f.enqueue(lane, l.enqueued-1)
	}
	return nil
}

func (f *fake) Wait(lane, slot int, s *Sample) error {
	f.log("W", lane, slot)
	l := &f.inferred[lane]
	i := l.waited
	l.waited++
	*s = Sample{EnqueueStart: int64(i) * 1e6, EnqueueEnd: int64(i)*1e6 + 1000, ComputeStart: float32(i + 1), Compute: 0.5, Lane: -7, Flags: 99}
	if f.script != nil {
		f.script(lane, i, s)
	}
	if f.wait != nil {
		return f.wait(lane, i)
	}
	return nil
}

func (f *fake) Close() error {
	f.closed++
	if f.close != nil {
		return f.close()
	}
	return nil
}

// log notes a call; E01 enqueues on lane 0 in slot 1.
func (f *fake) log(call string, lane, slot int) {
	if !f.setup.Threads && len(f.calls) < 100 {
		f.calls = append(f.calls, fmt.Sprintf("%s%d%d", call, lane, slot))
	}
}

// starts returns when the samples of a lane began to compute.
func starts(samples []Sample, lane int32) []float32 {
	list := []float32{}
	for _, s := range samples {
		if s.Lane == lane {
			list = append(list, s.ComputeStart)
		}
	}
	return list
}

// idleLanes does nothing, as fast as possible, and has its inferences 1 µs apart.
type idleLanes struct {
	now float32
}

func (l *idleLanes) Enqueue(int, int) error { return nil }
func (l *idleLanes) Close() error           { return nil }

func (l *idleLanes) Wait(_, _ int, s *Sample) error {
	l.now += 0.001
	s.ComputeStart = l.now
	return nil
}
