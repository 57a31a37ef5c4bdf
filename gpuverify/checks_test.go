package gpuverify

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
)

// steady are rounds of a device that is at rest.
var steady = []float64{1.000, 1.002, 0.999, 1.001, 1.000}

// compared is a check of outputs with references.
func compared(name string, got, want []tensor.Values, computes string) Check {
	v := newVerdict(name, "an engine", "")
	compareValues(v, "batch 1", got, want, computes)
	return v.end()
}

// chained is a check of a chain of two chunks after which change may alter what the model tells.
func chained(change func(logprobs, state []float64)) Check {
	var c chain
	c.next(audio(0, 0))
	c.next(audio(1, 0))
	logprobs, state := make([]float64, frames*tokens), make([]float64, stateSize)
	logprobs[9*tokens+2], logprobs[8*tokens+c.checksum%tokens] = 1, 1
	state[0], state[2] = 2, float64(c.checksum)
	change(logprobs, state)
	v := newVerdict("chain-of-states", "an engine", "")
	c.check(v, "chunk 2", logprobs, state)
	return v.end()
}

func built(state trt.TimingCacheState, bytes int64) *trt.Built {
	return &trt.Built{TimingCache: trt.TimingCacheReport{State: state, WroteBytes: bytes}, BuildTime: time.Second}
}

// saved is the check of an engine of three bytes, whose outputs are x = 1.
func saved(header trt.PlanHeader, loaded, serialized []tensor.Values) Check {
	return checkSaved("an engine", []byte("abc"), trt.Version{Major: 10, Minor: 15, Patch: 1}, header, one, loaded, serialized)
}

var (
	one      = []tensor.Values{floats("x", 1)}
	two      = []tensor.Values{floats("x", 2)}
	ours     = trt.PlanHeader{Bytes: 3, Version: trt.Version{Major: 10, Minor: 15, Patch: 1}}
	free     = deviceState{free: 1 << 30, live: map[string]int64{"streams": 2}}
	less     = deviceState{free: 1<<30 - 1, live: free.live}
	leaking  = deviceState{free: 1 << 30, live: map[string]int64{"streams": 3}}
	fell     = attempt{err: errors.New("no memory"), expected: true, before: free, after: free, want: one, got: one}
	layers   = `{"Layers": [{"Name": "a", "LayerType": "Convolution"}, {"Name": "b", "LayerType": "Pool"}]}`
	infinite = math.Inf(1)
)

func altered(change func(*attempt)) attempt {
	a := fell
	change(&a)
	return a
}

func noGraph(values ...float64) Series { return Series{"no graph", values} }

// cases are outcomes of a check.
type cases struct{ passes, fails []Check }

