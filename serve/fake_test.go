package serve

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

// fakeExecutor computes what the last frames of the reference model show, and takes as long as it is told.
type fakeExecutor struct {
	model   Model
	took    func(size int) time.Duration // nil: no time
	fail    func(batch []Item) error     // nil: never
	corrupt func(f *fakeInstances, batch []Item)
	wait    func() // in every batch; nil: not at all
	openErr error

	opened *fakeInstances // of the last Open
}

func acousticModel() Model {
	m := Model{
		Inputs:  []record.Tensor{{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}}},
		Outputs: []record.Tensor{{Name: "logprobs", Type: "float32", Shape: []int{1, 10, 35}}},
		States:  []State{{Input: "state", Output: "state_next", Tensor: record.Tensor{Name: "state", Type: "float16", Shape: []int{1, 219729}}}},
	}
	for n := range 16 {
		m.Batches = append(m.Batches, n+1)
	}
	return m
}

// tinyModel has an input and an output of 4 bytes.
func tinyModel(stateful bool) Model {
	m := acousticModel()
	m.Inputs[0].Shape, m.Outputs[0].Shape = []int{1, 1}, []int{1, 1}
	if !stateful {
		m.States = nil
	}
	return m
}

func (e *fakeExecutor) Describe() record.Description {
	return record.Description{Backend: "fake", Model: record.Model{Path: "models/fake.onnx"}}
}

func (e *fakeExecutor) Model() Model { return e.model }

func (e *fakeExecutor) Open(_ context.Context, setup Setup) (Instances, error) {
	if e.openErr != nil {
		return nil, e.openErr
	}
	e.opened = &fakeInstances{executor: e, setup: setup, states: make([]acousticState, setup.Sessions), busy: make([]bool, setup.Sessions)}
	return e.opened, nil
}

type ran struct {
	instance int
	rows     []int
	starts   []bool
}

type fakeInstances struct {
	executor *fakeExecutor
	setup    Setup

	mu       sync.Mutex
	states   []acousticState
	busy     []bool
	batches  []ran // nil when not wanted
	counters Counters
	twice    int // sessions that were in two batches at once
	closed   bool
}

func (f *fakeInstances) Run(instance int, batch []Item) error {
	e := f.executor
	f.mu.Lock()
	r := ran{instance: instance}
	for _, item := range batch {
		r.rows, r.starts = append(r.rows, item.Session), append(r.starts, item.Start)
		if f.busy[item.Session] && len(e.model.States) > 0 {
			f.twice++
		}
		f.busy[item.Session] = true
	}
	f.batches = append(f.batches, r)
	f.counters.Batches++
	f.counters.Items += int64(len(batch))
	f.mu.Unlock()
	if e.took != nil {
		time.Sleep(e.took(len(batch)))
	}
	if e.wait != nil {
		e.wait()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, item := range batch {
		f.busy[item.Session] = false
	}
	if e.fail != nil {
		if err := e.fail(batch); err != nil {
			return err
		}
	}
	if e.corrupt != nil {
		e.corrupt(f, batch)
		return nil
	}
	for _, item := range batch {
		f.compute(item)
	}
	return nil
}

// compute does what the model should.
func (f *fakeInstances) compute(item Item) {
	f.begin(item)
	f.states[item.Session] = f.answer(item, f.states[item.Session])
}

func (f *fakeInstances) begin(item Item) {
	if item.Start {
		f.states[item.Session] = acousticState{}
	}
}

// answer writes the outputs that follow from a state, and returns the state after it.
func (f *fakeInstances) answer(item Item, before acousticState) acousticState {
	if len(item.Inputs[0]) < 4*acousticSamples {
		for _, out := range item.Outputs {
			copy(out, item.Inputs[0])
		}
		return before
	}
	after := before.after(audioSum(item.Inputs[0]))
	if out := item.Outputs[0]; out != nil {
		clear(out)
		put := func(frame, token int) {
			binary.LittleEndian.PutUint32(out[4*(frame*acousticTokens+token%acousticTokens):], math.Float32bits(1))
		}
		put(acousticFrames-1, after.chunks)
		put(acousticFrames-2, after.checksum)
	}
	return after
}

func (f *fakeInstances) Counters() Counters {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counters
}

func (f *fakeInstances) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return errors.New("closed twice")
	}
	f.closed = true
	return nil
}

