package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

const vectors = "../testdata/vectors/trtexec/"

func readVector(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(vectors + name)
	require.NoError(t, err)
	return string(text)
}

func parseTimes(t *testing.T, text string) Times {
	t.Helper()
	trace, err := ReadTimes(strings.NewReader(text))
	require.NoError(t, err)
	return trace
}

// Six digits read in single precision and written again are the same six digits.
func TestWriteTimesRepeatsTrtexecsFile(t *testing.T) {
	for _, name := range []string{"times.v10.json", "times.v11.json"} {
		t.Run(name, func(t *testing.T) {
			want := readVector(t, "exports/"+name)
			var got bytes.Buffer
			require.NoError(t, WriteTimes(&got, parseTimes(t, want), 0))
			assert.Equal(t, want, got.String())
		})
	}
}

// The real trtexec wrote the export of the trace beside it, without the inferences of the warm-up.
func TestWriteTimesVectors(t *testing.T) {
	files, err := filepath.Glob(vectors + "report/*.export.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		base := "report/" + strings.TrimSuffix(filepath.Base(file), ".export.json")
		t.Run(base, func(t *testing.T) {
			var args vectorArgs
			require.NoError(t, json.Unmarshal([]byte(readVector(t, base+".args.json")), &args))
			trace := parseTimes(t, readVector(t, base+".times.json"))
			var got bytes.Buffer
			require.NoError(t, WriteTimes(&got, trace, time.Duration(args.WarmUpMs*float64(time.Millisecond))))
			assert.Equal(t, readVector(t, base+".export.json"), got.String())
		})
	}
}

func TestWriteTimesOfNothingTimed(t *testing.T) {
	trace := parseTimes(t, readVector(t, "exports/times.v10.json"))
	var got bytes.Buffer
	require.NoError(t, WriteTimes(&got, trace, time.Hour))
	assert.Equal(t, "[\n]\n", got.String())
	assert.Equal(t, 0, parseTimes(t, got.String()).Len())
}

// sampledRecording has odd times, gaps between stages, two lanes and a marked sample.
func sampledRecording(n int) *bench.Recording {
	random := rand.New(rand.NewPCG(1, 2))
	r := &bench.Recording{Samples: make([]bench.Sample, n)}
	start := int64(0)
	for i := range r.Samples {
		start += 1e6 + random.Int64N(1e5)
		r.Samples[i] = bench.Sample{
			EnqueueStart: start, EnqueueEnd: start + 20_000 + random.Int64N(999),
			ComputeStart: float32(float64(start)/1e6 + random.Float64()),
			H2D:          0.1 + random.Float32(), H2DToCompute: random.Float32(), Compute: 2 * random.Float32(),
			ComputeToD2H: random.Float32() / 8, D2H: random.Float32() / 4,
			Lane: int32(i % 2),
		}
	}
	r.Samples[1].Flags = bench.GCPause
	return r
}

// The positions of a sample are those its timing has, so both kinds of file tell the same.
func TestPositionsAgreeWithTiming(t *testing.T) {
	r := sampledRecording(100)
	for i := range r.Samples {
		timing, positions := r.Timing(i), r.Positions(i)
		require.Equal(t, timing.Start, positions.H2DStart)
		require.Equal(t, timing.ComputeStart, positions.ComputeStart)
		require.Equal(t, timing.End, positions.D2HEnd)
		require.InDelta(t, timing.Enqueue, positions.EnqueueEnd-positions.EnqueueStart, 1e-6)
		require.InDelta(t, timing.H2D, positions.H2DEnd-positions.H2DStart, 1e-4)
		require.InDelta(t, timing.Compute, positions.ComputeEnd-positions.ComputeStart, 1e-4)
		require.InDelta(t, timing.D2H, positions.D2HEnd-positions.D2HStart, 1e-4)
	}
}

