package gpuverify

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
)

// talked is what ten chunks of two sessions came to, until change makes something of it that may not be.
func talked(travel bool, change func(*talk)) *talk {
	t := &talk{sessions: 2, chunks: 10, starts: 4, travel: travel, counted: serve.Counters{
		Batches: 5, Items: 10, HostBytes: 10 * 9600, ReplyBytes: 10 * 1400, StateBytes: 16 * 439458,
	}}
	if travel {
		t.counted.HostBytes, t.counted.ReplyBytes, t.counted.StateBytes = 10*(9600+439458), 10*(1400+439458), 0
	}
	device := t.counted
	t.device = &device
	if change != nil {
		change(t)
	}
	return t
}

func copies(travel bool, change func(*talk)) Check { return checkCopies("", talked(travel, change)) }

var copiesCases = cases{
	[]Check{copies(false, nil), copies(true, nil), copies(false, func(t *talk) { t.device = nil })},
	[]Check{
		copies(false, func(t *talk) { t.counted.HostBytes++ }),
		copies(false, func(t *talk) { t.counted.ReplyBytes += 439458 }),
		copies(false, func(t *talk) { t.counted.StateBytes -= 439458 }),
		copies(false, func(t *talk) { t.counted.Items-- }),
		copies(false, func(t *talk) { t.device.HostBytes += 439458 }), // the executor does not tell of it
		copies(false, func(t *talk) { t.device.ReplyBytes++ }),
		copies(false, func(t *talk) { t.device.StateBytes-- }),
		copies(true, func(t *talk) { t.counted.HostBytes -= 439458 }),
		copies(false, func(t *talk) { *t = talk{} }),
	},
}

var statesCases = cases{
	[]Check{checkStates("", talked(false, nil)), checkStates("", talked(true, nil))},
	[]Check{
		checkStates("", talked(false, func(t *talk) { t.wrong = []error{&serve.StateError{Session: 1, Fault: serve.FaultMixed}} })),
		checkStates("", talked(false, func(t *talk) { *t = talk{} })),
	},
}

// fitted is what came of asking for too many sessions where 500 fit.
func fitted(change func(*fitting)) Check {
	f := &fitting{asked: 1 << 20, err: &serve.ShortOfMemoryError{Sessions: 1 << 20, PerSession: 10, Free: 5000}, fit: 500, before: free, after: free}
	if change != nil {
		change(f)
	}
	return checkFitting("", f, 1)
}

var fittingCases = cases{
	[]Check{fitted(nil), fitted(func(f *fitting) { f.after = less })},
	[]Check{
		fitted(func(f *fitting) { f.err = nil }),
		fitted(func(f *fitting) { f.err = errors.New("out of memory") }), // it does not say how many fit
		fitted(func(f *fitting) { f.fit = 0 }),
		fitted(func(f *fitting) { f.open = errors.New("out of memory") }),
		fitted(func(f *fitting) { f.run = errors.New("an illegal address") }),
		fitted(func(f *fitting) { f.after = leaking }),
	},
}

// searched is a search that found that 100 sessions hold and 105 do not, with the points beside it, until change alters it.
func searched(change func(*streams)) *streams {
	run := func(sessions int, finding stream.Finding) *stream.Recording {
		chunks := []stream.Chunk{{Status: load.StatusOK}}
		return &stream.Recording{Points: []stream.Point{{Sessions: sessions, Finding: finding, Chunks: chunks}}}
	}
	s := &streams{search: run(105, stream.OverLimit), below: run(90, stream.Holds), above: run(120, stream.FellBehind)}
	s.search.Result = &stream.Result{Holds: 100, Breaks: 105}
	if change != nil {
		change(s)
	}
	return s
}

func holding(n int) *streams { return searched(func(s *streams) { s.search.Result.Holds = n }) }

func capacityOf(change func(*streams)) Check { return checkCapacity("", searched(change), true) }

var capacityCases = cases{
	[]Check{
		capacityOf(nil), capacityOf(func(s *streams) { s.above.Points[0].Finding = stream.OverLimit }),
		capacityOf(func(s *streams) { s.search.Result.Breaks, s.above = 0, nil }), // the search ended before anything broke
	},
	[]Check{
		capacityOf(func(s *streams) { s.below.Points[0].Finding = stream.OverLimit }),
		capacityOf(func(s *streams) { s.below.Points[0].Finding = stream.Undecided }),
		capacityOf(func(s *streams) { s.above.Points[0].Finding = stream.Holds }),
		capacityOf(func(s *streams) { s.above.Points[0].Finding = stream.ClientLate }),
		capacityOf(func(s *streams) { s.below = nil }),
		capacityOf(func(s *streams) { s.above = nil }),
		capacityOf(func(s *streams) { s.search.Result.Holds = 0 }),
		capacityOf(func(s *streams) { s.search.Result, s.search.Points = nil, nil }),
	},
}

var keptCases = cases{
	[]Check{checkKeptHoldMore("", holding(100), holding(60), 5, true), checkKeptHoldMore("", holding(100), holding(104), 5, true)},
	[]Check{
		checkKeptHoldMore("", holding(100), holding(120), 5, true), checkKeptHoldMore("", holding(0), holding(0), 5, true),
		checkKeptHoldMore("", searched(func(s *streams) { s.search.Result = nil }), holding(1), 5, true),
	},
}

var underLoadCases = cases{
	[]Check{checkUnderLoad("", searched(nil)), checkUnderLoad("", searched(func(s *streams) { s.below, s.above = nil, nil }))},
	[]Check{
		checkUnderLoad("", searched(func(s *streams) {
			s.above.Points[0].Failures = []load.Failure{{Status: load.StatusMismatch, Count: 1, Text: "a stale state"}}
		})),
		checkUnderLoad("", &streams{search: &stream.Recording{}}),
	},
}

// What a busy host does to times is noted where they are not judged.
func TestCapacityThatIsNotJudged(t *testing.T) {
	broken := searched(func(s *streams) { s.below.Points[0].Finding = stream.ClientLate })
	assert.Equal(t, Noted, checkCapacity("", broken, false).Status)
	assert.Equal(t, Noted, checkKeptHoldMore("", holding(1), holding(9), 5, false).Status)
}

// The plans that a search is run with are valid.
func TestPlansOfCapacity(t *testing.T) {
	for _, quick := range []bool{false, true} {
		p := newPlan(&Options{Quick: quick})
		options := p.streams
		options.FindMax = true
		assert.NoError(t, options.Validate())
		assert.Less(t, options.Measure, time.Minute)
	}
}
