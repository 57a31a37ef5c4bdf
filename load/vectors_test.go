package load

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// profileExport is what the real perf_analyzer writes about every request.
type profileExport struct {
	Experiments []struct {
		Requests []struct {
			Timestamp          int64   `json:"timestamp"`
			ResponseTimestamps []int64 `json:"response_timestamps"`
		} `json:"requests"`
		WindowBoundaries []int64 `json:"window_boundaries"`
	} `json:"experiments"`
}

// Our figures of the requests that the real perf_analyzer recorded are those that it printed.
func TestCompatFiguresEqualPerfAnalyzer(t *testing.T) {
	files, err := filepath.Glob("../testdata/vectors/perf_analyzer/*/*.json")
	require.NoError(t, err)
	require.Len(t, files, 11)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "../testdata/vectors/perf_analyzer/"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var export profileExport
			require.NoError(t, json.Unmarshal(text, &export))
			require.Len(t, export.Experiments, 1)
			printed, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".txt")
			require.NoError(t, err)

			outcomes, windows := outcomesOf(&export, strings.Contains(file, "decoupled"))
			m := compatMeasure{windows: windows[max(len(windows)-stableWindows, 0):], batch: 1}
			f := m.figures(outcomes)
			line := lines{t, string(printed)}
			line.equal(`Request count: (\S+)`, strconv.Itoa(f.Requests))
			line.equalFloat(`Throughput: (\S+) infer/sec`, f.Throughput)
			line.equal(`Avg latency: (\d+) usec`, strconv.FormatUint(f.MeanNs/1000, 10))
			line.equal(`standard deviation (\d+) usec`, strconv.FormatUint(f.StdDevUs, 10))
			for _, p := range f.Percentiles {
				line.equal(fmt.Sprintf(`p%d latency: (\d+) usec`, p.Percentile), strconv.FormatUint(p.Ns/1000, 10))
			}
			if strings.Contains(string(printed), "Response Throughput") {
				line.equalFloat(`Response Throughput: (\S+) infer/sec`, f.ResponseThroughput)
			}
		})
	}
}

// outcomesOf returns the requests and windows of an export. The last response to a request of a decoupled model is an empty mark.
func outcomesOf(export *profileExport, decoupled bool) (outcomes []Outcome, windows []Window) {
	experiment := &export.Experiments[0]
	for _, r := range experiment.Requests {
		answers := r.ResponseTimestamps
		if decoupled {
			answers = answers[:len(answers)-1]
		}
		outcomes = append(outcomes, Outcome{
			Intended: r.Timestamp, Begun: r.Timestamp, Sent: r.Timestamp, First: answers[0], Answered: answers[len(answers)-1],
			Parts: uint32(len(answers)), Status: StatusOK,
		})
	}
	for i, end := range experiment.WindowBoundaries[1:] {
		windows = append(windows, Window{Start: experiment.WindowBoundaries[i], End: end})
	}
	return outcomes, windows
}

// lines are what perf_analyzer printed.
type lines struct {
	*testing.T
	text string
}

// equal compares what a pattern finds first.
func (l lines) equal(pattern, want string) {
	l.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(l.text)
	require.NotNil(l, found, pattern)
	assert.Equal(l, found[1], want, pattern)
}

// equalFloat compares a number that has six digits, or two decimals.
func (l lines) equalFloat(pattern string, value float64) {
	l.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(l.text)
	require.NotNil(l, found, pattern)
	assert.Contains(l, []string{fmt.Sprintf("%.6g", value), fmt.Sprintf("%.2f", value)}, found[1], pattern)
}
