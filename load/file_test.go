package load

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

// syntheticRecording returns a recording of two points that nobody measured.
func syntheticRecording() *Recording {
	settings := (&Options{Mode: ModeRate, Range: Range{100, 200, 100}, Sequence: SequenceOptions{Use: true}}).settings()
	settings.adapt(Payloads{Steps: []int{1}, Batch: 1})
	r := &Recording{
		Head: record.Head{
			Kind:    record.KindLoad,
			Started: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), Finished: time.Date(2026, 5, 4, 3, 2, 5, 0, time.UTC),
			Argv: []string{"trtbench", "load"}, Description: record.Description{Backend: "Triton"},
			Verdict: record.Verdict{Status: record.Valid},
		},
		Settings: settings, Epoch: time.Date(2026, 5, 4, 3, 2, 1, 5, time.UTC),
		Ended: &record.Reason{Code: CodeOverLimit, Evidence: "too slow"},
	}
	for i, level := range []float64{100, 200} {
		p := Point{
			Level: level, Asked: level, Begun: 1, Until: ms(3000), Merged: 2, Stable: true, Passed: i == 0, Processor: time.Second,
			Failures: []Failure{{StatusFailed, "out of memory", 3}}, Verdict: record.Verdict{Status: record.Valid},
			Windows: []Window{{Start: ms(100), End: ms(1000), Due: 90, Idle: 5}, {
				Start: ms(1000), End: ms(2000), Due: 100, Cut: true,
				Server: []ModelStatistics{{Model: "m", Version: "1", Inferences: 7, Executions: 2, Queue: Stage{3, 4}}},
				GPUs:   []GPUUsage{{UUID: "GPU-1", Readings: 2, MeanPowerWatts: 300}},
			}},
		}
		for k := range 1000 {
			o := answered(float64(10+k*10/(i+1)), float64(30+k*10/(i+1)))
			o.Begun, o.Sent = o.Intended+1000, o.Intended+int64(50_000+k)
			o.Conn, o.Place, o.Sequence = uint32(k%4), uint32(k%8), uint64(math.MaxUint64)-uint64(k/20)
			p.Outcomes = append(p.Outcomes, o)
		}
		p.Outcomes[3].Flags = FlagStart | FlagEnd
		r.Points = append(r.Points, p)
	}
	return r
}

func TestSaveAndLoad(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*Recording)
		columns int
	}{
		{"plain", func(*Recording) {}, 10},
		{"several answers", func(r *Recording) { r.Points[0].Outcomes[9].First -= 1000 }, 11},
		{"what did not happen", func(r *Recording) {
			r.Points[0].Outcomes[0] = Outcome{Intended: 5}
			r.Points[0].Outcomes[1] = Outcome{Intended: 5, Begun: 6, Answered: 7, Status: StatusLost}
			r.Points[1].Outcomes[2] = Outcome{Intended: 5, Begun: 6, Sent: 7}
		}, 11},
		{"long times", func(r *Recording) { r.Points[1].Outcomes[7].Sent += int64(time.Hour) }, 10},
		{"no requests", func(r *Recording) { r.Points[0].Outcomes, r.Points[1].Outcomes = nil, nil }, 1},
		{"no points", func(r *Recording) { r.Points = nil }, 1},
		{"one empty point", func(r *Recording) { r.Points[0].Outcomes, r.Points[0].Windows, r.Points[0].Merged = nil, nil, 0 }, 10},
		{"no sequences", func(r *Recording) {
			for i := range r.Points {
				for k := range r.Points[i].Outcomes {
					o := &r.Points[i].Outcomes[k]
					o.Sequence, o.Conn, o.Place, o.Flags = 0, 0, 0, 0
				}
			}
		}, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := syntheticRecording()
			c.change(want)
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, want.Save(path))
			f, err := record.Open(path)
			require.NoError(t, err)
			assert.Len(t, f.Columns, c.columns, "what is always zero is left out")
			require.NoError(t, f.Close())

			got, err := Load(path)
			require.NoError(t, err)
			for i := range got.Points {
				assert.Equal(t, len(want.Points[i].Outcomes), len(got.Points[i].Outcomes))
				if len(got.Points[i].Outcomes) == 0 {
					got.Points[i].Outcomes = want.Points[i].Outcomes
				}
			}
			assert.Equal(t, want, got)
		})
	}
}

// The figures of a loaded recording are those of the run.
func TestLoadedFiguresAreThoseOfTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: after(3 * time.Millisecond)}, Options{
			Mode: ModeRate, Range: Range{50, 100, 50}, WindowTime: time.Second, Sequence: SequenceOptions{Use: true, Length: 7},
			Percentile: 75, ChunkDuration: 300 * time.Millisecond,
		})
		path := filepath.Join(t.TempDir(), "run.trtbench")
		require.NoError(t, r.Save(path))
		loaded, err := Load(path)
		require.NoError(t, err)
		for i := range r.Points {
			assert.Equal(t, figures(t, r, i), figures(t, loaded, i))
			want, err := r.CompatFigures(i)
			require.NoError(t, err)
			got, err := loaded.CompatFigures(i)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, r.WindowFigures(i), loaded.WindowFigures(i))
			assert.Equal(t, r.Points[i].Verdict, loaded.Points[i].Verdict)
			require.NotNil(t, figures(t, r, i).Sequences)
		}
		assert.Equal(t, r.Best(), loaded.Best())
	})
}

