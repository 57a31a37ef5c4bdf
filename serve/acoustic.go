package serve

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/trtbench/trtbench/record"
)

// Of the reference model, testdata/models/README.md: frame 9 of an answer shows the number of chunks that went into the state, frame
// 8 a checksum of their audio, both modulo the number of tokens.
const (
	acousticSamples  = 2400
	acousticFrames   = 10
	acousticTokens   = 35
	acousticFactor   = 31
	acousticModulus  = 1009
	acousticRemember = 8 // states of a session that a stale one is compared with
)

// AcousticVerifier is the [Verifier] for the reference model. It knows how many chunks and which audio each answer must show. A single
// answer that is wrong by accident shows the right values once in 35 or more; the next one then gives it away.
type AcousticVerifier struct {
	signal, logprobs int // among inputs and outputs

	mu     sync.Mutex
	chains []acousticChain // by session
}

// acousticChain is what a session's state must be.
type acousticChain struct {
	steps  int
	recent [acousticRemember]acousticState // the newest last
	ended  acousticState                   // what the chain before it left
	audio  int                             // sum of the newest chunk
}

// acousticState is what answers show of a state.
type acousticState struct {
	known    bool
	chunks   int
	checksum int
}

// after returns the state once a chunk with that sum of samples went into it.
func (s acousticState) after(audio int) acousticState {
	return acousticState{true, s.chunks + 1, (acousticFactor*s.checksum + audio) % acousticModulus}
}

// shows reports whether an answer that was computed from the state shows these tokens.
func (s acousticState) shows(t acousticTokensShown) bool {
	return s.known && s.chunks%acousticTokens == t.chunks && s.checksum%acousticTokens == t.checksum
}

// acousticTokensShown are the most likely tokens of the last two frames.
type acousticTokensShown struct{ chunks, checksum int }

// NewAcousticVerifier returns a verifier for a model with the reference model's interface, or says what is missing.
func NewAcousticVerifier(model *Model) (*AcousticVerifier, error) {
	find := func(tensors []record.Tensor, name, typ string, shape ...int) (int, error) {
		for i, t := range tensors {
			if t.Name == name && t.Type == typ && slices.Equal(t.Shape, shape) {
				return i, nil
			}
		}
		return 0, fmt.Errorf("serve: verify: the model has no %s of %s %v: only the reference model's states can be verified", name, typ, shape)
	}
	v := &AcousticVerifier{}
	var err error
	if v.signal, err = find(model.Inputs, "signal", "int32", 1, acousticSamples, 1); err != nil {
		return nil, err
	}
	if v.logprobs, err = find(model.Outputs, "logprobs", "float32", 1, acousticFrames, acousticTokens); err != nil {
		return nil, err
	}
	return v, nil
}

// Verify is part of [Verifier].
func (v *AcousticVerifier) Verify(o Observation) error {
	audio, got := audioSum(o.Inputs[v.signal]), shownTokens(o.Outputs[v.logprobs])
	v.mu.Lock()
	defer v.mu.Unlock()
	for o.Session >= len(v.chains) {
		v.chains = append(v.chains, acousticChain{})
	}
	c := &v.chains[o.Session]
	if o.Start {
		*c = acousticChain{ended: c.recent[acousticRemember-1]}
	}
	before := c.last()
	want := before.after(audio)
	var wrong error
	if !want.shows(got) {
		fault, detail := v.explain(o.Session, c, audio, got)
		wrong = &StateError{Session: o.Session, Step: c.steps, Fault: fault, Detail: fmt.Sprintf(
			"it shows %d chunks and checksum %d, expected %d and %d, modulo %d%s", got.chunks, got.checksum,
			want.chunks%acousticTokens, want.checksum%acousticTokens, acousticTokens, detail)}
	}
	copy(c.recent[:], c.recent[1:])
	c.recent[acousticRemember-1] = want
	c.audio = audio
	c.steps++
	return wrong
}

// last returns the state before the next chunk.
func (c *acousticChain) last() acousticState {
	s := c.recent[acousticRemember-1]
	s.known = true
	return s
}

// explain finds the fault that leads to what an answer shows.
func (v *AcousticVerifier) explain(session int, c *acousticChain, audio int, got acousticTokensShown) (Fault, string) {
	last := c.last()
	if c.steps > 0 && (acousticState{}).after(audio).shows(got) {
		return FaultLost, "; a state of zero explains it"
	}
	if last.after(audio).after(audio).shows(got) || last.after(c.audio).after(audio).shows(got) {
		return FaultRepeated, "; one chunk twice explains it"
	}
	if c.steps == 0 && c.ended.known && c.ended.after(audio).shows(got) {
		return FaultStale, "; what the utterance before left explains it"
	}
	for back := 1; back < acousticRemember; back++ {
		s := c.recent[acousticRemember-1-back]
		if s.known && s.after(audio).shows(got) {
			return FaultStale, fmt.Sprintf("; the state of %d chunks earlier explains it", back)
		}
	}
	for other := range v.chains {
		for _, s := range append(v.chains[other].recent[:], v.chains[other].ended) {
			if other != session && s.known && s.after(audio).shows(got) {
				return FaultMixed, fmt.Sprintf("; the state of stream %d explains it", other)
			}
		}
	}
	return FaultOther, ""
}

// audioSum returns what a chunk adds to the checksum.
func audioSum(signal []byte) int {
	sum := 0
	for j := range acousticSamples {
		sample := int32(binary.LittleEndian.Uint32(signal[4*j:]))
		sum += (1 + j%7) * (int(min(max(sample, math.MinInt16), math.MaxInt16)) + 1<<15)
	}
	return sum
}

// shownTokens returns the most likely tokens of the last two frames.
func shownTokens(logprobs []byte) acousticTokensShown {
	const frame = 4 * acousticTokens
	return acousticTokensShown{
		chunks:   likeliest(logprobs[(acousticFrames-1)*frame:]),
		checksum: likeliest(logprobs[(acousticFrames-2)*frame:]),
	}
}

func likeliest(frame []byte) int {
	best, at := float32(math.Inf(-1)), 0
	for i := range acousticTokens {
		if v := math.Float32frombits(binary.LittleEndian.Uint32(frame[4*i:])); v > best {
			best, at = v, i
		}
	}
	return at
}
