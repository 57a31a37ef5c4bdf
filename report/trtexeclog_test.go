package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

func readLogText(t *testing.T, text string) *LogReport {
	t.Helper()
	r, err := ReadTrtexecLog(strings.NewReader(text))
	require.NoError(t, err)
	return r
}

func readLogFile(t *testing.T, name string) *LogReport {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/logs", name))
	require.NoError(t, err)
	return readLogText(t, string(text))
}

// rendered writes the figures of a log as trtexec's lines, without the time stamps.
func rendered(t *testing.T, r *LogReport) []string {
	t.Helper()
	require.NotNil(t, r.Summary)
	var out bytes.Buffer
	Trtexec(&Log{Out: &out, Err: &out}, r.Summary, r.Percentiles, r.Source("trtexec.log"))
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for i, line := range lines {
		lines[i] = stamp.ReplaceAllString(line, "")
	}
	return lines
}

// What the real trtexec printed can be read and printed again, line for line. Its warnings are kept as texts.
func TestLogOfTrtexecReports(t *testing.T) {
	files, err := filepath.Glob(vectors + "report/*.expected.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := "report/" + filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			want := strings.Split(strings.TrimSuffix(readVector(t, name), "\n"), "\n")
			warnings := slices.Clone(want)
			isWarning := func(line string) bool { return strings.HasPrefix(line, "[W] ") }
			want = slices.DeleteFunc(want, isWarning)
			warnings = slices.DeleteFunc(warnings, func(line string) bool { return !isWarning(line) })

			r := readLogText(t, readVector(t, name))
			assert.Equal(t, want, rendered(t, r))
			assert.Equal(t, warnings, prefixed("[W] ", r.Warnings))

			bare := strings.Join(want, "\n")
			bare = strings.ReplaceAll(bare, "[I] ", "")
			assert.Equal(t, want, rendered(t, readLogText(t, bare)), "without severities")
			crlf := strings.ReplaceAll(readVector(t, name), "\n", "\r\n")
			assert.Equal(t, want, rendered(t, readLogText(t, crlf)), "with the line ends of Windows")
			dated := "2025-11-24T10:15:00.123456789Z stdout F [11/24/2025-10:15:00] "
			container := dated + strings.Join(want, "\n"+dated)
			assert.Equal(t, want, rendered(t, readLogText(t, container)), "behind the stamps of a container")
		})
	}
}

func prefixed(prefix string, texts []string) []string {
	list := []string{}
	for _, text := range texts {
		list = append(list, prefix+text)
	}
	return list
}

func TestLogOfVersion10(t *testing.T) {
	r := readLogFile(t, "v10.log")
	assert.Equal(t, "10.15.1", r.Version)
	assert.Equal(t, "trtexec --loadEngine=model.plan --warmUp=2000 --avgRuns=2 --percentile=50,99.9", r.Command)
	assert.Equal(t, "PASSED", r.Result)
	assert.Equal(t, []LogEntry{
		{"Model Options", "Format", "*"},
		{"System Options", "Device", "0"},
		{"Inference Options", "Batch", "Explicit"},
		{"Inference Options", "Input inference shape", "signal=1x2400x1"},
		{"Inference Options", "Duration", "3s (+ 2000ms warm up)"},
		{"Inference Options", "Data transfers", "Enabled"},
		{"Inference Options", "CUDA Graph", "Disabled"},
		{"Inference Options", "Inputs", ""},
		{"Reporting Options", "Averages", "2 inferences"},
		{"Reporting Options", "Dump output", "Disabled"},
	}, r.Options)
	value, found := r.Option("Data transfers")
	assert.True(t, found)
	assert.Equal(t, "Enabled", value)
	_, found = r.Option("no such option")
	assert.False(t, found)
	assert.Equal(t, []string{"[TRT] the engine was built elsewhere", "the host may be", "the bottleneck"}, r.Warnings)
	assert.Empty(t, r.Errors)

	assert.Equal(t, []float32{50, 99.9}, r.Percentiles)
	s := r.Summary
	require.NotNil(t, s)
	assert.Equal(t, []bench.Average{
		{ComputeMs: 1.5, LatencyMs: 1.75, EnqueueMs: 0.25}, {ComputeMs: 1.25, LatencyMs: 1.5, EnqueueMs: 0.125},
	}, s.Averages)
	assert.Equal(t, 3, s.WarmUpQueries)
	assert.EqualValues(t, 2000, s.WarmUpMs)
	assert.Equal(t, 5, s.Queries)
	assert.EqualValues(t, 20.5, s.WallMs)
	assert.EqualValues(t, 7, s.ComputeTotalMs)
	assert.Equal(t, float32(243.902), s.ThroughputQPS)
	assert.Equal(t, []float32{1.375, 1.75}, s.Compute.Percentiles)
	assert.True(t, math.IsNaN(float64(s.Compute.CVPercent)))
}