// others are the checks that are no rules of runs: what passes, and what must be refused.
var others = map[string]cases{
	"timing-cache": {
		[]Check{checkTimingCache("", built(trt.TimingCacheCreated, 9), built(trt.TimingCacheUsed, 0), nil)},
		[]Check{
			checkTimingCache("", built(trt.TimingCacheUpdated, 9), built(trt.TimingCacheUsed, 0), nil),
			checkTimingCache("", built(trt.TimingCacheCreated, 0), built(trt.TimingCacheUsed, 0), nil),
			checkTimingCache("", built(trt.TimingCacheCreated, 9), built(trt.TimingCacheRebuilt, 9), nil),
			checkTimingCache("", built(trt.TimingCacheCreated, 9), nil, errors.New("a tactic is missing")),
		},
	},
	"save-and-load": {
		[]Check{saved(ours, one, one), saved(trt.PlanHeader{Bytes: 3, Simulated: true}, one, one)},
		[]Check{
			saved(trt.PlanHeader{Bytes: 2, Version: ours.Version}, one, one),
			saved(trt.PlanHeader{Bytes: 3, Version: trt.Version{Major: 10, Minor: 14}}, one, one),
			saved(ours, two, one), saved(ours, one, two), saved(ours, nil, one), saved(ours, one, nil),
		},
	},
	"foreign-engine": {
		[]Check{
			checkForeign("", &trt.PlanError{Fault: trt.PlanOtherVersion}, false),
			checkForeign("", errors.New("the library refuses it"), true),
		},
		[]Check{
			checkForeign("", nil, false), checkForeign("", nil, true),
			checkForeign("", errors.New("crashed"), false), checkForeign("", &trt.PlanError{Fault: trt.PlanCutShort}, false),
		},
	},
	"inspector": {
		[]Check{checkInspector("", layers, 2)},
		[]Check{
			checkInspector("", layers, 3), checkInspector("", `{"Layers": []}`, 0), checkInspector("", "{", 2),
			checkInspector("", `{"Layers": ["a", "b"]}`, 2),
		},
	},
	"outputs-of-onnxruntime": {
		[]Check{
			compared("", []tensor.Values{floats("x", 1, 2)}, []tensor.Values{floats("x", 1.0001, 2)}, "float32"),
			compared("", []tensor.Values{floats("x", 1, 2)}, []tensor.Values{floats("x", 1.01, 2)}, "float16"),
			compared("", []tensor.Values{floats("x", float32(infinite))}, []tensor.Values{floats("x", float32(infinite))}, "float32"),
		},
		[]Check{
			compared("", []tensor.Values{floats("x", 1, 2)}, []tensor.Values{floats("x", 1.001, 2)}, "float32"),
			compared("", []tensor.Values{floats("x", 1, 2)}, []tensor.Values{floats("x", 1.03, 2)}, "float16"),
			compared("", []tensor.Values{floats("x", float32(math.NaN()))}, one, "float32"),
			compared("", one, []tensor.Values{floats("x", float32(math.NaN()))}, "float32"),
			compared("", one, []tensor.Values{floats("y", 1)}, "float32"),
			compared("", one, []tensor.Values{floats("x", 1, 2)}, "float32"),
			compared("", nil, nil, "float32"), compared("", one, nil, "float32"), compared("", nil, one, "float32"),
			compared("", []tensor.Values{whole("x", 7)}, []tensor.Values{whole("x", 8)}, "float16"),
		},
	},
	"outputs-in-every-mode": {
		[]Check{compared("", one, one, "float32")},
		[]Check{compared("", one, two, "float32")},
	},
	"chain-of-states": {
		[]Check{chained(func(_, _ []float64) {})},
		[]Check{
			chained(func(logprobs, _ []float64) { logprobs[9*tokens+1] = 2 }), // as if it were the first chunk
			chained(func(logprobs, _ []float64) { logprobs[8*tokens+34] = 2; logprobs[8*tokens] = 3 }),
			chained(func(_, state []float64) { state[0] = 1 }),
			chained(func(_, state []float64) { state[1] = 1 }),
			chained(func(_, state []float64) { state[2]++ }),
			chained(func(logprobs, state []float64) { clear(logprobs); clear(state) }), // nothing was written
		},
	},
	"repeat-compute": {
		[]Check{checkRepeat("", "compute", steady, []float64{1.003, 1.001, 0.999}, true)},
		[]Check{
			checkRepeat("", "compute", steady, []float64{1.05, 1.05, 1.05}, true),
			checkRepeat("", "compute", steady, []float64{0.9, 0.95}, true),
			checkRepeat("", "compute", []float64{1, 1, 1}, []float64{1.0011}, true),
			checkRepeat("", "compute", steady, []float64{math.NaN()}, true),
		},
	},
	"repeat-latency": {
		[]Check{checkRepeat("", "latency", steady, steady, true)},
		[]Check{checkRepeat("", "latency", steady, []float64{2}, true)},
	},
	"graph-compute": {
		[]Check{
			checkNotSlower("", "", "", noGraph(steady...), Series{"graph", []float64{0.9, 0.91, 0.9, 0.9, 0.9}}, true),
			checkNotSlower("", "", "", noGraph(steady...), Series{"graph", []float64{1.002, 1.001, 1, 1.001, 1.002}}, true),
			checkNotSlower("", "", "", noGraph(1, 2, 3), Series{"graph", []float64{1.0009, 2.0009, 3.0009}}, true), // the drift is common
		},
		[]Check{
			checkNotSlower("", "", "", noGraph(steady...), Series{"graph", []float64{1.02, 1.021, 1.02, 1.019, 1.02}}, true),
			checkNotSlower("", "", "", noGraph(1, 2, 3), Series{"graph", []float64{1.002, 2.002, 3.002}}, true),
			checkNotSlower("", "", "", noGraph(1, 2, 3), Series{"graph", []float64{1, 2, math.NaN()}}, true),
		},
	},
	"graph-enqueue": {
		[]Check{checkNotSlower("", "", "", noGraph(steady...), noGraph(steady...), true)},
		[]Check{checkNotSlower("", "", "", noGraph(steady...), noGraph(2, 2, 2, 2, 2), true)},
	},
	"spin-host-latency": {
		[]Check{checkNotSlower("", "", "", noGraph(steady...), noGraph(0.5, 0.5, 0.5, 0.5, 0.5), true)},
		[]Check{checkNotSlower("", "", "", noGraph(steady...), noGraph(1.1, 1.1, 1.1, 1.1, 1.1), true)},
	},
	"copies-of-chunks":     copiesCases,
	"states-of-sessions":   statesCases,
	"sessions-that-fit":    fittingCases,
	"capacity":             capacityCases,
	"states-on-the-device": keptCases,
	"states-under-load":    underLoadCases,
	"memory-of-runs": {
		[]Check{checkMemory("", "", "", 1000, free, free, 0), checkMemory("", "", "", 1, free, less, 1), checkMemory("", "", "", 1, less, free, 0)},
		[]Check{checkMemory("", "", "", 1000, free, less, 0), checkMemory("", "", "", 1000, free, leaking, 0), checkMemory("", "", "", 0, free, free, 0)},
	},
	"memory-of-engines": {
		[]Check{checkMemory("", "", "", 50, free, free, 0)},
		[]Check{checkMemory("", "", "", 50, free, less, 0)},
	},
	"wrong-shape": {
		[]Check{checkFault("", "", "", fell, 0), checkFault("", "", "", altered(func(a *attempt) { a.after = less }), 1)},
		[]Check{
			checkFault("", "", "", altered(func(a *attempt) { a.err = nil }), 0),
			checkFault("", "", "", altered(func(a *attempt) { a.expected = false }), 0),
			checkFault("", "", "", altered(func(a *attempt) { a.after = less }), 0),
			checkFault("", "", "", altered(func(a *attempt) { a.got = two }), 0),
			checkFault("", "", "", altered(func(a *attempt) { a.got, a.want = nil, nil }), 0),
			checkFault("", "", "", altered(func(a *attempt) { a.again = errors.New("the device is lost") }), 0),
		},
	},
	"out-of-memory": {
		[]Check{checkFault("", "", "", fell, 0)},
		[]Check{checkFault("", "", "", altered(func(a *attempt) { a.expected = false }), 0)},
	},
}

