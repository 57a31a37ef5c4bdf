package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// Times is a trace read from a times file. It is a [TimesTrace].
type Times struct{ inferences []timesInference }

// timesInference is one inference in ms and 48 bytes. Positions count from the start of the run.
type timesInference struct {
	enqueueStart, enqueueEnd float32
	h2dStart, h2dEnd         float32
	computeStart, computeEnd float32
	d2hStart, d2hEnd         float32

	enqueue, h2d, compute, d2h float32
}

// Len returns the number of inferences.
func (t Times) Len() int { return len(t.inferences) }

// Timing returns inference i.
func (t Times) Timing(i int) bench.Timing {
	r := &t.inferences[i]
	return bench.Timing{
		Start: r.h2dStart, ComputeStart: r.computeStart, End: r.d2hEnd,
		Enqueue: r.enqueue, H2D: r.h2d, Compute: r.compute, D2H: r.d2h,
	}
}

// Positions returns the positions of inference i.
func (t Times) Positions(i int) bench.Positions {
	r := &t.inferences[i]
	return bench.Positions{
		EnqueueStart: float64(r.enqueueStart), EnqueueEnd: float64(r.enqueueEnd),
		H2DStart: r.h2dStart, H2DEnd: r.h2dEnd,
		ComputeStart: r.computeStart, ComputeEnd: r.computeEnd,
		D2HStart: r.d2hStart, D2HEnd: r.d2hEnd,
	}
}

// timesRecord is one inference as it stands in the file.
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
	Enqueue      *float32 `json:"enqueueMs"` // in extended files only
}

// ReadTimes reads a times file of trtexec, or one of ours, as a stream: memory grows with the inferences, 48 bytes each,
// not with the text. The order of the file is kept: it was sorted when it was written. The durations that the file states
// are preferred to differences of its positions, which have lost digits in a long run.
func ReadTimes(r io.Reader) (Times, error) {
	dec := json.NewDecoder(r)
	switch token, err := dec.Token(); {
	case errors.Is(err, io.EOF):
		return Times{}, errors.New("report: times file: it is empty; expected the JSON array that trtexec writes with --exportTimes")
	case err != nil:
		return Times{}, fmt.Errorf("report: times file: no JSON: %w", err)
	case token != json.Delim('['):
		return Times{}, fmt.Errorf("report: times file: it begins with %v; expected the JSON array that trtexec writes with --exportTimes", token)
	}
	var times Times
	for dec.More() {
		var rec timesRecord
		if err := dec.Decode(&rec); err != nil {
			return Times{}, fmt.Errorf("report: times file: record %d at byte %d: %w", times.Len()+1, dec.InputOffset(), err)
		}
		inference, err := rec.inference()
		if err != nil {
			return Times{}, fmt.Errorf("report: times file: record %d: %w", times.Len()+1, err)
		}
		times.inferences = append(times.inferences, inference)
	}
	if _, err := dec.Token(); err != nil {
		return Times{}, fmt.Errorf("report: times file: cut short after %d records: %w", times.Len(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Times{}, fmt.Errorf("report: times file: more text after the end of the array at byte %d", dec.InputOffset())
	}
	return times, nil
}

func (r *timesRecord) inference() (timesInference, error) {
	for _, f := range []struct {
		key   string
		value *float32
	}{
		{"startEnqMs", r.StartEnq}, {"endEnqMs", r.EndEnq}, {"startH2dMs", r.StartH2D}, {"endH2dMs", r.EndH2D},
		{"startComputeMs", r.StartCompute}, {"endComputeMs", r.EndCompute}, {"startD2hMs", r.StartD2H}, {"endD2hMs", r.EndD2H},
	} {
		if f.value == nil {
			return timesInference{}, fmt.Errorf("%q is missing; expected the keys that trtexec 10 and 11 write", f.key)
		}
	}
	duration := func(stated, start, end *float32) float32 {
		if stated != nil {
			return *stated
		}
		return *end - *start
	}
	return timesInference{
		enqueueStart: *r.StartEnq, enqueueEnd: *r.EndEnq,
		h2dStart: *r.StartH2D, h2dEnd: *r.EndH2D,
		computeStart: *r.StartCompute, computeEnd: *r.EndCompute,
		d2hStart: *r.StartD2H, d2hEnd: *r.EndD2H,
		enqueue: duration(r.Enqueue, r.StartEnq, r.EndEnq),
		h2d:     duration(r.H2D, r.StartH2D, r.EndH2D),
		compute: duration(r.Compute, r.StartCompute, r.EndCompute),
		d2h:     duration(r.D2H, r.StartD2H, r.EndD2H),
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
