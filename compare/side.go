package compare

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

// Side is one of the two runs. Make one with [Open], [FromRecording] or [FromTrace].
type Side struct {
	Name        string              `json:"name"` // of the file
	Kind        Kind                `json:"kind"`
	Description *record.Description `json:"description"`
	Settings    *bench.Settings     `json:"settings,omitempty"` // nil when the file does not tell
	Inferences  int                 `json:"inferences"`         // timed ones

	summary *bench.Summary
	trace   bench.Trace // nil when single inferences are not known
	first   int         // timed inferences begin here
	verdict record.Verdict
}

// Kind is what a side was read from.
type Kind string

// The kinds of sides.
const (
	KindRecording Kind = "recording"   // of trtbench run --out
	KindTimes     Kind = "times file"  // of trtexec --exportTimes
	KindLog       Kind = "console log" // what trtexec printed
)

// Open reads a recording, a times file or a console log, whichever the file is. warmUp says how much of a times file is warm-up;
// a recording knows it.
func Open(path string, warmUp time.Duration) (*Side, error) {
	side, err := open(path, warmUp)
	if err != nil {
		return nil, fmt.Errorf("compare: %s: %w", path, err)
	}
	return side, nil
}

func open(path string, warmUp time.Duration) (*Side, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	start := make([]byte, 64)
	n, err := io.ReadFull(file, start)
	if err != nil && n == 0 {
		return nil, fmt.Errorf("it is empty or cannot be read (%w); expected a recording, a times file or a log", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("%w; expected a file, not a pipe", err)
	}
	switch {
	case start[0] == 'P' && n > 1 && start[1] == 'K':
		recording, err := bench.Load(path)
		if err != nil {
			return nil, err
		}
		return FromRecording(path, recording)
	case firstCharacter(start[:n]) == '[' && !isLogLine(start[:n]):
		times, err := report.ReadTimes(file)
		if err != nil {
			return nil, err
		}
		return FromTrace(path, times, warmUp)
	}
	log, err := report.ReadTrtexecLog(file)
	if err != nil {
		return nil, err
	}
	if log.Summary == nil {
		return nil, fmt.Errorf("the run that it tells of ended without a report")
	}
	return &Side{
		Name: path, Kind: KindLog, Description: log.Source(path), Inferences: log.Summary.Inferences, summary: log.Summary,
		verdict: record.Verdict{Status: record.Valid},
	}, nil
}

// FromRecording makes a side of a recording. It is an error when nothing was timed.
func FromRecording(name string, r *bench.Recording) (*Side, error) {
	side, err := FromTrace(name, r, r.Settings.WarmUp)
	if err != nil {
		return nil, err
	}
	side.Kind, side.Description, side.Settings, side.verdict = KindRecording, &r.Description, &r.Settings, r.Verdict
	return side, nil
}

// FromTrace makes a side of times of which nothing else is known. It is an error when nothing is timed after the warm-up.
func FromTrace(name string, trace bench.Trace, warmUp time.Duration) (*Side, error) {
	summary, err := bench.Summarize(trace, bench.SummaryOptions{WarmUp: warmUp})
	if err != nil {
		return nil, err
	}
	return &Side{
		Name: name, Kind: KindTimes, Description: report.TimesSource(name), Inferences: summary.Inferences, summary: summary,
		trace: trace, first: bench.FirstTimed(trace, warmUp), verdict: record.Verdict{Status: record.Valid},
	}, nil
}

func firstCharacter(text []byte) byte {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c
		}
	}
	return 0
}

// isLogLine tells a log, whose first line may begin with a time stamp in brackets, from a JSON array.
func isLogLine(text []byte) bool {
	for i, c := range text {
		if c == '[' && i+1 < len(text) {
			next := text[i+1]
			return next >= '0' && next <= '9' || next == 'I' || next == 'W' || next == 'E' || next == 'V'
		}
	}
	return false
}
