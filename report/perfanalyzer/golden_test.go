package perfanalyzer

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/internal/golden"
	"github.com/trtbench/trtbench/load"
)

// fabricated is a sweep of two rates at which nobody measured: each request takes 4 ms, 1 ms of them to be sent; at the second rate
// one in ten is delayed. Windows are of one second.
func fabricated(change func(*load.Recording)) *load.Recording {
	r := &load.Recording{Epoch: time.Unix(1_700_000_000, 0), Settings: load.Settings{
		Compat: load.Compat2402, Mode: load.ModeRate, Range: load.Range{Start: 100, End: 200, Step: 100}, Search: load.SearchLinear,
		Arrival: load.ArrivalPoisson, WindowMode: load.WindowCount, WindowRequests: 50, MaxTrials: 10, Batch: 2,
		LatencyLimit: 100 * time.Millisecond, Sequence: &load.SequenceSettings{Live: 4},
	}}
	for _, rate := range []int64{100, 200} {
		p := load.Point{Level: float64(rate), Asked: float64(rate), Stable: true, Passed: true, Merged: 3}
		for k := range int64(3) {
			w := load.Window{Start: k * 1e9, End: (k + 1) * 1e9, Idle: 900 * time.Millisecond, Server: []load.ModelStatistics{statistics(rate)}}
			w.GPUs = []load.GPUUsage{{UUID: "GPU-1", Readings: 2, MeanUtilization: 0.125, MeanPowerWatts: 54.25, MaxMemoryUsedBytes: 1 << 31,
				MemoryTotalBytes: 16 << 30}}
			p.Windows = append(p.Windows, w)
		}
		for i := range 3*rate - 1 {
			due := i*1e9/rate + 1e6
			o := load.Outcome{Intended: due, Begun: due, Sent: due + 1e6, Parts: 1, Sequence: uint64(i/10 + 1), Status: load.StatusOK}
			o.Answered = due + 4e6 + i%7*1e3
			o.First = o.Answered
			if i%10 == 9 {
				o.Flags = load.FlagEnd
			}
			if rate == 200 && i%10 == 0 {
				o.Intended, o.Flags = o.Intended-2e6, o.Flags|load.FlagLate
			}
			p.Outcomes = append(p.Outcomes, o)
		}
		// None of these is in any figure.
		p.Outcomes = append(p.Outcomes, load.Outcome{Intended: 5e6, Begun: 5e6, Sent: 6e6, Answered: 9e6, Status: load.StatusFailed},
			load.Outcome{Intended: 5e6, Begun: 5e6, Sent: 6e6, Answered: 9e6, Status: load.StatusOK, Flags: load.FlagClosing})
		r.Points = append(r.Points, p)
	}
	change(r)
	return r
}

// statistics are those of a server that was asked at a rate for a second.
func statistics(rate int64) load.ModelStatistics {
	stage := func(d time.Duration) load.Stage { return load.Stage{Count: rate, Time: d * time.Duration(rate)} }
	return load.ModelStatistics{Model: "m", Version: "1", Inferences: 2 * rate, Executions: rate / 2, Success: stage(2900 * time.Microsecond),
		Queue: stage(500*time.Microsecond + 600), ComputeInput: stage(100 * time.Microsecond), ComputeInfer: stage(2 * time.Millisecond),
		ComputeOutput: stage(200 * time.Microsecond)}
}

func unchanged(*load.Recording) {}

// withCache makes half of the requests hits of the response cache.
func withCache(r *load.Recording) {
	for i := range r.Points {
		for k := range r.Points[i].Windows {
			m := &r.Points[i].Windows[k].Server[0]
			half := m.Success.Count / 2
			m.CacheHit, m.CacheMiss = load.Stage{Count: half, Time: time.Duration(half) * 20_000}, load.Stage{Count: half, Time: time.Duration(half) * 30_000}
			for _, stage := range []*load.Stage{&m.ComputeInput, &m.ComputeInfer, &m.ComputeOutput} {
				stage.Count, stage.Time = half, stage.Time/2
			}
		}
	}
}

func second(r *load.Recording, change func(*load.Point)) {
	change(&r.Points[1])
	r.Points[1].Passed = false
}

