package cli

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/data"
)

// planSequences decides whether requests form sequences, and who carries their state.
//
// A model with sequence batching is sent marked sequences, and keeps the state itself. A model whose state is an ordinary tensor knows
// nothing of sequences: there the client carries the state from each answer to the next request of the same speaker, unless --state=none.
func (t *loadTarget) planSequences(f *loadFlags, model *triton.Model, requests *triton.RequestOptions) error {
	q := &t.options.Sequence
	detected := model.States()
	switch f.request.state {
	case stateAuto:
		requests.States = detected
	case stateNone:
	default:
		var err error
		if requests.States, err = triton.ParseStates(f.request.state); err != nil {
			return usage(fmt.Errorf("--state: %w", err))
		}
		if err := triton.CheckStates(requests.States, model.Inputs, model.Outputs); err != nil {
			return usage(fmt.Errorf("--state: %w", err))
		}
	}
	q.Use = model.Sequences || len(requests.States) > 0
	q.State = len(requests.States) > 0
	q.Untagged = !model.Sequences
	switch {
	case model.Sequences:
		t.sayRealTime(f)
	case q.State:
		t.carryStates(f, model, requests)
	case len(detected) > 0:
		t.sayStateLost(f, model, detected)
	case len(f.asked) > 0:
		t.notices = append(t.notices, fmt.Sprintf("model %s has no sequence batching: %s has no effect, requests belong to no sequence",
			model.Name, strings.Join(f.asked, ", ")))
	}
	return nil
}

// sayStateLost tells what becomes of a state that nobody carries.
func (t *loadTarget) sayStateLost(f *loadFlags, model *triton.Model, detected []triton.StatePair) {
	var names []string
	for _, s := range detected {
		names = append(names, s.String())
	}
	effect := ""
	if len(f.asked) > 0 {
		effect = fmt.Sprintf("%s has no effect, and ", strings.Join(f.asked, ", "))
	}
	t.notices = append(t.notices, fmt.Sprintf(
		"model %s has no sequence batching, its state is an ordinary tensor (%s): %swhat it answers for the next chunk is thrown away; --state=auto carries it",
		model.Name, strings.Join(names, ", "), effect))
}

// stateMemory bounds what the states of live sequences take in this client.
const stateMemory = 512 << 20

// carryStates sets how many sequences are alive where this client carries their states: as many as speakers in real time make the rate,
// so that one chunk of each is in flight and none waits for another of its own.
func (t *loadTarget) carryStates(f *loadFlags, model *triton.Model, requests *triton.RequestOptions) {
	o := &t.options
	q := &o.Sequence
	if o.Conns == 0 && f.level.threads == 0 && o.Mode.Open() {
		o.Conns = load.DefaultConns
	}
	said := ""
	if rate := t.highestRate(); q.Live == 0 && rate > 0 {
		chunk := f.chunk()
		most := max(stateMemory/max(stateBytes(model, requests.States)*requests.Batch, 1), load.DefaultLiveSequences)
		wanted := int(math.Ceil(rate * chunk.Seconds() / float64(requests.Batch)))
		q.Live = min(max(wanted, load.DefaultLiveSequences), most, load.MaxConcurrency)
		said = fmt.Sprintf("; %d sequences are alive, as many speakers as %g requests/s are in real time with chunks of %v", q.Live, rate, chunk)
		if q.Live < wanted {
			said = fmt.Sprintf("; %d sequences are alive, as many as %d MiB of states allow; %d speakers would be real time", q.Live, stateMemory>>20, wanted)
		}
	}
	t.notices = append(t.notices, fmt.Sprintf(
		"model %s has no sequence batching, its state is an ordinary tensor: this client carries it, each answer's into the next chunk of the same sequence, one chunk in flight%s",
		model.Name, said))
}

// sayRealTime tells how fast the speakers of a load are.
func (t *loadTarget) sayRealTime(f *loadFlags) {
	rate := t.highestRate()
	live := t.options.Sequence.Live
	if live == 0 {
		live = load.DefaultLiveSequences
	}
	perSequence := rate / float64(live)
	realTime := float64(time.Second) / float64(f.chunk())
	if perSequence > 2*realTime {
		t.notices = append(t.notices, fmt.Sprintf(
			"%d sequences are alive: at %g requests/s each sends %.4g chunks/s and stands for %.0f speakers in real time (%.3g chunks/s of %v); --num-of-sequences=%.0f would be as many speakers",
			live, rate, perSequence, perSequence/realTime, realTime, f.chunk(), math.Ceil(rate/realTime)))
	}
}

// chunk is the audio in one inference.
func (f *loadFlags) chunk() time.Duration {
	if f.window.chunk > 0 {
		return f.window.chunk
	}
	return defaultChunk
}

// highestRate is the highest rate that is sent; 0 when it is not known before the run.
func (t *loadTarget) highestRate() float64 {
	if o := &t.options; o.Mode == load.ModeRate || o.Mode == load.ModeRamp {
		return max(o.Range.Start, o.Range.End)
	}
	return 0
}

// stateBytes is the size of all states of one sequence.
func stateBytes(model *triton.Model, states []triton.StatePair) int {
	total := 0
	for _, s := range states {
		for _, in := range model.Inputs {
			if in.Name != s.Input {
				continue
			}
			size := data.Size(in.Type)
			for _, n := range in.Shape {
				size *= int(n)
			}
			total += size
		}
	}
	return total
}
