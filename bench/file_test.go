package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

func TestSaveAndLoad(t *testing.T) {
	for _, c := range []struct {
		name    string
		n       int
		change  func(*Recording)
		columns int
	}{
		{"with copies", 1000, func(*Recording) {}, 8},
		{"no samples", 0, func(*Recording) {}, 1},
		{"one sample of zeros", 1, func(r *Recording) { r.Samples[0] = Sample{} }, 1},
		{"everything", 70_000, func(r *Recording) {
			r.Settings = Settings{
				Compat: Compat11, Iterations: -3, Duration: -5, WarmUp: -7, Endless: true, SleepTime: 1, IdleTime: 2, Lanes: 3, Slots: 1,
				Threads: true, Transfers: true, Spin: true, Graph: true, ManagedMemory: true, KeepSamples: 9, rules: rulesOf[Compat11],
			}
			r.DroppedSamples, r.Interrupted = 17, true
			for i := range r.Samples {
				r.Samples[i].Lane, r.Samples[i].Flags = int32(i%3), Flags(i%2)
			}
			r.Samples[5].EnqueueStart, r.Samples[5].EnqueueEnd = math.MinInt64, math.MaxInt64
		}, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := fakeRecording(c.n, true)
			c.change(want)
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, want.Save(path))
			f, err := record.Open(path)
			require.NoError(t, err)
			assert.Len(t, f.Columns, c.columns, "what is always zero is left out")
			require.NoError(t, f.Close())

			got, err := Load(path)
			require.NoError(t, err)
			assert.Equal(t, want.Head, got.Head)
			assert.Equal(t, want.Settings, got.Settings)
			assert.Equal(t, want.DroppedSamples, got.DroppedSamples)
			require.Len(t, got.Samples, c.n)
			for i := range want.Samples {
				if want.Samples[i] != got.Samples[i] {
					t.Fatalf("sample %d is %+v; expected %+v", i, got.Samples[i], want.Samples[i])
				}
			}
		})
	}
}

// What a run leaves can be saved and loaded again, whatever happened to it.
func TestSaveAndLoadRun(t *testing.T) {
	for _, f := range []*fake{{}, {enqueue: failAt(0, 0)}, {wait: failAt(0, 4)}} {
		o := options(20, 3*ms, 0)
		o.Lanes = Set(2)
		r, _ := Run(t.Context(), f, o)
		require.NotNil(t, r)
		path := filepath.Join(t.TempDir(), "run.trtbench")
		require.NoError(t, r.Save(path))
		got, err := Load(path)
		require.NoError(t, err)
		assert.Equal(t, len(r.Samples), len(got.Samples))
		assert.Equal(t, r.Settings, got.Settings)
		assert.Equal(t, r.Verdict, got.Verdict)
		assert.True(t, r.Started.Equal(got.Started))
		if r.Len() > 0 {
			assert.Equal(t, r.Samples, got.Samples)
		}
	}
}

func TestSaveFails(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, fakeRecording(3, true).Save(dir), "is a directory")
	require.ErrorContains(t, fakeRecording(3, true).Save(filepath.Join(dir, "no", "run.trtbench")), "make the folder first")
	if _, err := os.Stat("/dev/full"); err == nil {
		require.ErrorContains(t, fakeRecording(100_000, true).Save("/dev/full"), "no space left on device")
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestLoadRefuses(t *testing.T) {
	infinity, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		name   string
		change func(*Recording)
		want   string
	}{
		{"kind", func(r *Recording) { r.Kind = "load" }, `it is a recording of kind "load"; expected "bench"`},
		{"compat", func(r *Recording) { r.Settings.Compat = CompatAuto }, "its compat is 0; expected 10 or 11"},
		{"lanes", func(r *Recording) { r.Settings.Lanes = 0 }, "it has 0 lanes; expected 1 to 1024"},
		{"slots", func(r *Recording) { r.Settings.Slots = 3 }, "it has 3 slots; expected 1 or 2"},
		{"dropped", func(r *Recording) { r.DroppedSamples = -1 }, "-1 samples were dropped"},
		{"lane", func(r *Recording) { r.Samples[7].Lane = 1 }, "sample 7 is of lane 1; expected 0 to 0"},
		{"negative lane", func(r *Recording) { r.Samples[7].Lane = -1 }, "sample 7 is of lane -1; expected 0 to 0"},
		{"enqueue", func(r *Recording) { r.Samples[7].EnqueueEnd = r.Samples[7].EnqueueStart - 1 }, "sample 7: its enqueue ends at"},
		{"order", func(r *Recording) { r.Samples[7], r.Samples[8] = r.Samples[8], r.Samples[7] }, "sample 8 starts at"},
		{"compute start", func(r *Recording) { r.Samples[7].ComputeStart = nan }, "sample 7 has a time that is not a finite number"},
		{"compute", func(r *Recording) { r.Samples[7].Compute = infinity }, "sample 7 has a time that is not a finite number"},
		{"h2d", func(r *Recording) { r.Samples[7].H2D = -infinity }, "sample 7 has a time that is not a finite number"},
		{"h2d to compute", func(r *Recording) { r.Samples[7].H2DToCompute = nan }, "sample 7 has a time that is not a finite number"},
		{"compute to d2h", func(r *Recording) { r.Samples[7].ComputeToD2H = nan }, "sample 7 has a time that is not a finite number"},
		{"d2h", func(r *Recording) { r.Samples[7].D2H = infinity }, "sample 7 has a time that is not a finite number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fakeRecording(20, true)
			c.change(r)
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, r.Save(path))
			got, err := Load(path)
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "bench: load "+path)
			assert.Nil(t, got)
		})
	}
	_, err := Load(filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, err, "no such file or directory")
}