func TestWriteTimesExtendedRestoresTheReport(t *testing.T) {
	r := sampledRecording(1000)
	var text bytes.Buffer
	require.NoError(t, WriteTimesExtended(&text, r, 100*time.Millisecond))
	trace := parseTimes(t, text.String())
	require.Equal(t, r.Len(), trace.Len())
	for i := range r.Samples {
		require.Equal(t, r.Timing(i), trace.Timing(i), "sample %d", i)
	}
	options := bench.SummaryOptions{WarmUp: 100 * time.Millisecond, AvgRuns: 10, Percentiles: bench.DefaultPercentiles()}
	want, err := bench.Summarize(r, options)
	require.NoError(t, err)
	got, err := bench.Summarize(trace, options)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestWriteTimesExtendedFields(t *testing.T) {
	r := &bench.Recording{Samples: []bench.Sample{
		{EnqueueStart: 123, EnqueueEnd: 10_123, ComputeStart: 0.1, Compute: 0.25},
		{EnqueueStart: 1_000_000_123, EnqueueEnd: 1_000_010_123, ComputeStart: 1000.1, Compute: 0.3, Lane: 1, Flags: bench.GCPause},
	}}
	var text bytes.Buffer
	require.NoError(t, WriteTimesExtended(&text, r, time.Second))
	assert.Equal(t, `[
  { "startEnqMs" : 0.000123, "endEnqMs" : 0.010123, "startH2dMs" : 0.1, "endH2dMs" : 0.1, "startComputeMs" : 0.1, "endComputeMs" : 0.35, "startD2hMs" : 0.35, "endD2hMs" : 0.35, "h2dMs" : 0, "computeMs" : 0.25, "d2hMs" : 0, "latencyMs" : 0.25, "enqueueMs" : 0.01, "stream" : 0, "warmUp" : true, "gcPause" : false }
, { "startEnqMs" : 1000.000123, "endEnqMs" : 1000.010123, "startH2dMs" : 1000.1, "endH2dMs" : 1000.1, "startComputeMs" : 1000.1, "endComputeMs" : 1000.39996, "startD2hMs" : 1000.39996, "endD2hMs" : 1000.39996, "h2dMs" : 0, "computeMs" : 0.3, "d2hMs" : 0, "latencyMs" : 0.3, "enqueueMs" : 0.01, "stream" : 1, "warmUp" : false, "gcPause" : true }
]
`, text.String())
}

func TestTimesWithoutNumbersAreStillJSON(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	r := &bench.Recording{Samples: []bench.Sample{{ComputeStart: nan, Compute: inf}, {D2H: -inf}}}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"plain":    func(b *bytes.Buffer) error { return WriteTimes(b, r, -time.Second) },
		"extended": func(b *bytes.Buffer) error { return WriteTimesExtended(b, r, 0) },
	} {
		var text bytes.Buffer
		require.NoError(t, write(&text), name)
		assert.True(t, json.Valid(text.Bytes()), "%s: %s", name, text.String())
		assert.NotContains(t, strings.ToLower(text.String()), "inf", name)
	}
}

// failingWriter fails after some bytes, as a full disk does.
type failingWriter struct{ left int }

var errFull = errors.New("no space left")

func (f *failingWriter) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return f.left, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

func TestWriteTimesReportsAFullDisk(t *testing.T) {
	r := sampledRecording(2000)
	for _, left := range []int{0, 1, 70_000} {
		assert.ErrorIs(t, WriteTimes(&failingWriter{left}, r, 0), errFull)
		assert.ErrorIs(t, WriteTimesExtended(&failingWriter{left}, r, 0), errFull)
	}
}

func TestWriteTimesAllocatesNothingPerRecord(t *testing.T) {
	few, many := sampledRecording(10), sampledRecording(1000)
	count := func(r *bench.Recording) float64 {
		return testing.AllocsPerRun(3, func() {
			var out failingWriter
			out.left = math.MaxInt
			require.NoError(t, WriteTimes(&out, r, 0))
		})
	}
	assert.InDelta(t, count(few), count(many), 3)
}

func BenchmarkWriteTimes(b *testing.B) {
	r := sampledRecording(1_000_000)
	for b.Loop() {
		if err := WriteTimes(&failingWriter{math.MaxInt}, r, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadTimes(b *testing.B) {
	var text bytes.Buffer
	if err := WriteTimes(&text, sampledRecording(100_000), 0); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := ReadTimes(bytes.NewReader(text.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}

var (
	_ TimesTrace = (*bench.Recording)(nil)
	_ TimesTrace = Times{}
)
