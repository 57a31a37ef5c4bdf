package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trtbench/trtbench/stat"
)

// Point is one of the things that a sweep compares, as a model with a certain batch.
type Point struct {
	Name   string
	Target Target
}

// PointResult is what a sweep measured of a point.
type PointResult struct {
	Name       string
	Recordings []*Recording // one for each round, in order; fewer after an interruption
}

// SweepRounds is how often a sweep goes through its points.
const SweepRounds = 3

// Sweep measures points in turn, SweepRounds times through all of them, every other time backwards, so that a device that warms up or slows
// down touches all alike. Duration and iterations of the options are those of a point and are divided among its rounds; each round
// has the whole warm-up.
//
// After a cancellation of ctx or an error the results hold what was measured until then.
func Sweep(ctx context.Context, points []Point, options Options) ([]PointResult, error) {
	if options.Endless {
		return nil, errors.New("bench: sweep: an endless run never reaches the second point; give a duration")
	}
	options.Duration = Set(options.Duration.Or(DefaultDuration) / SweepRounds)
	options.Iterations = Set((max(options.Iterations.Or(DefaultIterations), 0) + SweepRounds - 1) / SweepRounds)
	results := make([]PointResult, len(points))
	order := make([]int, len(points))
	for i, p := range points {
		results[i].Name, order[i] = p.Name, i
	}
	for range SweepRounds {
		for _, i := range order {
			recording, err := Run(ctx, points[i].Target, options)
			if err != nil {
				return results, fmt.Errorf("bench: sweep: %s: %w", points[i].Name, err)
			}
			results[i].Recordings = append(results[i].Recordings, recording)
			if recording.Interrupted {
				return results, context.Canceled
			}
		}
		slices.Reverse(order)
	}
	return results, nil
}

// PointFigures are the figures of a point over all of its rounds. Times are in ms.
type PointFigures struct {
	Name       string    `json:"name"`
	Inferences int       `json:"inferences"`
	Rate       float64   `json:"inferences_per_second"` // median of the rounds
	Rates      []float64 `json:"rates_of_rounds"`       // how far rounds differ
	ComputeMs  float64   `json:"compute_median_ms"`
	LatencyMs  float64   `json:"latency_median_ms"`
	P99Ms      float64   `json:"latency_p99_ms"`         // nearest rank
	P99Known   bool      `json:"latency_p99_is_certain"` // whether there are enough inferences to bound it
}

// Figures summarizes the rounds of a point. The error is a [*NothingTimedError] when no round timed anything.
func (p *PointResult) Figures() (*PointFigures, error) {
	f := &PointFigures{Name: p.Name, Rates: []float64{}}
	var latencies, computes []float32
	for _, r := range p.Recordings {
		first := firstTimed(r, milliseconds(r.Settings.WarmUp))
		n := r.Len() - first
		if n == 0 {
			continue
		}
		for i := first; i < r.Len(); i++ {
			latencies, computes = append(latencies, r.Timing(i).Latency()), append(computes, r.Samples[i].Compute)
		}
		if wall := float64(r.Timing(r.Len()-1).End - r.Timing(first).Start); wall > 0 {
			f.Rates = append(f.Rates, float64(n)/wall*1000)
		}
	}
	f.Inferences = len(latencies)
	if f.Inferences == 0 {
		var warmUp time.Duration
		if len(p.Recordings) > 0 {
			warmUp = p.Recordings[0].Settings.WarmUp
		}
		return nil, &NothingTimedError{0, warmUp}
	}
	scratch := stat.Sort(latencies, nil)
	stat.Sort(computes, scratch)
	f.LatencyMs, f.ComputeMs = float64(stat.Median(latencies)), float64(stat.Median(computes))
	f.P99Ms = float64(latencies[stat.NearestRankIndex(f.Inferences, 0.99)])
	f.P99Known = f.Inferences >= stat.MinimumForQuantile(0.99, Confidence)
	if len(f.Rates) > 0 {
		sorted := slices.Sorted(slices.Values(f.Rates))
		f.Rate = stat.Median(sorted)
	}
	return f, nil
}
