package load

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaults(t *testing.T) {
	s := (&Options{}).settings()
	assert.Equal(t, Settings{
		Mode: ModeConcurrency, Range: Range{1, 1, 1}, Search: SearchLinear, Conns: 1, Senders: 1, Deadline: 30 * time.Second,
		MaxErrors: 1000, Drain: 10 * time.Second, WindowMode: WindowTime, WindowTime: 5 * time.Second, WindowRequests: 50,
		WindowLimit: time.Minute, MaxTrials: 10, Stability: 10, WarmUp: time.Second, Batch: 1,
	}, s)
	s = (&Options{Compat: Compat2506, Mode: ModeRate, Sequence: SequenceOptions{Use: true}}).settings()
	assert.Zero(t, s.WarmUp)
	assert.Zero(t, s.Deadline)
	assert.Zero(t, s.MaxErrors, "the first failure ends the run")
	assert.Equal(t, ArrivalConstant, s.Arrival)
	assert.Equal(t, 4, s.Conns, "one for each live sequence")
	assert.Equal(t, &SequenceSettings{Live: 4, Variation: 20}, s.Sequence)
}

func TestSettingsAdaptToPayloads(t *testing.T) {
	for _, c := range []struct {
		steps  []int
		length int
		want   int
	}{{[]int{1}, 0, 20}, {[]int{1, 1}, 0, 20}, {[]int{1, 7}, 0, 0}, {[]int{1, 7}, 50, 50}} {
		s := (&Options{Sequence: SequenceOptions{Use: true, Length: c.length}}).settings()
		s.adapt(Payloads{Steps: c.steps, Batch: 3})
		assert.Equal(t, c.want, s.Sequence.Length, c.steps)
		assert.Equal(t, 3, s.Batch)
	}
}

func TestConnections(t *testing.T) {
	for _, c := range []struct {
		options Options
		conns   int
		senders int
		places  int
	}{
		{Options{Range: Range{1, 100, 1}}, 16, 1, 100},
		{Options{Range: Range{1, 4, 1}}, 4, 1, 4},
		{Options{Range: Range{1, 0, 1}}, 16, 1, MaxConcurrency},
		{Options{Mode: ModeRate}, 4, 1, 1},
		{Options{Mode: ModeRate, Sync: true}, 4, 4, 1},
		{Options{Mode: ModeRate, Sync: true, Senders: 9}, 9, 9, 1},
		{Options{Mode: ModeRate, Sequence: SequenceOptions{Use: true, Live: 200}}, 200, 1, 200},
		{Options{Mode: ModeRate, Conns: 2, Sequence: SequenceOptions{Use: true, Live: 200}}, 2, 1, 200},
		{Options{Range: Range{1, 8, 1}, Sequence: SequenceOptions{Use: true}}, 8, 1, 8},
		{Options{Mode: ModeSteps, Range: Range{2, 6, 2}}, 6, 1, 6},
	} {
		s := c.options.settings()
		assert.Equal(t, []int{c.conns, c.senders, c.places}, []int{s.Conns, s.Senders, s.places()}, "%+v", c.options)
	}
}