func TestLogOfVersion8(t *testing.T) {
	r := readLogFile(t, "v8.log")
	assert.Equal(t, "8.6.1", r.Version)
	require.NotNil(t, r.Summary)
	assert.Equal(t, []bench.Average{
		{ComputeMs: 1.5, LatencyMs: 1.75, EnqueueMs: 0.25}, {Omitted: 500}, {ComputeMs: 1.25, LatencyMs: 1.5, EnqueueMs: 0.125},
	}, r.Summary.Averages)
	require.Len(t, r.Others, 1)
	assert.Equal(t, "End-to-End Host Latency", r.Others[0].Name)
	assert.EqualValues(t, 3.5, r.Others[0].Metric.Mean)
	assert.Equal(t, float32(1e-5), r.Summary.Enqueue.Min)
}

func TestLogOfAFailedRun(t *testing.T) {
	r := readLogFile(t, "v11-failed.log")
	assert.Equal(t, "11.1.0", r.Version)
	assert.Equal(t, "FAILED", r.Result)
	assert.Equal(t, []string{"no such file", "the engine was not made", "cannot go on"}, r.Errors)
	assert.Nil(t, r.Summary)
}

// In 11.1 numbers have six decimals after an accuracy check.
func TestLogInFixedNotation(t *testing.T) {
	text, err := os.ReadFile("testdata/logs/v10.log")
	require.NoError(t, err)
	fixed := strings.NewReplacer("243.902 qps", "243.902000 qps", "0.0205 s", "0.020500 s", "over 2000 ms", "over 2000.000000 ms",
		"latency: 1.5 ms", "latency: 1.500000 ms").Replace(string(text))
	assert.Equal(t, rendered(t, readLogFile(t, "v10.log")), rendered(t, readLogText(t, fixed)))
}

func TestSourceOfALog(t *testing.T) {
	d := readLogFile(t, "v10.log").Source("trtexec.log")
	assert.Equal(t, "10.15.1", d.Version)
	assert.Equal(t, "model.plan", d.Model.Path)
	assert.Equal(t, "NVIDIA H100 80GB HBM3", d.Device.Name)
	assert.Equal(t, "GPU-01234567-89ab-cdef-0123-456789abcdef", d.Device.UUID)
	assert.Equal(t, "9.0", d.Device.ComputeCapability)
	assert.EqualValues(t, 81089<<20, d.Device.MemoryBytes)

	unknown := readLogText(t, "&&&& RUNNING TensorRT.trtexec").Source("trtexec.log")
	assert.Equal(t, "unknown", unknown.Version)
	assert.Equal(t, "trtexec.log", unknown.Model.Path)
	assert.Equal(t, "unknown", unknown.Device.Name)
}

// A log has no single inferences, so its JSON report leaves out what needs them.
func TestDocumentOfALog(t *testing.T) {
	r := readLogFile(t, "v10.log")
	var out bytes.Buffer
	require.NoError(t, NewDocument(nil, nil, r.Summary, r.Percentiles, nil, r.Source("trtexec.log")).Write(&out))
	assert.True(t, json.Valid(out.Bytes()))
	assert.NotContains(t, out.String(), "robust")
	assert.NotContains(t, out.String(), "cv_percent")
}

func TestBannerVersions(t *testing.T) {
	for digits, want := range map[string]string{
		"8601": "8.6.1", "8003": "8.0.3", "9200": "9.2.0", "100001": "10.0.1", "101501": "10.15.1", "110100": "11.1.0",
		"10.15.1": "10.15.1", "10.": "", "": "", "1": "", "x": "", "99999999999999999999": "",
	} {
		assert.Equal(t, want, bannerVersion(digits), digits)
	}
}