// A file may be sound and still not be what Save writes.
func TestLoadRefusesOtherColumns(t *testing.T) {
	good := fakeRecording(3, false)
	for _, c := range []struct {
		name  string
		write func(w *record.Writer)
		run   any
		want  string
	}{
		{"none", func(*record.Writer) {}, details{Settings: good.Settings}, "it has no column compute_start_ms"},
		{"lengths", func(w *record.Writer) {
			_ = record.WriteColumn(w, "compute_start_ms", 3, func([]float32, int) {})
			_ = record.WriteColumn(w, "compute_ms", 2, func([]float32, int) {})
		}, details{Settings: good.Settings}, "column compute_ms has 2 values and column compute_start_ms has 3"},
		{"type", func(w *record.Writer) { _ = record.WriteColumn(w, "compute_start_ms", 3, func([]float64, int) {}) },
			details{Settings: good.Settings}, "column compute_start_ms holds float64; expected float32"},
		{"unknown", func(w *record.Writer) {
			_ = record.WriteColumn(w, "compute_start_ms", 3, func([]float32, int) {})
			_ = record.WriteColumn(w, "power_w", 3, func([]float32, int) {})
		}, details{Settings: good.Settings}, "it has an unknown column power_w"},
		{"settings", func(*record.Writer) {}, map[string]any{"settings": map[string]any{"colour": "red"}}, `unknown field "colour"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "run.trtbench")
			w, err := record.Create(path)
			require.NoError(t, err)
			c.write(w)
			require.NoError(t, w.Commit(good.Head, c.run))
			_, err = Load(path)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// FuzzLoad reads arbitrary bytes. Whatever is accepted can be summarized, saved and loaded again.
func FuzzLoad(f *testing.F) {
	path := filepath.Join(f.TempDir(), "run.trtbench")
	for _, transfers := range []bool{false, true} {
		require.NoError(f, fakeRecording(3, transfers).Save(path))
		content, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "run.trtbench")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		r, err := Load(path)
		if err != nil {
			return
		}
		_, _ = Summarize(r, SummaryOptions{WarmUp: r.Settings.WarmUp, AvgRuns: 10, Percentiles: DefaultPercentiles()})
		require.NoError(t, r.Save(path))
		again, err := Load(path)
		require.NoError(t, err)
		assert.Equal(t, r.Settings, again.Settings)
		assert.Equal(t, len(r.Samples), len(again.Samples))
	})
}

func BenchmarkReport(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "run.trtbench")
			require.NoError(b, fakeRecording(n, true).Save(path))
			info, _ := os.Stat(path)
			b.SetBytes(info.Size())
			for b.Loop() {
				r, err := Load(path)
				require.NoError(b, err)
				_, err = Summarize(r, SummaryOptions{WarmUp: r.Settings.WarmUp, AvgRuns: 10, Percentiles: DefaultPercentiles()})
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkSave(b *testing.B) {
	rec := fakeRecording(1_000_000, true)
	path := filepath.Join(b.TempDir(), "run.trtbench")
	for b.Loop() {
		require.NoError(b, rec.Save(path))
	}
}

func BenchmarkLoad(b *testing.B) {
	rec := fakeRecording(1_000_000, true)
	path := filepath.Join(b.TempDir(), "run.trtbench")
	require.NoError(b, rec.Save(path))
	for b.Loop() {
		_, err := Load(path)
		require.NoError(b, err)
	}
}
