package tritontest

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/trtbench/trtbench/triton/kserve"
)

// statistics are a model's counters, as the server's statistics extension has them.
type statistics struct {
	mu                          sync.Mutex
	items, executions           uint64
	success, fail, queue, infer duration
	batches                     map[uint64]*duration
	last                        time.Time
}

type duration struct {
	count uint64
	total time.Duration
}

func (d *duration) add(took time.Duration) {
	d.count++
	d.total += took
}

func (d duration) proto() *kserve.StatisticDuration {
	return &kserve.StatisticDuration{Count: d.count, Ns: uint64(d.total)}
}

// part is the duration times a fraction: copies of inputs and outputs take a twentieth of an execution each.
func (d duration) part(numerator, denominator time.Duration) *kserve.StatisticDuration {
	return duration{d.count, d.total * numerator / denominator}.proto()
}

// executed counts an execution of some requests together.
func (s *statistics) executed(jobs []*job, start, end time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items uint64
	for _, j := range jobs {
		items += uint64(j.batch)
		if j.failed {
			s.fail.add(end.Sub(j.arrived))
			continue
		}
		s.success.add(end.Sub(j.arrived))
		s.queue.add(start.Sub(j.arrived))
		s.infer.add(end.Sub(start))
	}
	s.items += items
	s.executions++
	if s.batches == nil {
		s.batches = map[uint64]*duration{}
	}
	if s.batches[items] == nil {
		s.batches[items] = &duration{}
	}
	s.batches[items].add(end.Sub(start))
	s.last = end
}

// refused counts a request that was not even queued.
func (s *statistics) refused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail.add(0)
}

func (s *statistics) proto(model string) *kserve.ModelStatistics {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied, computed := s.infer.part(1, 20), s.infer.part(18, 20)
	out := &kserve.ModelStatistics{
		Name: model, Version: "1", InferenceCount: s.items, ExecutionCount: s.executions,
		InferenceStats: &kserve.InferStatistics{
			Success: s.success.proto(), Fail: s.fail.proto(), Queue: s.queue.proto(),
			ComputeInput: copied, ComputeInfer: computed, ComputeOutput: copied,
			CacheHit: duration{}.proto(), CacheMiss: duration{}.proto(),
		},
	}
	if !s.last.IsZero() {
		out.LastInference = uint64(s.last.UnixMilli())
	}
	for _, size := range slices.Sorted(maps.Keys(s.batches)) {
		d := s.batches[size]
		out.BatchStats = append(out.BatchStats, &kserve.InferBatchStatistics{
			BatchSize: size, ComputeInput: d.part(1, 20), ComputeInfer: d.part(18, 20), ComputeOutput: d.part(1, 20),
		})
	}
	return out
}
