package load

import (
	"context"
	"slices"
	"time"
)

// StatisticsReader is what a [Server] may be besides: one that counts what it does.
type StatisticsReader interface {
	// Statistics returns the counts since the server's start: the model under load first, then the models it is composed of. It
	// returns when ctx ends at the latest.
	Statistics(ctx context.Context) ([]ModelStatistics, error)
}

// ModelStatistics is what a server counted for one version of a model. Those of a [Window] are of the window alone.
type ModelStatistics struct {
	Model   string `json:"model"`
	Version string `json:"version,omitempty"`

	Inferences int64 `json:"inferences"` // items, so that a request with a batch of 4 counts 4
	Executions int64 `json:"executions"` // runs of the model, each of a batch that the server may have put together

	Success       Stage `json:"success"` // of whole requests
	Fail          Stage `json:"fail"`
	Queue         Stage `json:"queue"`
	ComputeInput  Stage `json:"compute_input"`
	ComputeInfer  Stage `json:"compute_infer"`
	ComputeOutput Stage `json:"compute_output"`
	CacheHit      Stage `json:"cache_hit"`
	CacheMiss     Stage `json:"cache_miss"`
}

// Stage is how often and how long a server did something for requests.
type Stage struct {
	Count int64         `json:"count"`
	Time  time.Duration `json:"time_ns"`
}

// Mean returns the time for one request; 0 when there was none.
func (s Stage) Mean() time.Duration {
	if s.Count == 0 {
		return 0
	}
	return s.Time / time.Duration(s.Count)
}

// MeanBatch returns the number of items that the model was given at a time, on average; 0 when it did not run.
func (m *ModelStatistics) MeanBatch() float64 {
	if m.Executions == 0 {
		return 0
	}
	return float64(m.Inferences) / float64(m.Executions)
}

// Overhead returns the part of a request's mean time in the server that is neither queue nor computation.
func (m *ModelStatistics) Overhead() time.Duration {
	return max(m.Success.Mean()-m.Queue.Mean()-m.ComputeInput.Mean()-m.ComputeInfer.Mean()-m.ComputeOutput.Mean(), 0)
}

// combine applies op to each pair of counts.
func (m ModelStatistics) combine(other ModelStatistics, op func(a, b int64) int64) ModelStatistics {
	stage := func(a, b Stage) Stage {
		return Stage{op(a.Count, b.Count), time.Duration(op(int64(a.Time), int64(b.Time)))}
	}
	return ModelStatistics{
		Model: m.Model, Version: m.Version,
		Inferences: op(m.Inferences, other.Inferences), Executions: op(m.Executions, other.Executions),
		Success: stage(m.Success, other.Success), Fail: stage(m.Fail, other.Fail), Queue: stage(m.Queue, other.Queue),
		ComputeInput: stage(m.ComputeInput, other.ComputeInput), ComputeInfer: stage(m.ComputeInfer, other.ComputeInfer),
		ComputeOutput: stage(m.ComputeOutput, other.ComputeOutput),
		CacheHit:      stage(m.CacheHit, other.CacheHit), CacheMiss: stage(m.CacheMiss, other.CacheMiss),
	}
}

// combineAll applies op to the counts of the same model and version in both lists, in the order of the first list.
func combineAll(list, others []ModelStatistics, op func(a, b int64) int64) []ModelStatistics {
	combined := make([]ModelStatistics, len(list))
	for i, m := range list {
		var other ModelStatistics
		if k := slices.IndexFunc(others, func(o ModelStatistics) bool { return o.Model == m.Model && o.Version == m.Version }); k >= 0 {
			other = others[k]
		}
		combined[i] = m.combine(other, op)
	}
	return combined
}

// StatisticsBetween returns what was counted between two readings of a server's statistics. A count that fell, as when the server was
// started anew, is what the later reading says.
func StatisticsBetween(after, before []ModelStatistics) []ModelStatistics {
	return difference(after, before)
}

// difference returns what was counted between two readings. A count that fell, as when the server was started anew, is what the
// later reading says.
func difference(after, before []ModelStatistics) []ModelStatistics {
	return combineAll(after, before, func(a, b int64) int64 {
		if a < b {
			return a
		}
		return a - b
	})
}

// Served returns what the server counted for the model under load in the windows that the point's figures are of: of its versions, the
// highest one that had requests. ok is false when the server was not asked.
func (p *Point) Served() (served ModelStatistics, ok bool) {
	for i, m := range p.Server() {
		if i == 0 || m.Model == served.Model && m.Queue.Count > 0 && (served.Queue.Count == 0 || higherVersion(m.Version, served.Version)) {
			served, ok = m, true
		}
	}
	return served, ok
}

// higherVersion compares whole numbers without leading zeros.
func higherVersion(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }

// Server returns what the server counted in the windows that the point's figures are of; empty when it was not asked.
func (p *Point) Server() []ModelStatistics {
	var sum []ModelStatistics
	for _, w := range p.merged() {
		if len(w.Server) > len(sum) { // a version may have been loaded in the meantime
			sum = combineAll(w.Server, sum, func(a, b int64) int64 { return a + b })
			continue
		}
		sum = combineAll(sum, w.Server, func(a, b int64) int64 { return a + b })
	}
	return sum
}