// whole is an output of one integer.
func whole(name string, n byte) tensor.Values {
	return tensor.Values{Tensor: record.Tensor{Name: name, Type: "int32", Shape: []int{1}}, Data: []byte{n, 0, 0, 0}}
}

func TestChecks(t *testing.T) {
	for name, cases := range others {
		t.Run(name, func(t *testing.T) {
			require.NotEmpty(t, cases.passes)
			require.NotEmpty(t, cases.fails, "nothing shows that the check can fail")
			for i, c := range cases.passes {
				assert.Equal(t, Passed, c.Status, "%d: %v", i, c.Reasons)
				assert.Empty(t, c.Reasons)
			}
			for i, c := range cases.fails {
				assert.Equal(t, Failed, c.Status, "%d", i)
				assert.NotEmpty(t, c.Reasons, "%d", i)
			}
		})
	}
}

// Every chunk and row sounds else, and the model would clamp what does not fit into 16 bits.
func TestAudio(t *testing.T) {
	heard := map[int]bool{}
	for chunk := range 50 {
		for row := range chainRows {
			signal := audio(chunk, row)
			assert.LessOrEqual(t, slices.Max(signal), int32(math.MaxInt16))
			assert.GreaterOrEqual(t, slices.Min(signal), int32(math.MinInt16))
			heard[int(slices.Max(signal))] = true
		}
	}
	assert.Len(t, heard, 50*chainRows)
}

