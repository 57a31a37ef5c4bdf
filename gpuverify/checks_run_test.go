package gpuverify

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

func TestRulesTakeSoundRuns(t *testing.T) {
	for _, mode := range Modes() {
		m := fabricated(t, mode, nil)
		for _, r := range rules {
			assert.Empty(t, r.check(m).fault, "%s, %v", r.name, mode)
		}
	}
}

// wrongRuns are runs that a rule must refuse, by the name of the rule.
var wrongRuns = map[string]map[string]func(*measured){
	"settings": {
		"another mode":     func(m *measured) { m.recording.Settings.Graph = false },
		"another compat":   func(m *measured) { m.recording.Settings.Compat = bench.Compat10 },
		"one slot":         func(m *measured) { m.recording.Settings.Slots = 1 },
		"too short":        func(m *measured) { m.recording.Settings.Duration = time.Second },
		"one round less":   func(m *measured) { m.recording.Settings.Iterations = 40 }, // compat 11 makes one more
		"a lane is absent": func(m *measured) { relane(m, 1, 0) },
	},
	"stages": {
		"negative copy":        func(m *measured) { m.last().H2D = -0.1 },
		"no number":            func(m *measured) { m.last().Compute = float32(math.NaN()) },
		"endless":              func(m *measured) { m.last().D2H = float32(math.Inf(1)) },
		"no copy in":           func(m *measured) { m.last().H2D = 0 },
		"no copy out":          func(m *measured) { m.last().D2H = 0 },
		"no computation":       func(m *measured) { m.last().Compute = 0 },
		"copies without being": func(m *measured) { m.mode.Transfers = false },
	},
	"latency-sum": {
		"mean of the report":     func(m *measured) { m.summary.Latency.Mean *= 1.001 },
		"shortest of the report": func(m *measured) { m.summary.Latency.Min *= 0.99 },
		"longest of the report":  func(m *measured) { m.summary.Latency.Max += 0.01 },
		"a stage left out":       func(m *measured) { m.summary.D2H.Mean = 0 },
		"other samples":          func(m *measured) { m.last().Compute += 1 },
		"no number":              func(m *measured) { m.summary.Latency.Mean = float32(math.NaN()) },
	},
	"event-order": {
		"computes before its inputs":  func(m *measured) { m.last().H2DToCompute = -0.01 },
		"copies before its outputs":   func(m *measured) { m.last().ComputeToD2H = -0.01 },
		"computes over the one ahead": func(m *measured) { m.last().ComputeStart -= 0.6 },
		"copies in over the one ahead": func(m *measured) {
			m.last().H2D = 1.2
		},
		"copies out over the one ahead": func(m *measured) {
			before := &m.recording.Samples[len(m.recording.Samples)-1-m.mode.Lanes]
			before.D2H = 1.5
		},
		"no number": func(m *measured) { m.last().H2DToCompute = float32(math.NaN()) },
	},
	"compute-within-wall": {
		"more than there was":       func(m *measured) { m.last().Compute = 0.5; m.recording.Samples[0].Compute = 40 },
		"longer than the host's":    func(m *measured) { m.recording.Finished = m.recording.Started.Add(20 * time.Millisecond) },
		"clock of the device is 1%": func(m *measured) { m.recording.Finished = m.recording.Started.Add(39 * time.Millisecond) },
	},
	"lanes": {
		"a lane did less":   func(m *measured) { relane(m, 1, 0) },
		"of no lane":        func(m *measured) { m.last().Lane = 9 },
		"negative lane":     func(m *measured) { m.last().Lane = -1 },
		"total of a report": func(m *measured) { m.summary.ComputeTotalMs *= 1.01 },
	},
	"enqueue": {
		"two at once":     func(m *measured) { m.recording.Samples[3].EnqueueEnd += 900_000_000 },
		"ends before":     func(m *measured) { m.last().EnqueueEnd = m.last().EnqueueStart - 1 },
		"lanes interlock": func(m *measured) { m.recording.Samples[4].EnqueueEnd += 10_000 },
	},
	"throughput": {
		"of the report": func(m *measured) { m.summary.ThroughputQPS *= 1.0001 },
		"of the batch":  func(m *measured) { m.summary.ThroughputQPS *= 4 },
		"no number":     func(m *measured) { m.summary.ThroughputQPS = float32(math.NaN()) },
	},
	"sps": {
		"without the batch":  func(m *measured) { m.chunks.SPS /= 4 },
		"of another length":  func(m *measured) { m.chunks.SPS *= 0.31 / 0.3 },
		"chunks, not audio":  func(m *measured) { m.chunks.SPS = m.chunks.PerSecond },
		"nothing is told":    func(m *measured) { m.chunks.SPS = 0 },
		"more than there is": func(m *measured) { m.recording.Samples = m.recording.Samples[:len(m.recording.Samples)-1] },
	},
}

// last is the newest sample.
func (m *measured) last() *bench.Sample { return &m.recording.Samples[len(m.recording.Samples)-1] }

// relane gives the samples of a lane to another.
func relane(m *measured, from, to int32) {
	for i := range m.recording.Samples {
		if s := &m.recording.Samples[i]; s.Lane == from {
			s.Lane = to
		}
	}
}

func TestRulesRefuseWrongRuns(t *testing.T) {
	for _, r := range rules {
		cases := wrongRuns[r.name]
		require.NotEmpty(t, cases, "nothing shows that rule %s can fail", r.name)
		for name, change := range cases {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				f := r.check(fabricated(t, pipelined, change))
				assert.NotEmpty(t, f.fault)
				assert.Positive(t, f.worst)
			})
		}
	}
}

// With threads lanes may do more or less than others, and queue at the same time.
func TestThreadsAreOnTheirOwn(t *testing.T) {
	mode := pipelined
	mode.Threads = true
	m := fabricated(t, mode, func(m *measured) {
		m.recording.Samples = m.recording.Samples[:len(m.recording.Samples)-1]
		m.recording.Samples[4].EnqueueEnd += 10_000
	})
	m.summarize(t)
	for _, r := range rules {
		assert.Empty(t, r.check(m).fault, r.name)
	}
}

func TestTally(t *testing.T) {
	tally := newTally("an engine")
	for _, c := range tally.checks() {
		assert.Equal(t, Skipped, c.Status, c.Name)
	}
	tally.add(fabricated(t, pipelined, nil))
	for range 7 {
		tally.add(fabricated(t, pipelined, func(m *measured) { m.last().Lane = -1 }))
	}
	for i, c := range tally.checks() {
		assert.Equal(t, rules[i].requires, c.Requires)
		assert.Equal(t, Figure{"runs", 8, ""}, c.Figures[0])
		assert.Equal(t, Figure{"samples", 640, ""}, c.Figures[1])
		switch c.Name {
		case "lanes":
			assert.Equal(t, Failed, c.Status)
			assert.Len(t, c.Reasons, maxReasons+1)
			assert.Contains(t, c.Reasons[0], "compat 11, transfers, graph, spin, 2 in flight, 2 streams, one thread, batch 4: ")
			assert.Equal(t, "and 2 more", c.Reasons[maxReasons])
		default:
			assert.Equal(t, Passed, c.Status, "%s: %v", c.Name, c.Reasons)
		}
	}
}