func TestValidate(t *testing.T) {
	rate := func(start, end, step float64) Options {
		return Options{Mode: ModeRate, Range: Range{start, end, step}, LatencyLimit: time.Second}
	}
	sequences := func(s SequenceOptions) Options {
		s.Use = true
		return Options{Mode: ModeRate, Sequence: s}
	}
	with := func(o Options, change func(*Options)) Options {
		change(&o)
		return o
	}
	for _, c := range []struct {
		name    string
		options Options
		want    string // empty: no fault
	}{
		{"zero", Options{}, ""},
		{"the headline", with(rate(2048, 4096, 256), func(o *Options) { o.Compat, o.WindowMode, o.WindowRequests = Compat2402, WindowCount, 5000 }), ""},
		{"compat", Options{Compat: "25"}, "compat is \"25\": perf_analyzer's rules are known for 24.02 and 25.06"},
		{"mode", Options{Mode: "x"}, `mode: "x"; expected concurrency`},
		{"step 0", rate(1, 5, 0), "rate range: its step is 0, with which it would not move; expected more than 0"},
		{"step below 0", rate(1, 5, -1), "its step is -1"},
		{"start 0", rate(0, 5, 1), "rate range: it starts at 0; expected more than 0"},
		{"inverted", rate(5, 1, 1), "rate range: its end 1 lies below its start 5; exchange them"},
		{"not a number", rate(math.NaN(), 1, 1), "rate range: NaN; expected a number"},
		{"open", rate(5, 0, 1), ""},
		{"open without limit", with(rate(5, 0, 1), func(o *Options) { o.LatencyLimit = 0 }), "rate range: it has no end; give one, or a latency limit"},
		{"open and binary", with(rate(5, 0, 1), func(o *Options) { o.Search = SearchBinary }), "a binary search needs an end"},
		{"binary without limit", with(rate(5, 9, 1), func(o *Options) { o.Search, o.LatencyLimit = SearchBinary, 0 }), ""},
		{"compat binary without limit", with(rate(5, 9, 1), func(o *Options) { o.Compat, o.Search, o.LatencyLimit = Compat2506, SearchBinary, 0 }), "perf_analyzer needs a latency limit"},
		{"binary ramp", Options{Mode: ModeRamp, Range: Range{1, 2, 1}, RampTime: 1, Search: SearchBinary}, "binary search: there is only one point in mode ramp"},
		{"search", Options{Search: "x"}, `search: "x"; expected linear or binary`},
		{"concurrency 1.5", Options{Range: Range{1.5, 3, 1}}, "concurrency range: 1.5; expected whole numbers"},
		{"concurrency too high", Options{Range: Level(1 << 17)}, "concurrency range: 131072; expected whole numbers up to 65536"},
		{"open concurrency of sequences", Options{Range: Range{1, 0, 1}, LatencyLimit: 1, Sequence: SequenceOptions{Use: true}}, "sequences need a highest concurrency"},
		{"arrival", Options{Mode: ModeRate, Arrival: "x"}, `arrival: "x"; expected constant, poisson or gamma`},
		{"burst", Options{Mode: ModeRate, Arrival: ArrivalGamma, Burst: -1}, "burst is -1"},
		{"intervals", Options{Mode: ModeIntervals}, "intervals: there are none"},
		{"negative interval", Options{Mode: ModeIntervals, Intervals: []time.Duration{5, -1}}, "interval 2 is -1ns, expected 0 or more"},
		{"rate too high", rate(1, 1e10, 1), "rate is 1e+10"},
		{"schedule", Options{Mode: ModeSchedule}, "schedule: it is empty"},
		{"schedule and requests", Options{Mode: ModeSchedule, Schedule: []time.Duration{0}, Requests: 5}, "a schedule has a number of its own"},
		{"schedule of warm-up", Options{Mode: ModeSchedule, Schedule: []time.Duration{0, 1}, WarmUpRequests: 2}, "schedule: all of its 2 requests are warm-up"},
		{"ramp", Options{Mode: ModeRamp}, "ramp time: 0s; expected more than 0"},
		{"ramp to nothing", Options{Mode: ModeRamp, RampTime: 1, Range: Range{5, 0, 1}}, "ramp: from 5 to 0 requests per second"},
		{"steps", Options{Mode: ModeSteps, Range: Range{1, 4, 2}}, "steps: 1 to 4 by 2; expected whole numbers"},
		{"steps every", Options{Mode: ModeSteps, Range: Range{1, 5, 2}, StepEvery: -1}, "answers before a step: -1"},
		{"window mode", Options{WindowMode: "x"}, `measurement mode: "x"; expected time_windows or count_windows`},
		{"window time", Options{WindowTime: -1}, "window time: -1ns; expected 1ns to"},
		{"window requests", Options{WindowRequests: -1}, "requests of a window: -1; expected 1 to"},
		{"trials", Options{MaxTrials: -1}, "trials: -1; expected 1 to"},
		{"stability", Options{Stability: Set(-1.0)}, "stability: -1 %; expected 0 or more"},
		{"stability 0", Options{Stability: Set(0.0)}, ""},
		{"percentile", Options{Percentile: 100}, "percentile: 100; expected more than 0 and less than 100"},
		{"percentile 99.9", Options{Percentile: 99.9}, ""},
		{"compat percentile 99.9", Options{Compat: Compat2506, Percentile: 99.9}, "perf_analyzer takes whole numbers"},
		{"warm-up", Options{WarmUp: Set(-time.Second)}, "warm-up: -1s; expected 0s to"},
		{"compat warm-up in a sweep", with(rate(1, 5, 1), func(o *Options) { o.Compat, o.WarmUpRequests = Compat2506, 5 }), "warm-up: perf_analyzer has none in a sweep"},
		{"warm-up in a sweep", with(rate(1, 5, 1), func(o *Options) { o.WarmUpRequests = 5 }), ""},
		{"compat requests in a sweep", with(rate(1, 5, 1), func(o *Options) { o.Compat, o.Requests = Compat2506, 5 }), "perf_analyzer takes no number of them in a sweep"},
		{"few requests", Options{Range: Level(8), Requests: 7}, "requests: 7, fewer than the concurrency of 8"},
		{"fewer requests than the rate", Options{Mode: ModeRate, Range: Level(8), Requests: 7}, ""},
		{"compat, fewer requests than the rate", Options{Compat: Compat2506, Mode: ModeRate, Range: Level(8.5), Requests: 7}, "requests: 7, fewer than the rate of 8.5"},
		{"connections", Options{Conns: -1}, "connections: -1; expected 1 to"},
		{"senders", Options{Senders: 5000}, "senders: 5000; expected 1 to"},
		{"sequences", sequences(SequenceOptions{Live: -1}), "live sequences: -1; expected 1 to"},
		{"sequence length", sequences(SequenceOptions{Length: -1}), "sequence length: -1; expected 1 or more"},
		{"variation", sequences(SequenceOptions{Variation: Set(-1.0)}), "sequence length variation: -1 %"},
		{"equal ids", sequences(SequenceOptions{FirstID: 5}), "sequence ids: from 5 up to, and without, the same; expected at least one id"},
		{"few ids", sequences(SequenceOptions{FirstID: 5, IDSpan: 3}), "sequence ids: 3 of them for 4 sequences alive at a time"},
		{"enough ids", sequences(SequenceOptions{FirstID: 5, IDSpan: 4}), ""},
		{"id 0", sequences(SequenceOptions{IDSpan: 9}), "they start at 0, which stands for no sequence"},
		{"ids too high", sequences(SequenceOptions{FirstID: math.MaxUint64, IDSpan: 9}), "sequence ids: they go beyond"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.options.Validate()
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	err := (&Options{MaxTrials: -1, Percentile: 200, Conns: -1}).Validate()
	for _, want := range []string{"trials", "percentile", "connections"} {
		require.ErrorContains(t, err, want)
	}
}
