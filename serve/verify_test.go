package serve

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

// Each kind of fault is put into the fourth batch of a server; the verifier must name it.
func TestInjectedFaultsAreFound(t *testing.T) {
	each := func(wrong func(f *fakeInstances, item Item, old acousticState)) func(*fakeInstances, []Item, []acousticState) {
		return func(f *fakeInstances, batch []Item, old []acousticState) {
			for _, item := range batch {
				wrong(f, item, old[item.Session])
			}
		}
	}
	for fault, wrong := range map[Fault]func(f *fakeInstances, batch []Item, old []acousticState){
		"none": each(func(f *fakeInstances, item Item, _ acousticState) { f.compute(item) }),
		FaultLost: each(func(f *fakeInstances, item Item, _ acousticState) {
			f.states[item.Session] = f.answer(item, acousticState{})
		}),
		FaultRepeated: each(func(f *fakeInstances, item Item, _ acousticState) {
			f.compute(item)
			f.compute(item)
		}),
		FaultStale: each(func(f *fakeInstances, item Item, old acousticState) {
			f.states[item.Session] = f.answer(item, old)
		}),
		FaultMixed: func(f *fakeInstances, batch []Item, _ []acousticState) {
			first, second := batch[0].Session, batch[1].Session
			f.states[first], f.states[second] = f.states[second], f.states[first]
			for _, item := range batch {
				f.compute(item)
			}
		},
		FaultOther: each(func(f *fakeInstances, item Item, _ acousticState) {
			f.states[item.Session] = f.answer(item, acousticState{true, 20, 77})
		}),
	} {
		t.Run(string(fault), func(t *testing.T) {
			const sessions, rounds, faulty = 2, 6, 3
			executor := &fakeExecutor{model: acousticModel()}
			var old []acousticState // before the last batch
			round := 0
			executor.corrupt = func(f *fakeInstances, batch []Item) {
				before := append([]acousticState(nil), f.states...)
				if round == faulty {
					wrong(f, batch, old)
				} else {
					for _, item := range batch {
						f.compute(item)
					}
				}
				old = before
				round++
			}
			verifier, err := NewAcousticVerifier(&executor.model)
			require.NoError(t, err)
			contents, err := Synthetic(&executor.model, sessions, rounds, 7)
			require.NoError(t, err)
			sink := newSink()
			local, err := NewLocal(executor, LocalOptions{Options: Options{MaxBatch: sessions}, Contents: contents, Verifier: verifier})
			require.NoError(t, err)
			require.True(t, local.Payloads().Checked)
			conns, err := local.Dial(t.Context(), load.DialSetup{Conns: 1, States: sessions, Validate: true, Clock: sink.clock, Sink: sink})
			require.NoError(t, err)
			for step := range rounds {
				for session := range sessions {
					require.NoError(t, conns.Send(0, load.Request{Index: int64(step*sessions + session), Stream: session, Step: step, Start: step == 0, State: session}))
				}
				for range sessions {
					e := <-sink.ended
					if fault == "none" || step < faulty {
						assert.Equal(t, load.StatusOK, e.status, "%v", e.detail)
						continue
					}
					if step > faulty {
						assert.Equal(t, load.StatusMismatch, e.status, "the chain stays wrong")
						continue
					}
					var state *StateError
					require.ErrorAs(t, e.detail, &state)
					assert.Equal(t, fault, state.Fault, "%v", state)
					assert.Equal(t, faulty, state.Step)
					assert.EqualValues(t, state.Session, e.index%sessions)
					assert.Contains(t, state.Error(), "chunk 4 was computed with a state that is "+string(fault))
				}
			}
			require.NoError(t, conns.Close())
		})
	}
}

func TestOnlyTheReferenceModelIsVerified(t *testing.T) {
	model := tinyModel(true)
	_, err := NewAcousticVerifier(&model)
	assert.EqualError(t, err, "serve: verify: the model has no signal of int32 [1 2400 1]: only the reference model's states can be verified")
}

// A state that is not made zero when a session begins anew is found, and so is one that another session left.
func TestAStateThatOutlivesItsUtterance(t *testing.T) {
	model := acousticModel()
	verifier, err := NewAcousticVerifier(&model)
	require.NoError(t, err)
	contents, err := Synthetic(&model, 1, 3, 7)
	require.NoError(t, err)
	answer := func(state acousticState) [][]byte {
		logprobs := make([]byte, 4*acousticFrames*acousticTokens)
		for frame, token := range map[int]int{acousticFrames - 1: state.chunks, acousticFrames - 2: state.checksum} {
			binary.LittleEndian.PutUint32(logprobs[4*(frame*acousticTokens+token%acousticTokens):], math.Float32bits(1))
		}
		return [][]byte{logprobs}
	}
	state := acousticState{}
	for i, step := range contents[0] {
		state = state.after(audioSum(step[0]))
		require.NoError(t, verifier.Verify(Observation{Session: 0, Start: i == 0, Inputs: step, Outputs: answer(state)}))
	}
	for session, want := range []Fault{FaultStale, FaultMixed} {
		err := verifier.Verify(Observation{Session: session, Start: true, Inputs: contents[0][0], Outputs: answer(state.after(audioSum(contents[0][0][0])))})
		var wrong *StateError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, want, wrong.Fault, wrong)
		assert.Equal(t, session, wrong.Session)
	}
}