// sizes returns the sizes of the batches so far.
func (f *fakeInstances) sizes() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []int
	for _, b := range f.batches {
		all = append(all, len(b.rows))
	}
	return all
}

// linear returns the time of a batch with a fixed part and one for each chunk.
func linear(base, each time.Duration) func(int) time.Duration {
	return func(size int) time.Duration { return base + time.Duration(size)*each }
}

// bed is a server on a fake executor with sessions, in a bubble of its own time.
type bed struct {
	*testing.T
	*Server
	executor *fakeExecutor
	sessions []*Session
	start    time.Time

	mu   sync.Mutex
	done []doneCall
}

// doneCall is a call as it was when it was done.
type doneCall struct {
	row   int
	index int64
	times Times
	err   error
}

// inBubble runs a test in time of its own with a server of so many sessions.
func inBubble(t *testing.T, executor *fakeExecutor, options Options, test func(b *bed)) {
	synctest.Test(t, func(t *testing.T) {
		b := &bed{T: t, executor: executor, start: time.Now()}
		options.Clock = func() int64 { return int64(time.Since(b.start)) + 1 }
		var err error
		b.Server, err = Open(t.Context(), executor, options)
		require.NoError(t, err)
		if len(executor.model.States) > 0 {
			for range b.Options().Sessions {
				session, err := b.OpenSession()
				require.NoError(t, err)
				b.sessions = append(b.sessions, session)
			}
		}
		test(b)
		assert.NoError(t, b.Close())
		assert.True(t, executor.opened.closed)
		assert.Zero(t, executor.opened.twice, "sessions in two batches at once")
	})
}

// input returns a chunk for the executor's model with content of its own.
func (b *bed) input(n int) [][]byte {
	var in [][]byte
	for _, size := range b.inBytes {
		data := make([]byte, size)
		binary.LittleEndian.PutUint32(data, uint32(n))
		in = append(in, data)
	}
	return in
}

// send enqueues a chunk of a session, or of none when it is below 0.
func (b *bed) send(session int, index int64, starts ...bool) error {
	c := &Call{Index: index, Chunk: Chunk{Inputs: b.input(int(index)), Start: slices.Contains(starts, true)}}
	if session >= 0 {
		c.Session = b.sessions[session]
	}
	c.Done = func(c *Call) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.done = append(b.done, doneCall{session, c.Index, c.Times, c.Err})
	}
	return b.Enqueue(c)
}

// at lets time pass until so long after the bed's start.
func (b *bed) at(d time.Duration) {
	time.Sleep(time.Until(b.start.Add(d)))
	synctest.Wait()
}

// answers returns the calls done so far.
func (b *bed) answers() []doneCall {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.done)
}

// indices returns the indices of calls.
func indices(calls []doneCall) []int64 {
	var all []int64
	for _, c := range calls {
		all = append(all, c.index)
	}
	return all
}

// idleExecutor computes nothing, at once.
type idleExecutor struct{ model Model }

func (e *idleExecutor) Describe() record.Description                   { return record.Description{} }
func (e *idleExecutor) Model() Model                                   { return e.model }
func (e *idleExecutor) Open(context.Context, Setup) (Instances, error) { return idleInstances{}, nil }

type idleInstances struct{}

func (idleInstances) Run(int, []Item) error { return nil }
func (idleInstances) Counters() Counters    { return Counters{} }
func (idleInstances) Close() error          { return nil }
