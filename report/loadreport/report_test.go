package loadreport

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/internal/golden"
	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// recorded is a sweep over two rates of a server that takes between 10 and 14 ms, times slower at each level than at the one before.
func recorded(slower float64) *load.Recording {
	r := &load.Recording{
		Head: record.Head{Kind: record.KindLoad, Description: record.Description{
			Backend: "triton", Version: "2.51.0", Model: record.Model{Path: "streaming_acoustic"},
			Notes:   []string{"server localhost:8001 over grpc", "note: " + strings.Repeat("a word about what nobody would expect, ", 5)},
			Tensors: []record.Tensor{{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}}, {Name: "logprobs", Type: "float32", Shape: []int{}}},
		}, Environment: record.Environment{CPU: "a processor", CPUs: 2, Go: "go1.26", Build: record.Build{Version: "v1.0.0", Revision: "0123456789abcdef"}}},
		Settings: load.Settings{
			Mode: load.ModeRate, Range: load.Range{Start: 200, End: 600, Step: 200}, Search: load.SearchLinear, Arrival: load.ArrivalConstant, Seed: 1,
			Conns: 4, Senders: 1, Deadline: 30 * time.Second, WindowMode: load.WindowCount, WindowRequests: 500, MaxTrials: 10, Stability: 10,
			LatencyLimit: 20 * time.Millisecond, WarmUp: time.Second, Batch: 1, ChunkDuration: 300 * time.Millisecond, Statistics: true,
			Sequence: &load.SequenceSettings{Live: 180, Length: 50, Variation: 20, Serial: true, State: true, Untagged: true},
		},
	}
	random := rand.New(rand.NewPCG(1, 2))
	factor := 1.0
	for _, rate := range []float64{200, 400} {
		p := load.Point{Level: rate, Asked: rate, Begun: 0, Until: int64(5 * time.Second), Merged: 3, Stable: true, Passed: rate == 200,
			OverLimit: rate == 400, Verdict: record.Verdict{Status: record.Valid}}
		for k := range int64(3) {
			p.Windows = append(p.Windows, load.Window{Start: k * int64(time.Second), End: (k + 1) * int64(time.Second), Due: int(rate), Server: []load.ModelStatistics{{
				Model: "streaming_acoustic", Version: "1", Inferences: int64(rate), Executions: int64(rate) / 4,
				Success: load.Stage{Count: int64(rate), Time: 9 * time.Millisecond * time.Duration(rate)}, Queue: load.Stage{Count: int64(rate), Time: 6 * time.Millisecond * time.Duration(rate)},
				ComputeInfer: load.Stage{Count: int64(rate), Time: 2 * time.Millisecond * time.Duration(rate)},
			}}, GPUs: []load.GPUUsage{{UUID: "GPU-5eed", Readings: 1, MeanUtilization: 0.5, MeanPowerWatts: 200, MaxMemoryUsedBytes: 1 << 30, MemoryTotalBytes: 8 << 30}}})
		}
		for i := range int64(3 * rate) {
			due := i*int64(time.Second)/int64(rate) + 1
			sent := due + 20_000 + random.Int64N(50_000)
			answered := sent + int64(factor*float64(10*time.Millisecond+time.Duration(random.Int64N(int64(4*time.Millisecond)))))
			p.Outcomes = append(p.Outcomes, load.Outcome{Intended: due, Begun: due + 10_000, Sent: sent, First: answered, Answered: answered, Parts: 1, Status: load.StatusOK})
		}
		factor *= slower
		r.Points = append(r.Points, p)
	}
	r.Points[1].Verdict.Warn(load.CodeOverLimit, "the mean response time is 24ms, the limit is 20ms")
	r.Points[1].Failures = []load.Failure{{Status: load.StatusFailed, Text: "out of memory\nand more", Count: 2}}
	r.Verdict = r.Points[1].Verdict
	r.Ended = &record.Reason{Code: load.CodeOverLimit, Evidence: "the levels above 400 were left out: at 400 the mean response time is 24ms"}
	return r
}

func TestText(t *testing.T) {
	var text bytes.Buffer
	require.NoError(t, New(recorded(2)).WriteText(&text, true))
	golden.Check(t, "report.txt", text.Bytes())
	for line := range strings.Lines(text.String()) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), typeset.Width, line)
	}
}

// TestTableFits fills every column.
func TestTableFits(t *testing.T) {
	r := recorded(2)
	r.Settings.Batch = 16
	for i := range r.Points {
		r.Points[i].Verdict = record.Verdict{}
		r.Points[i].Verdict.Fail(load.CodeClientBottleneck, "")
	}
	var text bytes.Buffer
	require.NoError(t, WriteTableHead(&text, &r.Settings))
	p := NewPoint(r, 0)
	require.NoError(t, WriteRow(&text, &r.Settings, &p))
	for line := range strings.Lines(text.String()) {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), typeset.Width+len("\n")+9, line) // a batch has a column of 9 more
	}
}

