package gpuverify

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
)

// fitting is what came of asking for more sessions than the device has memory for, and then for as many as were said to fit.
type fitting struct {
	asked int
	err   error // of asking for too many; nil: they were opened
	fit   int   // sessions that were said to fit; 0: nothing was said
	open  error // of opening those
	run   error // of a chunk of the first and of the last of them

	before, after deviceState
}

// fill takes the memory of the device but for a rest, and looks how many sessions fit into that.
func (v *verifier) fill(ctx context.Context, e *engine, executor *trt.Executor) (f *fitting, err error) {
	f = &fitting{asked: serve.MaxSessions}
	if err := opensAndCloses(ctx, executor, 1, nil); err != nil { // what the driver needs once does not count
		return nil, err
	}
	if f.before, err = e.lib.state(); err != nil {
		return nil, err
	}
	release, err := e.lib.occupy(leftBytes)
	if err != nil {
		return nil, err
	}
	f.err = opensAndCloses(ctx, executor, f.asked, nil)
	var short *serve.ShortOfMemoryError
	if errors.As(f.err, &short) && short.PerSession > 0 {
		f.fit = int(short.Free / short.PerSession)
	}
	if f.fit > 0 {
		f.open = opensAndCloses(ctx, executor, f.fit, func(opened serve.Instances) { f.run = firstAndLast(opened, f.fit) })
	}
	if err := release(); err != nil {
		return nil, err
	}
	f.after, err = e.lib.state()
	return f, err
}

// opensAndCloses opens an executor for so many sessions, uses it, and closes it.
func opensAndCloses(ctx context.Context, executor *trt.Executor, sessions int, use func(serve.Instances)) error {
	opened, err := executor.Open(ctx, serve.Setup{Sessions: sessions, Instances: servingInstances})
	if err != nil {
		return err
	}
	if use != nil {
		use(opened)
	}
	return opened.Close()
}

// firstAndLast runs two chunks of each session at the ends of the memory of the states.
func firstAndLast(opened serve.Instances, sessions int) error {
	for _, start := range []bool{true, false} {
		var batch []serve.Item
		for _, session := range []int{0, sessions - 1}[:min(sessions, 2)] {
			batch = append(batch, serve.Item{
				Session: session, Start: start, Inputs: [][]byte{make([]byte, 4*signalSamples)}, Outputs: [][]byte{make([]byte, 4*frames*tokens)},
			})
		}
		if err := opened.Run(0, batch); err != nil {
			return err
		}
	}
	return nil
}

// occupy takes the memory of the device but for a rest. The caller gives it back.
func (l *library) occupy(rest int) (release func() error, err error) {
	device, err := l.CUDA().Device(l.device)
	if err != nil {
		return nil, err
	}
	memory, err := device.Memory()
	if err != nil {
		return nil, err
	}
	if memory.Free <= uint64(rest) {
		return func() error { return nil }, nil
	}
	ballast, err := device.AllocDevice(int(memory.Free) - rest)
	if err != nil {
		return nil, fmt.Errorf("the memory could not be taken: %v", err) // not wrapped: this is not the error that there must be
	}
	return ballast.Close, nil
}