func TestReadTrtexecLogRefuses(t *testing.T) {
	whole, err := os.ReadFile("testdata/logs/v10.log")
	require.NoError(t, err)
	without := func(start string) string {
		lines := slices.DeleteFunc(strings.Split(string(whole), "\n"), func(line string) bool { return strings.Contains(line, "[I] "+start) })
		return strings.Join(lines, "\n")
	}
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "none of its lines are trtexec's"},
		{"another text", "hello\nworld: [I] x\n", "none of its lines are trtexec's"},
		{"a binary file", "ftrt\x00\x00\x00\x00\x01\xff\xfe", "none of its lines are trtexec's"},
		{"a times file", "[" + oneRecord + "}]", "none of its lines are trtexec's"},
		{"two runs", string(whole) + string(whole), "line 53: another run begins here"},
		{"cut short", string(whole[:bytes.Index(whole, []byte("GPU Compute Time: min"))]), "figures are missing or damaged: GPU Compute Time, D2H Latency, "},
		{"a line missing", without("Throughput"), "figures are missing or damaged: Throughput;"},
		{"a line damaged", strings.Replace(string(whole), "243.902 qps", "243.[TRT] ", 1), "damaged: Throughput;"},
		{"a metric damaged", strings.Replace(string(whole), "Latency: min = 1.5 ms", "Latency: min = 1.5.5 ms", 1), "damaged: Latency;"},
		{"a percentile damaged", strings.Replace(string(whole), "percentile(99.9%) = 0.3 ms", "percentile(9-9%) = 0.3 ms", 1), "damaged: Enqueue Time;"},
		{"other percentiles", strings.Replace(string(whole), "percentile(99.9%) = 0.3 ms", "percentile(98%) = 0.3 ms", 1), "damaged: Enqueue Time;"},
		{"a number beyond all numbers", strings.Replace(string(whole), "243.902", "1e99", 1), "damaged: Throughput;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadTrtexecLog(strings.NewReader(c.text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), "report: trtexec log: ")
			assert.Contains(t, err.Error(), c.want)
		})
	}
	broken := errors.New("disk fault")
	_, err = ReadTrtexecLog(iotest.ErrReader(broken))
	assert.ErrorIs(t, err, broken)
}

func TestLongLinesAndManyWarnings(t *testing.T) {
	text, err := os.ReadFile("testdata/logs/v10.log")
	require.NoError(t, err)
	noise := "[V] " + strings.Repeat("x", 300_000) + "[I] Throughput: 1 qps\n" + strings.Repeat("[W] again\n", 2*maxLogMessages)
	r := readLogText(t, noise+string(text))
	assert.Equal(t, float32(243.902), r.Summary.ThroughputQPS)
	assert.Len(t, r.Warnings, maxLogMessages)
}

func FuzzReadTrtexecLog(f *testing.F) {
	for _, name := range []string{"v8.log", "v10.log", "v11-failed.log"} {
		text, err := os.ReadFile(filepath.Join("testdata/logs", name))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ReadTrtexecLog(bytes.NewReader(text))
		if err != nil || r.Summary == nil {
			return
		}
		// What was read can be printed, and the print says the same.
		lines := rendered(t, r)
		again := readLogText(t, strings.Join(lines, "\n"))
		require.Equal(t, lines, rendered(t, again))
		var out bytes.Buffer
		require.NoError(t, NewDocument(nil, nil, r.Summary, r.Percentiles, nil, r.Source("log")).Write(&out))
	})
}

func BenchmarkReadTrtexecLog(b *testing.B) {
	line := []byte("[11/24/2025-10:15:01] [V] [TRT] a message of some length about a layer, as a verbose log has many of them\n")
	text, err := os.ReadFile("testdata/logs/v10.log")
	require.NoError(b, err)
	long := append(bytes.Repeat(line, 100_000), text...)
	b.SetBytes(int64(len(long)))
	for b.Loop() {
		if _, err := ReadTrtexecLog(bytes.NewReader(long)); err != nil {
			b.Fatal(err)
		}
	}
}
