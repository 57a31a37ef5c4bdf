package tritontest

import (
	"encoding/binary"
	"math"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/kserve"
)

// Of the recogniser, testdata/models/README.md: what its answers show of its state, and how that follows from the audio.
const (
	acousticSamples = 2400
	acousticFrames  = 10
	acousticTokens  = 35
	acousticFactor  = 31
	acousticModulus = 1009
	acousticHeader  = 6 // elements of a carried state that are used: three int32
)

// StateFault is what a server can do wrong with the state of a speaker.
type StateFault string

// The faults. The zero value is none.
const (
	StateLost     StateFault = "lost"     // a chunk is computed from zeros, though it is not the first
	StateRepeated StateFault = "repeated" // a chunk goes into the state twice
	StateStale    StateFault = "stale"    // a chunk is computed from the state before the last one
	StateMixed    StateFault = "mixed"    // a chunk is computed from the state of another speaker
	StateKept     StateFault = "kept"     // a speaker's first chunk is computed from what the one before left; sequences only
)

// AtChunk makes the state go wrong with the nth chunk, from 1, of each utterance.
func AtChunk(n int, fault StateFault) func(chunk int) StateFault {
	return func(chunk int) StateFault {
		if chunk == n {
			return fault
		}
		return ""
	}
}

// acousticState is what the answers show.
type acousticState struct{ chunks, checksum int32 }

func (s acousticState) after(audio int64) acousticState {
	return acousticState{s.chunks + 1, int32((acousticFactor*int64(s.checksum) + audio) % acousticModulus)}
}

// acousticChain is one speaker's.
type acousticChain struct{ now, before acousticState }

// acoustic computes what the recogniser's answers show, and keeps the states.
type acoustic struct {
	wrong func(chunk int) StateFault // nil: never

	mu     sync.Mutex
	chains map[uint64]*acousticChain
	ended  acousticState // of the sequence that ended last
}

// step lets a chunk go into the state of a chain.
func (a *acoustic) step(key uint64, first bool, audio int64) acousticState {
	c := a.chains[key]
	if c == nil || first {
		c = &acousticChain{}
		a.chains[key] = c
	}
	var fault StateFault
	if a.wrong != nil {
		fault = a.wrong(int(c.now.chunks) + 1)
	}
	from := c.now
	switch fault {
	case StateLost:
		from = acousticState{}
	case StateRepeated:
		from = from.after(audio)
	case StateStale:
		from = c.before
	case StateKept:
		from = a.ended
	case StateMixed:
		for other, chain := range a.chains {
			if other != key && chain.now.chunks > 0 {
				from = chain.now
			}
		}
	}
	c.before, c.now = c.now, from.after(audio)
	return c.now
}

// Acoustic is the recogniser "streaming_acoustic" of testdata/triton as far as its state goes, which is length float16 of the requests: its
// answers show how many chunks went into the state and a checksum of their audio. wrong says what goes wrong with the nth chunk, from 1, of
// an utterance; nil: nothing.
func Acoustic(length int64, wrong func(chunk int) StateFault) Model {
	a := &acoustic{wrong: wrong, chains: map[uint64]*acousticChain{}}
	length = max(length, acousticHeader)
	config := acousticConfig("streaming_acoustic")
	config.Input = append(config.Input, input("state", kserve.DataType_TYPE_FP16, length))
	config.Output = append(config.Output, output("state_next", kserve.DataType_TYPE_FP16, length))
	config.SchedulingChoice = &kserve.ModelConfig_DynamicBatching{DynamicBatching: &kserve.ModelDynamicBatching{}}
	begun := uint64(0)
	return Model{Config: config, Infer: func(r *Request) ([][]byte, error) {
		audio, err := audioOf(r)
		if err != nil {
			return nil, err
		}
		next := append([]byte(nil), r.input("state").Data...)
		a.mu.Lock()
		defer a.mu.Unlock()
		key := uint64(uint32(int32At(next, stateChain)))
		if key == 0 {
			begun++
			key = begun
		}
		s := a.step(key, int32At(next, stateStep) == 0, audio)
		setInt32(next, stateChain, int32(key))
		setInt32(next, stateStep, s.chunks)
		setInt32(next, stateSum, s.checksum)
		return [][]byte{s.logprobs(), next}, nil
	}}
}

// AcousticSequence is the recogniser "streaming_acoustic_sequence" of testdata/triton, likewise: it keeps the state itself.
func AcousticSequence(wrong func(chunk int) StateFault) Model {
	a := &acoustic{wrong: wrong, chains: map[uint64]*acousticChain{}}
	config := acousticConfig("streaming_acoustic_sequence")
	config.InstanceGroup = []*kserve.ModelInstanceGroup{{Count: 1}}
	config.SchedulingChoice = &kserve.ModelConfig_SequenceBatching{SequenceBatching: &kserve.ModelSequenceBatching{
		MaxSequenceIdleMicroseconds: 5_000_000,
		StrategyChoice: &kserve.ModelSequenceBatching_Oldest{Oldest: &kserve.ModelSequenceBatching_StrategyOldest{
			MaxCandidateSequences: 1024, MaxQueueDelayMicroseconds: 10_000}},
	}}
	return Model{Config: config, Infer: func(r *Request) ([][]byte, error) {
		audio, err := audioOf(r)
		if err != nil {
			return nil, err
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		s := a.step(r.Sequence, r.Start, audio)
		if r.End {
			a.ended = s
			delete(a.chains, r.Sequence)
		}
		return [][]byte{s.logprobs()}, nil
	}}
}

func acousticConfig(name string) *kserve.ModelConfig {
	return &kserve.ModelConfig{
		Name: name, Backend: "mock", MaxBatchSize: 16,
		Input:  []*kserve.ModelInput{input("signal", kserve.DataType_TYPE_INT32, acousticSamples, 1)},
		Output: []*kserve.ModelOutput{output("logprobs", kserve.DataType_TYPE_FP32, acousticFrames, acousticTokens)},
	}
}

// audioOf returns what the chunk of a request adds to the checksum.
func audioOf(r *Request) (int64, error) {
	signal := r.input("signal").Data
	if len(signal) != 4*acousticSamples {
		return 0, status.Error(codes.InvalidArgument, "mock: a request of the recogniser has one item")
	}
	sum := int64(0)
	for j := range acousticSamples {
		sample := min(max(int64(int32At(signal, j)), math.MinInt16), math.MaxInt16)
		sum += int64(1+j%7) * (sample + 1<<15)
	}
	return sum, nil
}

// logprobs shows the state in the last two frames.
func (s acousticState) logprobs() []byte {
	shown := make([]byte, 4*acousticFrames*acousticTokens)
	show := func(frame int, token int32) {
		binary.LittleEndian.PutUint32(shown[4*(frame*acousticTokens+int(token)%acousticTokens):], math.Float32bits(1))
	}
	show(acousticFrames-1, s.chunks)
	show(acousticFrames-2, s.checksum)
	return shown
}
