package perfanalyzer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

// vector is a run of the real perf_analyzer.
type vector struct {
	path       string // without the suffix
	generation load.Compat
}

// vectors returns the runs that left a file with the suffix.
func vectors(t testing.TB, suffix string) []vector {
	files, err := filepath.Glob("../../testdata/vectors/perf_analyzer/*/*" + suffix)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var list []vector
	for _, file := range files {
		list = append(list, vector{strings.TrimSuffix(file, suffix), load.Compat(filepath.Base(filepath.Dir(file)))})
	}
	return list
}

func (v vector) name() string { return string(v.generation) + "/" + filepath.Base(v.path) }

func (v vector) decoupled() bool { return filepath.Base(v.path) == "decoupled" }

// text returns a file of the run, "" if it left none.
func (v vector) text(t testing.TB, suffix string) string {
	text, err := os.ReadFile(v.path + suffix)
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(t, err)
	return string(text)
}

// option returns the value of an option of the command line, "" without it.
func (v vector) option(t testing.TB, name string) string {
	words := strings.Fields(v.text(t, ".args"))
	for i, word := range words {
		if value, found := strings.CutPrefix(word, name+"="); found {
			return value
		}
		if word == name {
			return words[i+1]
		}
	}
	return ""
}

func (v vector) has(t testing.TB, flag string) bool {
	return slices.Contains(strings.Fields(v.text(t, ".args")), flag)
}

// settings are those of the command line.
func (v vector) settings(t testing.TB) load.Settings {
	number := func(name string, fallback int) int {
		if text := v.option(t, name); text != "" {
			n, err := strconv.Atoi(text)
			require.NoError(t, err)
			return n
		}
		return fallback
	}
	s := load.Settings{
		Compat: v.generation, Mode: load.ModeConcurrency, Range: load.Level(1), Search: load.SearchLinear, Sync: !v.has(t, "-a"),
		Batch: number("-b", 1), WindowMode: load.WindowTime, WindowTime: time.Duration(number("-p", 5000)) * time.Millisecond,
		WindowRequests: number("--measurement-request-count", 0), Percentile: float64(number("--percentile", 0)),
		Requests: number("--request-count", 0), LatencyLimit: time.Duration(number("--latency-threshold", 0)) * time.Millisecond,
		Arrival: load.Arrival(v.option(t, "--request-distribution")),
	}
	if mode := v.option(t, "--measurement-mode"); mode != "" {
		s.WindowMode = load.WindowMode(mode)
	}
	if v.has(t, "--binary-search") {
		s.Search = load.SearchBinary
	}
	if v.option(t, "--request-intervals") != "" {
		s.Mode = load.ModeIntervals
	}
	if strings.Contains(v.text(t, ".txt"), "Sequence count") {
		s.Sequence = &load.SequenceSettings{Live: 4}
	}
	for mode, name := range map[load.Mode]string{load.ModeConcurrency: "--concurrency-range", load.ModeRate: "--request-rate-range"} {
		if text := v.option(t, name); text != "" {
			r, err := load.ParseRange(text)
			require.NoError(t, err)
			s.Mode, s.Range = mode, r
		}
	}
	return s
}

// vectorExport is the profile export as the writer's test needs it; the reader is not used, so that they check each other.
type vectorExport struct {
	Experiments []struct {
		Experiment struct{ Value float64 }
		Requests   []struct {
			Timestamp int64
			Sequence  uint64  `json:"sequence_id"`
			Answers   []int64 `json:"response_timestamps"`
		}
		Bounds []int64 `json:"window_boundaries"`
	}
}

// recording makes a recording of the requests that the real perf_analyzer exported, with the server's counts from what it printed.
func (v vector) recording(t testing.TB) *load.Recording {
	var export vectorExport
	require.NoError(t, json.Unmarshal([]byte(v.text(t, ".json")), &export))
	r := &load.Recording{Settings: v.settings(t), Epoch: time.Unix(0, 0)}
	for _, x := range export.Experiments {
		p := load.Point{Level: x.Experiment.Value, Asked: x.Experiment.Value, Stable: true, Passed: true, Merged: min(len(x.Bounds)-1, 3)}
		for i, end := range x.Bounds[1:] {
			w := load.Window{Start: x.Bounds[i], End: end}
			w.Idle = w.Duration()
			p.Windows = append(p.Windows, w)
		}
		p.Windows[len(p.Windows)-1].Server = printedStatistics(t, v.text(t, ".txt"))
		for _, q := range x.Requests {
			answers := q.Answers
			if v.decoupled() {
				answers = answers[:len(answers)-1]
			}
			p.Outcomes = append(p.Outcomes, load.Outcome{
				Intended: q.Timestamp, Begun: q.Timestamp, Sent: q.Timestamp + 1000, First: answers[0], Answered: answers[len(answers)-1],
				Parts: uint32(len(answers)), Sequence: q.Sequence, Status: load.StatusOK,
			})
		}
		markEnds(t, v, &p)
		r.Points = append(r.Points, p)
	}
	return r
}

// markEnds marks as many last requests of sequences as the real perf_analyzer counted: its export does not say which they are.
func markEnds(t testing.TB, v vector, p *load.Point) {
	found := regexp.MustCompile(`Sequence count: (\d+)`).FindStringSubmatch(v.text(t, ".txt"))
	if found == nil {
		return
	}
	n, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	for i := range p.Outcomes {
		if o := &p.Outcomes[i]; n > 0 && counts(o, p.Windows[0].Start, p.Windows[len(p.Windows)-1].End) {
			o.Flags |= load.FlagEnd
			n--
		}
	}
}

// printedStatistics are counts that give what a text of one level says about the server.
func printedStatistics(t testing.TB, text string) []load.ModelStatistics {
	number := func(pattern string) int64 {
		found := regexp.MustCompile(pattern + ` (\d+)`).FindStringSubmatch(text)
		require.NotNil(t, found, pattern)
		n, err := strconv.ParseInt(found[1], 10, 64)
		require.NoError(t, err)
		return n
	}
	n := number("Successful request count:")
	total, overhead := number("Avg request latency:"), number(`\(overhead`)
	parts := []int64{number(`\+ queue`), number("compute input"), number("compute infer"), number("compute output")}
	// What is missing from the sum of whole microseconds was cut off the parts.
	missing := total - overhead
	for _, p := range parts {
		missing -= p
	}
	stage := func(us int64) load.Stage {
		ns := 1000 * us
		if missing > 0 {
			ns += (1000*missing - 500) / 4
		}
		return load.Stage{Count: n, Time: time.Duration(n * ns)}
	}
	return []load.ModelStatistics{{
		Model: "m", Inferences: number("Inference count:"), Executions: number("Execution count:"),
		Success: load.Stage{Count: n, Time: time.Duration(n * 1000 * total)},
		Queue:   stage(parts[0]), ComputeInput: stage(parts[1]), ComputeInfer: stage(parts[2]), ComputeOutput: stage(parts[3]),
	}}
}
