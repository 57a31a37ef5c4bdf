package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// Times is a trace read from a file that trtexec wrote with --exportTimes. It is a [bench.Trace].
type Times []bench.Timing

// Len returns the number of inferences.
func (t Times) Len() int { return len(t) }

// Timing returns inference i.
func (t Times) Timing(i int) bench.Timing { return t[i] }

// timesRecord is one inference of the file, in ms. Positions count from the start of the run.
type timesRecord struct {
	StartEnq     *float32 `json:"startEnqMs"`
	EndEnq       *float32 `json:"endEnqMs"`
	StartH2D     *float32 `json:"startH2dMs"`
	EndH2D       *float32 `json:"endH2dMs"`
	StartCompute *float32 `json:"startComputeMs"`
	EndCompute   *float32 `json:"endComputeMs"`
	StartD2H     *float32 `json:"startD2hMs"`
	EndD2H       *float32 `json:"endD2hMs"`
	H2D          *float32 `json:"h2dMs"`
	Compute      *float32 `json:"computeMs"`
	D2H          *float32 `json:"d2hMs"`
	Latency      *float32 `json:"latencyMs"`
}

// ReadTimes reads the times file of trtexec as a stream: memory grows with the inferences, 28 bytes each, not with
// the text. The order of the file is kept: trtexec has sorted it. The durations that the file states are preferred
// to differences of its positions, which have lost digits in a long run.
func ReadTimes(r io.Reader) (Times, error) {
	dec := json.NewDecoder(r)
	switch token, err := dec.Token(); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("report: times file: it is empty; expected the JSON array that trtexec writes with --exportTimes")
	case err != nil:
		return nil, fmt.Errorf("report: times file: no JSON: %w", err)
	case token != json.Delim('['):
		return nil, fmt.Errorf("report: times file: it begins with %v; expected the JSON array that trtexec writes with --exportTimes", token)
	}
	var times Times
	for dec.More() {
		var rec timesRecord
		if err := dec.Decode(&rec); err != nil {
			return nil, fmt.Errorf("report: times file: record %d at byte %d: %w", len(times)+1, dec.InputOffset(), err)
		}
		timing, err := rec.timing()
		if err != nil {
			return nil, fmt.Errorf("report: times file: record %d: %w", len(times)+1, err)
		}
		times = append(times, timing)
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("report: times file: cut short after %d records: %w", len(times), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("report: times file: more text after the end of the array at byte %d", dec.InputOffset())
	}
	return times, nil
}

func (r *timesRecord) timing() (bench.Timing, error) {
	for _, f := range []struct {
		key   string
		value *float32
	}{
		{"startEnqMs", r.StartEnq}, {"endEnqMs", r.EndEnq}, {"startH2dMs", r.StartH2D}, {"endH2dMs", r.EndH2D},
		{"startComputeMs", r.StartCompute}, {"endComputeMs", r.EndCompute}, {"startD2hMs", r.StartD2H}, {"endD2hMs", r.EndD2H},
	} {
		if f.value == nil {
			return bench.Timing{}, fmt.Errorf("%q is missing; expected the keys that trtexec 10 and 11 write", f.key)
		}
	}
	duration := func(stated *float32, start, end float32) float32 {
		if stated != nil {
			return *stated
		}
		return end - start
	}
	return bench.Timing{
		Start:        *r.StartH2D,
		ComputeStart: *r.StartCompute,
		End:          *r.EndD2H,
		Enqueue:      *r.EndEnq - *r.StartEnq,
		H2D:          duration(r.H2D, *r.StartH2D, *r.EndH2D),
		Compute:      duration(r.Compute, *r.StartCompute, *r.EndCompute),
		D2H:          duration(r.D2H, *r.StartD2H, *r.EndD2H),
	}, nil
}

// TimesSource describes a trace that was read from a times file: trtexec measured it, on a GPU that the file does not
// name.
func TimesSource(path string) *record.Description {
	return &record.Description{
		Backend: bench.TensorRT,
		Version: "unknown",
		Device:  record.Device{Kind: record.GPU, Name: "unknown"},
		Model:   record.Model{Path: path},
		Stages:  []record.Stage{record.StageEnqueue, record.StageH2D, record.StageCompute, record.StageD2H},
		Notes:   []string{"read from a times file of trtexec, which does not say what was measured"},
	}
}