// Texts, tables and messages of recordings of all kinds.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*load.Recording)
		options Options
	}{
		{"delayed", unchanged, Options{}},
		{"delayed_25.06_verbose", unchanged, Options{Generation: load.Compat2506, Verbose: true}},
		{"cache_http_verbose", withCache, Options{Protocol: HTTP, Verbose: true}},
		{"percentile_verbose", func(r *load.Recording) { r.Settings.Percentile = 97 }, Options{Verbose: true}},
		{"over_limit", func(r *load.Recording) {
			r.Settings.LatencyLimit = 4 * time.Millisecond
			second(r, func(p *load.Point) { p.OverLimit = true })
		}, Options{}},
		{"over_limit_all_points", func(r *load.Recording) { second(r, func(p *load.Point) { p.OverLimit = true }) }, Options{AllPoints: true}},
		{"unstable", func(r *load.Recording) { second(r, func(p *load.Point) { p.Stable = false }) }, Options{}},
		{"no_requests", func(r *load.Recording) {
			second(r, func(p *load.Point) { p.Stable, p.Empty, p.Outcomes = false, true, nil })
			r.Points = r.Points[1:]
		}, Options{}},
		{"no_window", func(r *load.Recording) {
			r.Points = []load.Point{{Level: 100, Unfinished: true}}
		}, Options{AllPoints: true}},
		{"decoupled_concurrency", func(r *load.Recording) {
			r.Settings.Mode, r.Settings.Sequence, r.Settings.Range.End = load.ModeConcurrency, nil, 0
			r.Points = r.Points[:1]
			r.Points[0].Outcomes[3].Parts, r.Points[0].Outcomes[3].First = 3, r.Points[0].Outcomes[3].First-1e6
			for k := range r.Points[0].Windows {
				r.Points[0].Windows[k].Server[0].Success.Count = 0
				r.Points[0].Windows[k].GPUs, r.Points[0].Windows[k].Idle = nil, 0
			}
		}, Options{Decoupled: true, Generation: load.Compat2506}},
		{"server_not_asked", func(r *load.Recording) {
			r.Points = r.Points[:1]
			for k := range r.Points[0].Windows {
				r.Points[0].Windows[k].Server = nil
			}
			r.Points[0].Outcomes = r.Points[0].Outcomes[:1]
		}, Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fabricated(c.change)
			var out, log, table bytes.Buffer
			require.NoError(t, WriteText(&out, &log, r, c.options))
			_, err := WriteCSV(&table, r, c.options)
			require.NoError(t, err)
			check(t, c.name+".txt", out.String())
			check(t, c.name+".err", log.String())
			check(t, c.name+".csv", table.String())
		})
	}
}

// check compares a text with a golden file; an empty text has none.
func check(t *testing.T, name, text string) {
	t.Helper()
	name = "golden/" + name
	if text == "" {
		assert.NoFileExists(t, filepath.Join("testdata", name))
		return
	}
	golden.Check(t, name, []byte(text))
}

// What is written is read back.
func TestRoundTrip(t *testing.T) {
	for _, generation := range []load.Compat{load.Compat2402, load.Compat2506} {
		r := fabricated(func(r *load.Recording) { r.Settings.Compat = generation })
		var out, table, export bytes.Buffer
		require.NoError(t, WriteText(&out, io.Discard, r, Options{}))
		written, err := WriteCSV(&table, r, Options{Verbose: true})
		require.NoError(t, err)
		assert.True(t, written)
		require.NoError(t, WriteExport(&export, r, Options{}))
		for kind, text := range map[Kind]io.Reader{KindLog: &out, KindCSV: &table, KindExport: &export} {
			result, err := Read(text, 2)
			require.NoError(t, err)
			assert.Equal(t, kind, result.Kind)
			require.Len(t, result.Points, 2)
			for i, p := range result.Points {
				f, err := r.CompatFigures(i)
				require.NoError(t, err)
				assert.Equal(t, load.ModeRate, p.Mode)
				assert.InDelta(t, r.Points[i].Level, p.Level, 0)
				assert.InDelta(t, f.Throughput, p.Throughput, 0.01)
				assert.Equal(t, f.MeanNs/1000, uint64(p.Mean.Microseconds()), kind)
				for _, q := range f.Percentiles {
					value, found := p.Percentile(q.Percentile)
					assert.True(t, found)
					assert.Equal(t, q.Ns/1000, uint64(value.Microseconds()))
				}
				if kind != KindExport {
					assert.Equal(t, &ImportedServer{500 * time.Microsecond, 100 * time.Microsecond, 2 * time.Millisecond, 200 * time.Microsecond}, p.Server)
				}
			}
		}
	}
}

