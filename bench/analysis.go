package bench

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/stat"
)

// Analysis says about a recording what trtexec's report does not. All times are in ms; all figures are of timed inferences.
type Analysis struct {
	Percentiles []Percentile `json:"latency_percentiles"` // those asked for, with their uncertainty
	Parts       Parts        `json:"response_parts_ms"`   // of one inference, from the call to the result
	Wall        Wall         `json:"wall_parts_ms"`       // of the whole run
	Outliers    Outliers     `json:"outliers"`
	Deadline    *Deadline    `json:"deadline,omitempty"` // where one was given
}

// Percentile is a percentile of the latency by the nearest-rank rule, with the interval in which the true one lies with 95 %
// confidence if the samples are independent.
type Percentile struct {
	Percentile float32 `json:"percentile"`
	Value      float64 `json:"value"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	// Enough is false when the interval is open because there are fewer than Needed inferences.
	Enough bool `json:"enough"`
	Needed int  `json:"needed,omitempty"` // 0 for the smallest and the largest value, which no number of samples bounds
}

// Parts are the means of the parts of an inference. They add up to Response.
type Parts struct {
	Queue        float64 `json:"queue"`          // from the host's call to the start of the computation: waiting behind the inference ahead, and copies in
	Compute      float64 `json:"compute"`        // computation
	ComputeToD2H float64 `json:"compute_to_d2h"` // waiting for the copies out to begin
	D2H          float64 `json:"d2h"`            // copies out
	Response     float64 `json:"response"`       // from the host's call to the end of the copies out

	// H2D and H2DToCompute lie inside Queue or before it: copies in are issued before the call.
	H2D          float64 `json:"h2d"`
	H2DToCompute float64 `json:"h2d_to_compute"`
}

// Wall says what the device did between the first start and the last end. The parts add up to Total.
type Wall struct {
	Total     float64 `json:"total"`
	Computing float64 `json:"computing"` // at least one inference was computing
	Copying   float64 `json:"copying"`   // copies alone were running
	Idle      float64 `json:"idle"`      // nothing was running
}

// Deadline says how many inferences kept a deadline: from the start of their copies in to the end of their copies out, with the
// waits in between. With two inferences in flight and transfers, the copies in begin while the inference ahead computes, so the
// wait for that one is part of it.
type Deadline struct {
	LimitMs float64 `json:"limit_ms"`
	Kept    int     `json:"kept"`
	Of      int     `json:"of"`
	Share   float64 `json:"share"` // Kept / Of
}

// AnalysisOptions says how to look at a recording.
type AnalysisOptions struct {
	Percentiles []float32     // each 0 to 100
	Deadline    time.Duration // 0 for none
}

// Analyze looks at the timed inferences of a recording, whose warm-up is that of its settings. The error is a fault of the
// options or a [*NothingTimedError].
func Analyze(r *Recording, options AnalysisOptions) (*Analysis, error) {
	check := SummaryOptions{Percentiles: options.Percentiles}
	if err := check.Validate(); err != nil {
		return nil, fmt.Errorf("bench: analyze: %w", err)
	}
	if options.Deadline < 0 {
		return nil, fmt.Errorf("bench: analyze: deadline %v; expected more than 0", options.Deadline)
	}
	first := firstTimed(r, milliseconds(r.Settings.WarmUp))
	samples := r.Samples[first:]
	if len(samples) == 0 {
		return nil, &NothingTimedError{r.Len(), r.Settings.WarmUp}
	}
	latencies := make([]float32, len(samples))
	for i := range samples {
		latencies[i] = samples[i].Timing().Latency()
	}
	stat.Sort(latencies, nil)
	a := &Analysis{
		Percentiles: percentilesOf(latencies, options.Percentiles),
		Parts:       partsOf(samples, r.Settings.SleepTime),
		Wall:        wallOf(samples),
		Outliers:    outliersOf(samples, first, float64(stat.Median(latencies)), stat.MAD(latencies)),
	}
	if options.Deadline > 0 {
		a.Deadline = deadlineOf(samples, options.Deadline)
	}
	return a, nil
}

// percentilesOf describes ascending values; there is at least one.
func percentilesOf(sorted, percentiles []float32) []Percentile {
	list := []Percentile{}
	for _, p := range percentiles {
		q := float64(p) / 100
		described := Percentile{Percentile: p, Value: float64(sorted[stat.NearestRankIndex(len(sorted), q)])}
		if q > 0 && q < 1 {
			in, enough := stat.QuantileInterval(len(sorted), q, Confidence)
			described.Low, described.High, described.Enough = float64(sorted[in.Low]), float64(sorted[in.High]), enough
			described.Needed = stat.MinimumForQuantile(q, Confidence)
		} else {
			described.Low, described.High = described.Value, described.Value
		}
		list = append(list, described)
	}
	return list
}

// partsOf averages the parts. The device's clock starts after the sleep, the host's before it; what else lies between the two
// starts is a few microseconds and may make a queue time negative, which counts as none.
func partsOf(samples []Sample, sleep time.Duration) Parts {
	var p Parts
	shift := float64(sleep) / float64(time.Millisecond)
	for i := range samples {
		s := &samples[i]
		p.Queue += max(float64(s.ComputeStart)+shift-float64(s.EnqueueStart)/1e6, 0)
		p.Compute += float64(s.Compute)
		p.ComputeToD2H += float64(s.ComputeToD2H)
		p.D2H += float64(s.D2H)
		p.H2D += float64(s.H2D)
		p.H2DToCompute += float64(s.H2DToCompute)
	}
	n := float64(len(samples))
	for _, sum := range []*float64{&p.Queue, &p.Compute, &p.ComputeToD2H, &p.D2H, &p.H2D, &p.H2DToCompute} {
		*sum /= n
	}
	p.Response = p.Queue + p.Compute + p.ComputeToD2H + p.D2H
	return p
}

func deadlineOf(samples []Sample, limit time.Duration) *Deadline {
	return newDeadline(limit, len(samples), func(i int) float64 { return samples[i].span() })
}

// newDeadline counts which of n times in ms keep a limit; n is at least 1.
func newDeadline(limit time.Duration, n int, took func(i int) float64) *Deadline {
	d := &Deadline{LimitMs: float64(limit) / float64(time.Millisecond), Of: n}
	for i := range n {
		if took(i) <= d.LimitMs {
			d.Kept++
		}
	}
	d.Share = float64(d.Kept) / float64(d.Of)
	return d
}

// span returns the time from the start of the copies in to the end of the copies out.
func (s *Sample) span() float64 {
	return float64(s.H2D) + float64(s.H2DToCompute) + float64(s.Compute) + float64(s.ComputeToD2H) + float64(s.D2H)
}