func TestModes(t *testing.T) {
	for name, c := range map[string]struct {
		s    load.Settings
		want string
	}{
		"concurrency": {load.Settings{Mode: load.ModeConcurrency, Range: load.Range{Start: 1, End: 8, Step: 1}}, "1 to 8 requests in flight by 1 (closed loop)"},
		"open end":    {load.Settings{Mode: load.ModeRate, Arrival: load.ArrivalPoisson, Range: load.Range{Start: 1, Step: 2}}, "1 requests/s and up by 2 until over the limit (open loop, poisson)"},
		"search": {load.Settings{Mode: load.ModeRate, Search: load.SearchBinary, Arrival: load.ArrivalGamma, Burst: 4, Range: load.Range{Start: 1, End: 9, Step: 2}},
			"highest of 1 to 9 requests/s, by halving down to 2 (open loop, gamma, burst 4)"},
		"intervals": {load.Settings{Mode: load.ModeIntervals, IntervalCount: 3}, "3 given gaps, over and over (open loop)"},
		"schedule":  {load.Settings{Mode: load.ModeSchedule, ScheduleCount: 3}, "3 given instants, once (open loop)"},
		"ramp":      {load.Settings{Mode: load.ModeRamp, Range: load.Range{Start: 1, End: 9}, RampTime: time.Minute}, "from 1 to 9 requests/s in 1m0s (open loop)"},
		"steps":     {load.Settings{Mode: load.ModeSteps, Range: load.Range{Start: 1, End: 9, Step: 2}, StepEvery: 5}, "1 to 9 requests in flight, 2 more after every 5 answers"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, modeText(&c.s)) })
	}
}

func TestNothingMeasured(t *testing.T) {
	r := recorded(1)
	for i := range r.Points {
		r.Points[i].Merged = 0
	}
	report := New(r)
	require.ErrorIs(t, report.Check(), ErrNoFigures)
	var text bytes.Buffer
	require.NoError(t, report.WriteText(&text, false))
	assert.Contains(t, text.String(), "nothing was measured")
	require.NoError(t, New(recorded(1)).Check())
}

func TestDocument(t *testing.T) {
	var text bytes.Buffer
	require.NoError(t, New(recorded(2)).Document().Write(&text))
	var document struct {
		Schema string
		Points []struct {
			Level, SPS float64
			Figures    struct{ Throughput float64 }
			Compat     *struct{ Requests int } `json:"perf_analyzer"`
			MeanBatch  float64                 `json:"mean_batch"`
		}
	}
	require.NoError(t, json.Unmarshal(text.Bytes(), &document))
	assert.Equal(t, Schema, document.Schema)
	require.Len(t, document.Points, 2)
	assert.InDelta(t, 60, document.Points[0].SPS, 1)
	assert.InDelta(t, 200, document.Points[0].Figures.Throughput, 3)
	assert.InDelta(t, 4, document.Points[0].MeanBatch, 0)
	assert.NotNil(t, document.Points[0].Compat)
}

func TestCompare(t *testing.T) {
	a, b := NewSide("a", recorded(1), false), NewSide("b", recorded(2), false)
	c, err := Compare(a, b, compare.Options{Threshold: 5})
	require.NoError(t, err)
	assert.Equal(t, compare.Same, c.Levels[0].State)
	assert.Equal(t, compare.Worse, c.Levels[1].State)
	assert.Equal(t, compare.Worse, c.State)
	var text bytes.Buffer
	require.NoError(t, c.WriteText(&text))
	golden.Check(t, "compare.txt", text.Bytes())
	text.Reset()
	require.NoError(t, c.WriteJSON(&text))
	assert.True(t, json.Valid(text.Bytes()))

	c, err = Compare(b, a, compare.Options{Threshold: 5})
	require.NoError(t, err)
	assert.Equal(t, compare.Better, c.State)

	imported := &Side{Name: "report.csv", Kind: "CSV of perf_analyzer", Levels: []SideLevel{
		{Mode: load.ModeRate, Level: 200, Throughput: 199.5, Times: []SideTime{PointTime("p50", 12*time.Millisecond)}}, {Mode: load.ModeRate, Level: 300}}}
	c, err = Compare(imported, NewSide("b", recorded(1), true), compare.Options{Threshold: 5})
	require.NoError(t, err)
	assert.Equal(t, []float64{300}, c.OnlyA)
	assert.Equal(t, []float64{400}, c.OnlyB)
	assert.Equal(t, compare.PointEstimate, c.Levels[0].Rows[1].Code)
	text.Reset()
	require.NoError(t, c.WriteText(&text))
	assert.Contains(t, text.String(), "Figures are those of perf_analyzer on both sides")
}

func TestCompareRefuses(t *testing.T) {
	other := recorded(1)
	other.Description.Model.Path = "tiny"
	other.Settings.Sequence = nil
	_, err := Compare(NewSide("a", recorded(1), false), NewSide("b", other, false), compare.Options{Threshold: 5})
	var refused *compare.IncomparableError
	require.ErrorAs(t, err, &refused)
	assert.ErrorContains(t, err, "model: streaming_acoustic and tiny; sequences: state carried by the client and none")

	apart := &Side{Name: "x", Levels: []SideLevel{{Mode: load.ModeConcurrency, Level: 200}}}
	_, err = Compare(NewSide("a", recorded(1), false), apart, compare.Options{})
	assert.ErrorContains(t, err, "a has the levels [200 400] and x has [200]; expected one that both have")
}
