package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

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

// timesRecord is one inference as it stands in the file. What is missing stays NaN.
type timesRecord struct {
	StartEnq     float32 `json:"startEnqMs"`
	EndEnq       float32 `json:"endEnqMs"`
	StartH2D     float32 `json:"startH2dMs"`
	EndH2D       float32 `json:"endH2dMs"`
	StartCompute float32 `json:"startComputeMs"`
	EndCompute   float32 `json:"endComputeMs"`
	StartD2H     float32 `json:"startD2hMs"`
	EndD2H       float32 `json:"endD2hMs"`
	H2D          float32 `json:"h2dMs"`
	Compute      float32 `json:"computeMs"`
	D2H          float32 `json:"d2hMs"`
	Enqueue      float32 `json:"enqueueMs"` // in extended files only
}

// ReadTimes reads a times file of trtexec, or one of ours, as a stream: memory grows with the inferences, 48 bytes each,
// not with the text. The order of the file is kept: it was sorted when it was written. The durations that the file states
// are preferred to differences of its positions, which have lost digits in a long run.
func ReadTimes(r io.Reader) (Times, error) {
	nan := float32(math.NaN())
	missing := timesRecord{nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan}
	var times Times
	var rec timesRecord
	err := readArray(r, "--exportTimes", func(dec *json.Decoder, _ int) error {
		rec = missing
		if err := dec.Decode(&rec); err != nil {
			return err
		}
		if err := rec.complete(); err != nil {
			return err
		}
		times.inferences = append(times.inferences, rec.inference())
		return nil
	})
	if err != nil {
		return Times{}, fmt.Errorf("report: times file: %w", err)
	}
	return times, nil
}

// complete returns an error when a position is missing.
func (r *timesRecord) complete() error {
	for _, f := range []struct {
		key   string
		value float32
	}{
		{"startEnqMs", r.StartEnq}, {"endEnqMs", r.EndEnq}, {"startH2dMs", r.StartH2D}, {"endH2dMs", r.EndH2D},
		{"startComputeMs", r.StartCompute}, {"endComputeMs", r.EndCompute}, {"startD2hMs", r.StartD2H}, {"endD2hMs", r.EndD2H},
	} {
		if math.IsNaN(float64(f.value)) {
			return fmt.Errorf("%q is missing; expected the keys that trtexec 10 and 11 write", f.key)
		}
	}
	return nil
}

func (r *timesRecord) inference() timesInference {
	duration := func(stated, start, end float32) float32 {
		if math.IsNaN(float64(stated)) {
			return end - start
		}
		return stated
	}
	return timesInference{
		enqueueStart: r.StartEnq, enqueueEnd: r.EndEnq,
		h2dStart: r.StartH2D, h2dEnd: r.EndH2D,
		computeStart: r.StartCompute, computeEnd: r.EndCompute,
		d2hStart: r.StartD2H, d2hEnd: r.EndD2H,
		enqueue: duration(r.Enqueue, r.StartEnq, r.EndEnq),
		h2d:     duration(r.H2D, r.StartH2D, r.EndH2D),
		compute: duration(r.Compute, r.StartCompute, r.EndCompute),
		d2h:     duration(r.D2H, r.StartD2H, r.EndD2H),
	}
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
