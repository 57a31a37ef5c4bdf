package stream

import (
	"context"
	"time"

	"github.com/trtbench/trtbench/load"
)

// statisticsTimeout bounds a reading of the server's statistics. One that fails is left out.
const statisticsTimeout = 2 * time.Second

// statistics reads what the server counted so far; nil when it is not asked or does not tell.
func (p *pointRun) statistics(ctx context.Context) []load.ModelStatistics {
	reader, ok := p.server.(load.StatisticsReader)
	if !ok || !p.settings.Statistics || ctx.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, statisticsTimeout)
	defer cancel()
	list, err := reader.Statistics(ctx)
	if err != nil {
		return nil
	}
	return list
}

// between returns what was counted between two readings; nil when one is missing.
func between(after, before []load.ModelStatistics) []load.ModelStatistics {
	if len(before) == 0 {
		return nil
	}
	return load.StatisticsBetween(after, before)
}