// Where times are not judged, a comparison that does not hold is noted. Too few rounds say nothing.
func TestTimesThatAreNotJudged(t *testing.T) {
	assert.Equal(t, Noted, checkRepeat("", "compute", steady, []float64{2}, false).Status)
	assert.Equal(t, Noted, checkNotSlower("", "", "", noGraph(steady...), noGraph(2, 2, 2, 2, 2), false).Status)
	assert.Equal(t, Passed, checkRepeat("", "compute", steady, steady, false).Status)
	assert.Equal(t, Skipped, checkRepeat("", "compute", steady[:2], steady, true).Status)
	assert.Equal(t, Skipped, checkRepeat("", "compute", steady, nil, true).Status)
	assert.Equal(t, Skipped, checkNotSlower("", "", "", noGraph(1, 1), noGraph(1, 1, 1), true).Status)
}

// The factors are those of tables of Student's distribution: t at 0.9995 with 4 and 6 degrees of freedom.
func TestStudent(t *testing.T) {
	assert.InDelta(t, 8.610, student(5), 0.0005)
	assert.InDelta(t, 5.959, student(7), 0.0005)
}

// A sound device seldom fails, and one that is slower than its noise does.
func TestIntervalsOfRandomRounds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	rounds := func(mean float64) []float64 {
		values := make([]float64, 7)
		for i := range values {
			values[i] = mean + 0.01*r.NormFloat64()
		}
		return values
	}
	const times = 2000
	counts := map[string]int{}
	for range times {
		for name, c := range map[string]Check{
			"repeat, sound":  checkRepeat("", "", rounds(1), rounds(1)[:1], true),
			"repeat, slower": checkRepeat("", "", rounds(1), rounds(1.2), true),
			"graph, sound":   checkNotSlower("", "", "", noGraph(rounds(1)...), noGraph(rounds(1)...), true),
			"graph, slower":  checkNotSlower("", "", "", noGraph(rounds(1)...), noGraph(rounds(1.1)...), true),
		} {
			if c.Status == Failed {
				counts[name]++
			}
		}
	}
	assert.LessOrEqual(t, counts["repeat, sound"], times/200, "one in a thousand, by design")
	assert.LessOrEqual(t, counts["graph, sound"], times/200)
	assert.Greater(t, counts["repeat, slower"], times*98/100)
	assert.Greater(t, counts["graph, slower"], times*98/100)
}

func TestModes(t *testing.T) {
	all := Modes()
	assert.Len(t, all, 2*2*2*2*2*3*2)
	seen := map[Mode]bool{}
	for i, m := range all {
		seen[m] = true
		if i%2 == 1 {
			m.Graph = false
			assert.Equal(t, all[i-1], m, "neighbours differ in the graph")
		}
	}
	assert.Len(t, seen, len(all))

	o := Options{Quick: true}
	p := newPlan(&o)
	assert.Equal(t, all, p.modes(&o, false))
	assert.Equal(t, all, newPlan(&Options{}).modes(&Options{}, true))
	pairs := func(modes []Mode) map[string]bool {
		found := map[string]bool{}
		for _, m := range modes {
			values := []any{m.Compat, m.Transfers, m.Graph, m.Spin, m.Slots, m.Lanes, m.Threads}
			for i := range values {
				for j := range i {
					found[fmt.Sprint(i, values[i], j, values[j])] = true
				}
			}
		}
		return found
	}
	some := p.modes(&o, true)
	assert.Less(t, len(some), 20)
	assert.Equal(t, pairs(all), pairs(some), "each pair of values of two settings")
}

func TestOptions(t *testing.T) {
	_, err := Run(t.Context(), Options{Majors: []int{9}})
	for _, part := range []string{"major is 9", "nothing loads TensorRT", "both are needed"} {
		assert.ErrorContains(t, err, part)
	}
	_, err = Run(t.Context(), Options{})
	assert.ErrorContains(t, err, "no major of TensorRT is given")
}
