package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// times is a trace as the test reads it from a file of trtexec.
type times []Timing

func (t times) Len() int            { return len(t) }
func (t times) Timing(i int) Timing { return t[i] }

func readTimes(t *testing.T, path string) times {
	t.Helper()
	var entries []struct{ StartEnqMs, EndEnqMs, StartH2dMs, StartComputeMs, EndD2hMs, H2dMs, ComputeMs, D2hMs float32 }
	readJSON(t, path, &entries)
	trace := make(times, len(entries))
	for i, e := range entries {
		trace[i] = Timing{e.StartH2dMs, e.StartComputeMs, e.EndD2hMs, e.EndEnqMs - e.StartEnqMs, e.H2dMs, e.ComputeMs, e.D2hMs}
	}
	return trace
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into))
}

// number prints as trtexec does: six significant digits.
func number(v float32) string { return strconv.FormatFloat(float64(v), 'g', 6, 64) }

// figures prints the numbers of a summary in the order in which they stand in trtexec's report.
func figures(s *Summary) []string {
	list := []string{
		fmt.Sprint(s.WarmUpQueries), number(s.WarmUpMs), fmt.Sprint(s.Queries), number(s.WallMs / 1000), fmt.Sprint(s.AvgRuns),
	}
	for _, a := range s.Averages {
		if a.Omitted > 0 {
			list = append(list, fmt.Sprint(a.Omitted))
			continue
		}
		list = append(list, fmt.Sprint(s.AvgRuns), number(a.ComputeMs), number(a.LatencyMs), number(a.EnqueueMs))
	}
	list = append(list, number(s.ThroughputQPS))
	for _, m := range []*Metric{&s.Latency, &s.Enqueue, &s.H2D, &s.Compute, &s.D2H} {
		list = append(list, number(m.Min), number(m.Max), number(m.Mean), number(m.Median))
		for _, p := range m.Percentiles {
			list = append(list, number(p))
		}
	}
	list = append(list, number(s.WallMs/1000), number(s.ComputeTotalMs/1000))
	for _, w := range s.Warnings {
		if list = append(list, string(w.Code)); w.Value != 0 {
			list = append(list, number(w.Value))
		}
	}
	return list
}

// reported returns the numbers of a report of trtexec, and the codes and values of its warnings.
func reported(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if warning, ok := strings.CutPrefix(line, "[W] "); ok {
			list = append(list, strings.Fields(warning)...)
			continue
		}
		line, _, _ = strings.Cut(strings.TrimPrefix(line, "[I] "), " ===")
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,=()", r) }) {
			if _, err := strconv.ParseFloat(strings.TrimSuffix(word, ":"), 64); err == nil {
				list = append(list, word)
			}
		}
	}
	return list
}

// The real trtexec printed these reports for these traces; every number must be the same in all six digits.
func TestSummarizeEqualsTrtexec(t *testing.T) {
	files, err := filepath.Glob("../testdata/vectors/trtexec/report/*.args.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		base := strings.TrimSuffix(file, ".args.json")
		t.Run(filepath.Base(base), func(t *testing.T) {
			var args struct {
				AvgRuns, Batch, InfStreams int
				Percentiles                []float32
				WarmUpMs                   float64
			}
			readJSON(t, file, &args)
			summary, err := Summarize(readTimes(t, base+".times.json"), SummaryOptions{
				WarmUp:  time.Duration(args.WarmUpMs * float64(time.Millisecond)),
				AvgRuns: args.AvgRuns, Percentiles: args.Percentiles, Lanes: args.InfStreams, Batch: args.Batch,
			})
			require.NoError(t, err)
			expected, err := os.ReadFile(base + ".expected.txt")
			require.NoError(t, err)
			want := reported(string(expected))
			require.Greater(t, len(want), 25)
			assert.Equal(t, want, figures(summary))
		})
	}
}