func TestLoadRefuses(t *testing.T) {
	outcome := func(change func(*Outcome)) func(*Recording) {
		return func(r *Recording) { change(&r.Points[1].Outcomes[7]) }
	}
	for _, c := range []struct {
		name   string
		change func(*Recording)
		want   string
	}{
		{"kind", func(r *Recording) { r.Kind = "bench" }, `it is a recording of kind "bench"; expected "load"`},
		{"compat", func(r *Recording) { r.Settings.Compat = "x" }, `compat is "x"`},
		{"batch", func(r *Recording) { r.Settings.Batch = 0 }, "its batch is 0"},
		{"percentile", func(r *Recording) { r.Settings.Percentile = 100 }, "its percentile is 100"},
		{"merged", func(r *Recording) { r.Points[0].Merged = 3 }, "point 0: 3 windows were merged of 2"},
		{"window", func(r *Recording) { r.Points[0].Windows[0].End = 1 }, "point 0: window 0 goes from 100000000 to 1 ns"},
		{"gap", func(r *Recording) { r.Points[0].Windows[1].Start++ }, "point 0: window 1 begins at 1000000001 ns"},
		{"due", func(r *Recording) { r.Points[0].Windows[1].Due = -1 }, "in window 1 -1 requests were due"},
		{"intended", outcome(func(o *Outcome) { o.Intended = 0 }), "point 1, request 7: it was due at 0 ns"},
		{"sent", outcome(func(o *Outcome) { o.Sent = -4 }), "point 1, request 7: it has a time below 0"},
		{"status", outcome(func(o *Outcome) { o.Status = 99 }), "point 1, request 7: its status is 99"},
		{"pending", outcome(func(o *Outcome) { o.Status = StatusPending }), "point 1, request 7: it is pending and ended at"},
		{"ended", outcome(func(o *Outcome) { o.Answered = 0 }), "point 1, request 7: it is ok and ended at 0 ns"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := syntheticRecording()
			c.change(r)
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, r.Save(path))
			_, err := Load(path)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, path)
		})
	}
}

func TestLoadRefusesColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.trtbench")
	write := func(t *testing.T, requests int, columns func(w *record.Writer)) {
		t.Helper()
		w, err := record.Create(path)
		require.NoError(t, err)
		columns(w)
		r := syntheticRecording()
		d := details{Settings: r.Settings, Points: []filePoint{{Requests: requests}}}
		require.NoError(t, w.Commit(r.Head, d))
	}
	column := func(name string, n int) func(w *record.Writer) {
		return func(w *record.Writer) {
			require.NoError(t, record.WriteColumn(w, name, n, func(block []int64, _ int) {
				for i := range block {
					block[i] = 1
				}
			}))
		}
	}
	for _, c := range []struct {
		name     string
		requests int
		columns  []func(w *record.Writer)
		want     string
	}{
		{"none", 0, nil, "it has no column intended_ns"},
		{"number", 3, []func(*record.Writer){column("intended_ns", 4)}, "its points have 3 requests and its columns 4"},
		{"negative", -3, []func(*record.Writer){column("intended_ns", 4)}, "point 0: it has -3 requests"},
		{"unknown", 3, []func(*record.Writer){column("intended_ns", 3), column("x", 3)}, "it has an unknown column x"},
		{"length", 3, []func(*record.Writer){column("intended_ns", 3), column("lag_ns", 2)}, "column lag_ns has 2 values and column intended_ns has 3"},
		{"type", 3, []func(*record.Writer){column("intended_ns", 3), column("status", 3)}, "status"},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(t, c.requests, func(w *record.Writer) {
				for _, add := range c.columns {
					add(w)
				}
			})
			_, err := Load(path)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestSaveFails(t *testing.T) {
	require.ErrorContains(t, syntheticRecording().Save(t.TempDir()), "is a directory")
	if _, err := os.Stat("/dev/full"); err == nil {
		require.ErrorContains(t, syntheticRecording().Save("/dev/full"), "no space left on device")
	}
}

// FuzzLoad looks for files that make reading or analysing panic.
func FuzzLoad(f *testing.F) {
	path := filepath.Join(f.TempDir(), "seed.trtbench")
	r := syntheticRecording()
	for i := range r.Points {
		r.Points[i].Outcomes = r.Points[i].Outcomes[:5]
	}
	require.NoError(f, r.Save(path))
	seed, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "run.trtbench")
		require.NoError(t, os.WriteFile(path, raw, 0o600))
		r, err := Load(path)
		if err != nil {
			return
		}
		for i := range r.Points {
			if r.Points[i].Merged > 0 {
				_, err := r.Figures(i)
				require.NoError(t, err)
				_, err = r.CompatFigures(i)
				require.NoError(t, err)
			}
			r.WindowFigures(i)
		}
		r.Best()
	})
}

// BenchmarkReportOfTenMillion is what a report of a long run takes: reading the file, and every figure.
func BenchmarkReportOfTenMillion(b *testing.B) {
	path := filepath.Join(b.TempDir(), "run.trtbench")
	r := syntheticRecording()
	outcomes := tenMillion()
	r.Points = r.Points[:1]
	r.Points[0].Outcomes, r.Points[0].Windows, r.Points[0].Merged = outcomes, []Window{{Start: 1, End: outcomes[len(outcomes)-1].Intended}}, 1
	require.NoError(b, r.Save(path))
	for b.Loop() {
		r, err := Load(path)
		require.NoError(b, err)
		_, err = r.Figures(0)
		require.NoError(b, err)
	}
}