func TestExitCode(t *testing.T) {
	points := func(list ...load.Point) *load.Recording { return &load.Recording{Points: list} }
	passed := load.Point{Stable: true, Passed: true}
	for _, c := range []struct {
		name string
		r    *load.Recording
		err  error
		want int
	}{
		{"fine", points(passed, passed), nil, ExitSuccess},
		{"over the limit", points(load.Point{Stable: true, OverLimit: true}), nil, ExitSuccess},
		{"first level unstable", points(load.Point{}), nil, ExitUnstable},
		{"later level unstable", points(passed, load.Point{}), nil, ExitSuccess},
		{"no request", points(load.Point{Empty: true}), nil, ExitNoRequests},
		{"interrupted", points(load.Point{Unfinished: true}), nil, ExitSuccess},
		{"interrupted at once", points(), nil, ExitSuccess},
		{"failed", points(passed), errors.New("broken"), ExitFailed},
		{"no recording", nil, nil, ExitFailed},
	} {
		assert.Equal(t, c.want, ExitCode(c.r, c.err), c.name)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestWritersFail(t *testing.T) {
	r := fabricated(unchanged)
	assert.ErrorContains(t, WriteText(full{}, io.Discard, r, Options{}), "no room")
	assert.ErrorContains(t, WriteExport(full{}, r, Options{}), "no room")
	_, err := WriteCSV(full{}, r, Options{})
	assert.ErrorContains(t, err, "no room")
}

// The export holds no text and allocates nothing for a request.
func TestExportAllocations(t *testing.T) {
	small, large := fabricated(unchanged), fabricated(unchanged)
	outcomes := large.Points[0].Outcomes
	for range 20 {
		large.Points[0].Outcomes = append(large.Points[0].Outcomes, outcomes...)
	}
	of := func(r *load.Recording) float64 {
		return testing.AllocsPerRun(5, func() { assert.NoError(t, WriteExport(io.Discard, r, Options{})) })
	}
	assert.InDelta(t, of(small), of(large), 2)
}

func TestReadFaults(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "none of 0 lines"},
		{"hello\n", "none of 1 lines"},
		{"Concurrency,Client Send\n", `no column "Inferences/Second"`},
		{"Concurrency,Inferences/Second\n1,fast\n", `line 2, column "Inferences/Second": "fast"`},
		{"Concurrency,Inferences/Second\n1\n", "wrong number of fields"},
		{"Request Rate,Inferences/Second,p50 latency\n1,2,1.5\n", "whole microseconds"},
		{"Request Rate: 1, throughput: 1..2 infer/sec, latency 5 usec\n", `line 1: "1..2"`},
		{`{"experiments":[`, "unexpected EOF"},
		{`{"experiments":{}}`, "expected ["},
		{`{"experiments":[]} {}`, "behind the end"},
		{`{"experiments":[{"requests":[{"timestamp":5,"response_timestamps":[4]}]}]}`, "begins at 5 ns and ends at 4 ns"},
		{`{"experiments":[{"experiment":{"mode":"concurrency","value":1},"window_boundaries":[1]}]}`, "1 bounds of windows"},
		{`{"experiments":[{"experiment":{"mode":"concurrency","value":1},"window_boundaries":[2,1]}]}`, "from 2 to 1 ns"},
		{`{"experiments":[{"experiment":{"mode":"periodic"},"window_boundaries":[1,2]}]}`, "expected concurrency or request_rate"},
	} {
		_, err := Read(strings.NewReader(c.text), 1)
		assert.ErrorContains(t, err, c.want, c.text)
	}
}
