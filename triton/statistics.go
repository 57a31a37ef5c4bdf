package triton

import (
	"context"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/kserve"
)

// Statistics is part of load.StatisticsReader: the counts of the model's versions, then those of the models an ensemble is made of.
func (t *Target) Statistics(ctx context.Context) ([]load.ModelStatistics, error) {
	all, err := t.client.Statistics(ctx, t.model.Name, t.model.Version)
	if err != nil {
		return nil, err
	}
	for _, name := range t.model.Composing {
		part, err := t.client.Statistics(ctx, name, "")
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	counts := make([]load.ModelStatistics, len(all))
	for i, m := range all {
		counts[i] = statisticsOf(m)
	}
	return counts, nil
}

func statisticsOf(m *kserve.ModelStatistics) load.ModelStatistics {
	s := m.GetInferenceStats()
	return load.ModelStatistics{
		Model: m.GetName(), Version: m.GetVersion(),
		Inferences: int64(m.GetInferenceCount()), Executions: int64(m.GetExecutionCount()),
		Success: stageOf(s.GetSuccess()), Fail: stageOf(s.GetFail()), Queue: stageOf(s.GetQueue()),
		ComputeInput: stageOf(s.GetComputeInput()), ComputeInfer: stageOf(s.GetComputeInfer()), ComputeOutput: stageOf(s.GetComputeOutput()),
		CacheHit: stageOf(s.GetCacheHit()), CacheMiss: stageOf(s.GetCacheMiss()),
	}
}

func stageOf(d *kserve.StatisticDuration) load.Stage {
	return load.Stage{Count: int64(d.GetCount()), Time: time.Duration(d.GetNs())}
}
