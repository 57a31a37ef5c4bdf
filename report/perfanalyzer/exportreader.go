package perfanalyzer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/trtbench/trtbench/load"
)

// mergedWindows is the number of windows, from the last one on backwards, that perf_analyzer's figures are of.
const mergedWindows = 3

// ReadExport reads a profile export. Figures are computed from its times as perf_analyzer does, over the last three windows of an
// experiment; batch is the number of inferences in one request, at least 1. One request is held as text at a time.
//
// A request ends with its last answer that is not empty. Only the generation 25.06 tells which are: in an export of 24.02 of a decoupled
// model an empty answer at the end counts.
func ReadExport(r io.Reader, batch int) (*Import, error) {
	e := exportReader{in: json.NewDecoder(r), batch: max(batch, 1), result: &Import{Kind: KindExport}}
	err := e.object(func(name string) error {
		switch name {
		case "experiments":
			return e.array(e.experiment)
		case "version":
			return e.in.Decode(&e.result.Version)
		}
		return e.skip()
	})
	if err == nil {
		err = e.atEnd()
	}
	if err != nil {
		return nil, fmt.Errorf("perfanalyzer: read profile export: byte %d: %w", e.in.InputOffset(), err)
	}
	return e.result, nil
}

// exportReader reads a profile export piece by piece.
type exportReader struct {
	in     *json.Decoder
	batch  int
	result *Import
}

// exportedRequest is what is read of a request.
type exportedRequest struct {
	Timestamp int64             `json:"timestamp"`
	Sequence  uint64            `json:"sequence_id"`
	Answers   []int64           `json:"response_timestamps"`
	Outputs   []json.RawMessage `json:"response_outputs"`
}

// exportedLoad says which load an experiment had.
type exportedLoad struct {
	Mode  string  `json:"mode"`
	Value float64 `json:"value"`
}

// experiment reads a level and computes its figures.
func (e *exportReader) experiment() error {
	var (
		level    exportedLoad
		outcomes []load.Outcome
		bounds   []int64
	)
	err := e.object(func(name string) error {
		switch name {
		case "experiment":
			return e.in.Decode(&level)
		case "requests":
			return e.array(func() error {
				var request exportedRequest
				if err := e.in.Decode(&request); err != nil {
					return err
				}
				if len(request.Answers) == 0 { // it failed, or the run ended before it
					return nil
				}
				o, err := request.outcome()
				outcomes = append(outcomes, o)
				return err
			})
		case "window_boundaries":
			return e.in.Decode(&bounds)
		}
		return e.skip()
	})
	if err != nil {
		return err
	}
	point, err := importedPoint(level, outcomes, bounds, e.batch)
	e.result.Points = append(e.result.Points, point)
	return err
}

// outcome returns the times of a request that was answered.
func (q *exportedRequest) outcome() (load.Outcome, error) {
	answers := q.Answers
	if n := len(answers); n > 1 && n == len(q.Outputs) && emptyOutputs(q.Outputs[n-1]) {
		answers = answers[:n-1]
	}
	last := answers[len(answers)-1]
	if q.Timestamp <= 0 || last < q.Timestamp {
		return load.Outcome{}, fmt.Errorf("a request that begins at %d ns and ends at %d ns; expected times of the wall clock", q.Timestamp, last)
	}
	return load.Outcome{
		Intended: q.Timestamp, Begun: q.Timestamp, Sent: q.Timestamp, First: answers[0], Answered: last, Sequence: q.Sequence,
		Parts: uint32(min(len(answers), math.MaxUint32)), Status: load.StatusOK,
	}, nil
}

// emptyOutputs reports whether an answer has no contents: an empty text for each output.
func emptyOutputs(text json.RawMessage) bool {
	if bytes.Equal(text, []byte("{}")) {
		return false // tensors were not written
	}
	var outputs map[string]string
	if json.Unmarshal(text, &outputs) != nil {
		return false
	}
	for _, value := range outputs {
		if value != "" {
			return false
		}
	}
	return true
}

// importedPoint computes the figures of an experiment.
func importedPoint(level exportedLoad, outcomes []load.Outcome, bounds []int64, batch int) (ImportedPoint, error) {
	p := ImportedPoint{Mode: load.ModeRate, Level: level.Value}
	switch level.Mode {
	case "concurrency":
		p.Mode = load.ModeConcurrency
	case "request_rate":
	default:
		return p, fmt.Errorf("an experiment of the mode %.40q; expected concurrency or request_rate", level.Mode)
	}
	if len(bounds) < 2 {
		return p, fmt.Errorf("an experiment with %d bounds of windows; expected at least 2", len(bounds))
	}
	measured := load.Point{Level: level.Value, Outcomes: outcomes, Merged: min(len(bounds)-1, mergedWindows)}
	for i, end := range bounds[1:] {
		if end < bounds[i] {
			return p, fmt.Errorf("a window from %d to %d ns; expected a later end", bounds[i], end)
		}
		measured.Windows = append(measured.Windows, load.Window{Start: bounds[i], End: end})
	}
	recording := load.Recording{Settings: load.Settings{Batch: batch}, Points: []load.Point{measured}}
	f, err := recording.CompatFigures(0)
	if err != nil {
		return p, err
	}
	p.Requests, p.Throughput, p.Mean = f.Requests, f.Throughput, time.Duration(f.MeanNs)
	if slices.ContainsFunc(outcomes, func(o load.Outcome) bool { return o.Parts > 1 }) {
		p.ResponseThroughput = f.ResponseThroughput
	}
	for _, q := range f.Percentiles {
		p.Percentiles = append(p.Percentiles, ImportedPercentile{q.Percentile, time.Duration(q.Ns)})
	}
	return p, nil
}

// object reads an object; field reads the value of a name.
func (e *exportReader) object(field func(name string) error) error {
	if err := e.delimiter('{'); err != nil {
		return err
	}
	for e.in.More() {
		name, err := e.in.Token()
		if err != nil {
			return err
		}
		text, _ := name.(string) // the decoder takes nothing else there
		if err := field(text); err != nil {
			return ended(err)
		}
	}
	return e.delimiter('}')
}

// array reads an array; element reads one of its values.
func (e *exportReader) array(element func() error) error {
	if err := e.delimiter('['); err != nil {
		return err
	}
	for e.in.More() {
		if err := element(); err != nil {
			return ended(err)
		}
	}
	return e.delimiter(']')
}

func (e *exportReader) delimiter(want json.Delim) error {
	token, err := e.in.Token()
	if err != nil {
		return ended(err)
	}
	if token != want {
		return fmt.Errorf("found %v, expected %v", token, want)
	}
	return nil
}

// skip leaves out a value.
func (e *exportReader) skip() error {
	var value json.RawMessage
	return e.in.Decode(&value)
}

// atEnd checks that nothing follows.
func (e *exportReader) atEnd() error {
	token, err := e.in.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("found %v behind the end of the document", token)
}

// ended says that a document is cut short.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