// sinkEvent is the end of a request.
type sinkEvent struct {
	index  int64
	status load.Status
	detail error
}

// recordingSink takes what connections say.
type recordingSink struct {
	start time.Time
	ended chan sinkEvent
	sizes chan int
}

func newSink() *recordingSink {
	return &recordingSink{start: time.Now(), ended: make(chan sinkEvent, 64), sizes: make(chan int, 64)}
}

func (s *recordingSink) clock() int64      { return int64(time.Since(s.start)) + 1 }
func (s *recordingSink) Sent(int64, int64) {}
func (s *recordingSink) Part(int64, int64) {}
func (s *recordingSink) Answered(i, _ int64, status load.Status, detail error) {
	s.ended <- sinkEvent{index: i, status: status, detail: detail}
}

func (s *recordingSink) Batched(_ int64, batched, started, finished int64, batch int) {
	if batched <= 0 || started < batched || finished < started {
		batch = -1
	}
	s.sizes <- batch
}

func TestLocalStatuses(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true)}
	hold := make(chan struct{})
	held := make(chan struct{}, 8)
	executor.fail = func(batch []Item) error {
		if batch[0].Session == 1 {
			return errors.New("no luck")
		}
		return nil
	}
	executor.corrupt = func(*fakeInstances, []Item) {}
	executor.wait = func() { held <- struct{}{}; <-hold }
	sink := newSink()
	contents := Contents{{{make([]byte, 4)}}}
	local, err := NewLocal(executor, LocalOptions{Options: Options{Queue: 2, MaxBatch: 1, Policy: Immediate{}}, Contents: contents})
	require.NoError(t, err)
	assert.Contains(t, local.Describe().Notes, "batching: immediate")
	conns, err := local.Dial(t.Context(), load.DialSetup{Conns: 1, States: 3, Deadline: time.Nanosecond, Clock: sink.clock, Sink: sink})
	require.NoError(t, err)
	send := func(index int64, state int) {
		require.NoError(t, conns.Send(0, load.Request{Index: index, State: state}))
	}
	send(0, 0)
	<-held
	send(1, 1)
	send(2, 2)
	send(3, 2)
	assert.Equal(t, sinkEvent{index: 3, status: load.StatusRejected, detail: errRejected}, <-sink.ended)
	hold <- struct{}{}
	assert.Equal(t, sinkEvent{index: 0, status: load.StatusDeadline, detail: errDeadline}, <-sink.ended)
	<-held
	hold <- struct{}{}
	e := <-sink.ended
	assert.Equal(t, load.StatusFailed, e.status)
	var batch *BatchError
	require.ErrorAs(t, e.detail, &batch)
	<-held
	send(4, 1)
	assert.Equal(t, load.StatusFailed, (<-sink.ended).status, "the state is lost")
	send(5, -1)
	assert.Equal(t, load.StatusInvalid, (<-sink.ended).status)
	send(6, 0)
	assert.ErrorContains(t, conns.Send(0, load.Request{Index: 7, State: 3}), "request 7 is of session 3, expected 0 to 2")

	closed := make(chan error)
	go func() { closed <- conns.Close() }()
	assert.Equal(t, load.StatusLost, (<-sink.ended).status, "6 was waiting")
	hold <- struct{}{}
	assert.Equal(t, load.StatusDeadline, (<-sink.ended).status, "2 was running")
	require.NoError(t, <-closed)
	require.ErrorIs(t, conns.Send(0, load.Request{Index: 8}), ErrClosed)
	for range 3 {
		assert.Equal(t, 1, <-sink.sizes)
	}
	statistics, err := local.Statistics(context.Background())
	require.NoError(t, err)
	assert.Equal(t, "fake", statistics[0].Model)
	assert.EqualValues(t, 3, statistics[0].Executions)
	assert.EqualValues(t, 2, statistics[0].Success.Count)
}

func TestLocalFaults(t *testing.T) {
	for name, c := range map[string]struct {
		contents Contents
		want     string
	}{
		"none": {nil, "serve: contents: no stream, expected at least 1"},
		"empty": {Contents{{}, {{}}, {{make([]byte, 3)}}}, "serve: contents: stream 0: no step, expected at least 1\n" +
			"contents: stream 1: step 0 has 0 inputs, the model takes 1\ncontents: stream 2: step 0 has 3 bytes for signal, expected 4"},
	} {
		_, err := NewLocal(&fakeExecutor{model: tinyModel(true)}, LocalOptions{Contents: c.contents})
		assert.EqualError(t, err, c.want, name)
	}
}
