package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

// vectorArgs is how the real trtexec was called for a vector.
type vectorArgs struct {
	AvgRuns     int       `json:"avgRuns"`
	Percentiles []float32 `json:"percentiles"`
	WarmUpMs    float64   `json:"warmUpMs"`
	Batch       int       `json:"batch"`
	InfStreams  int       `json:"infStreams"`
}

// TestTrtexecVectors compares the report with what the real trtexec printed for the same trace, line for line. Only
// the wording of warnings is our own: a line must begin with the code, and the value, that the vector names.
func TestTrtexecVectors(t *testing.T) {
	files, err := filepath.Glob("../testdata/vectors/trtexec/report/*.args.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		base := strings.TrimSuffix(file, ".args.json")
		t.Run(filepath.Base(base), func(t *testing.T) {
			var args vectorArgs
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &args))
			f, err := os.Open(base + ".times.json")
			require.NoError(t, err)
			defer f.Close()
			trace, err := ReadTimes(f)
			require.NoError(t, err)

			summary, err := bench.Summarize(trace, bench.SummaryOptions{
				WarmUp:  time.Duration(args.WarmUpMs * float64(time.Millisecond)),
				AvgRuns: args.AvgRuns, Percentiles: args.Percentiles, Lanes: args.InfStreams, Batch: args.Batch,
			})
			require.NoError(t, err)
			var out bytes.Buffer
			log := &Log{Out: &out, Err: &out}
			Trtexec(log, summary, args.Percentiles, TimesSource(base))
			require.NoError(t, log.Failed())

			want, err := os.ReadFile(base + ".expected.txt")
			require.NoError(t, err)
			assertReportLines(t, string(want), out.String())
		})
	}
}

var stamp = regexp.MustCompile(`^\[\d\d/\d\d/\d{4}-\d\d:\d\d:\d\d\] `)

func assertReportLines(t *testing.T, want, got string) {
	t.Helper()
	wantLines := strings.Split(strings.TrimSuffix(want, "\n"), "\n")
	gotLines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	for i := range min(len(wantLines), len(gotLines)) {
		line := stamp.ReplaceAllString(gotLines[i], "")
		require.NotEqual(t, gotLines[i], line, "line %d has no time stamp", i+1)
		if strings.HasPrefix(wantLines[i], "[W] ") {
			line, _, _ = strings.Cut(line, ":")
		}
		assert.Equal(t, wantLines[i], line, "line %d", i+1)
	}
	assert.Len(t, gotLines, len(wantLines))
}
