package load

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

// countingServer is an answerer with statistics and gauges.
type countingServer struct {
	answerer
	mu      sync.Mutex
	reads   int
	gauges  int
	failing bool
}

func (s *countingServer) Statistics(context.Context) ([]ModelStatistics, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.failing {
		return nil, errors.New("no statistics")
	}
	n := int64(len(s.conns.requests()))
	return []ModelStatistics{{
		Model: "m", Version: "1", Inferences: n * 4, Executions: n, Success: Stage{n, time.Duration(n) * 10 * time.Millisecond},
		Queue: Stage{n, time.Duration(n) * time.Millisecond}, ComputeInfer: Stage{n, time.Duration(n) * 7 * time.Millisecond},
	}}, nil
}

func (s *countingServer) Metrics(context.Context) ([]GPUMetrics, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gauges++
	if s.failing {
		return nil, errors.New("no metrics")
	}
	return []GPUMetrics{{"GPU-0", float64(s.gauges%2) / 2, 300, float64(s.gauges), 80e9}, {"GPU-1", 1, 400, 5, 80e9}}, nil
}

func TestServerStatisticsOfAPoint(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := &countingServer{answerer: answerer{handle: after(10 * time.Millisecond)}}
		r := mustMeasure(t, server, Options{
			Mode: ModeRate, Range: Level(100), WindowTime: 2 * time.Second, Statistics: true, MetricsInterval: 500 * time.Millisecond,
		})
		p := &r.Points[0]
		require.Len(t, p.Windows, 3)
		list := p.Server()
		require.Len(t, list, 1)
		m := list[0]
		assert.InDelta(t, 600, m.Success.Count, 3, "of three windows, without the warm-up")
		assert.InDelta(t, 4, m.MeanBatch(), 0)
		assert.Equal(t, 10*time.Millisecond, m.Success.Mean())
		assert.Equal(t, 2*time.Millisecond, m.Overhead())
		assert.Zero(t, m.CacheHit.Mean())
		for _, w := range p.Windows {
			assert.InDelta(t, 200, w.Server[0].Success.Count, 2)
		}

		gpus := p.GPUs()
		require.Len(t, gpus, 2)
		assert.Equal(t, "GPU-0", gpus[0].UUID)
		assert.InDelta(t, 14, gpus[0].Readings, 3)
		assert.InDelta(t, 0.25, gpus[0].MeanUtilization, 0.05)
		assert.InDelta(t, 300, gpus[0].MeanPowerWatts, 1e-9)
		assert.InDelta(t, 14, gpus[0].MaxMemoryUsedBytes, 3)
		assert.InDelta(t, 400, gpus[1].MeanPowerWatts, 1e-9)
	})
}

func TestServerWithoutStatistics(t *testing.T) {
	for name, server := range map[string]Server{
		"none":    &answerer{handle: after(time.Millisecond)},
		"failing": &countingServer{answerer: answerer{handle: after(time.Millisecond)}, failing: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := mustMeasure(t, server, Options{WindowTime: time.Second, Range: Level(1), Requests: 10, Statistics: true, MetricsInterval: time.Second})
				assert.Empty(t, r.Points[0].Server())
				assert.Empty(t, r.Points[0].GPUs())
				_, ok := r.Points[0].Served()
				assert.False(t, ok)
				if name == "failing" {
					assert.Equal(t, []record.Code{CodeServerUnread}, codes(r.Verdict))
					assert.Equal(t, "no statistics\nno metrics", r.Verdict.Reasons[0].Evidence)
				} else {
					assert.Equal(t, record.Valid, r.Verdict.Status)
				}
			})
		})
	}
	bubble(t, func(t *testing.T) {
		server := &countingServer{answerer: answerer{handle: after(time.Millisecond)}}
		mustMeasure(t, server, Options{Range: Level(1), Requests: 10})
		assert.Zero(t, server.reads, "only when asked")
		assert.Zero(t, server.gauges)
	})
}

func TestStatisticsDifference(t *testing.T) {
	model := func(name, version string, n int64) ModelStatistics {
		return ModelStatistics{Model: name, Version: version, Executions: n, Queue: Stage{n, time.Duration(n)}}
	}
	got := difference(
		[]ModelStatistics{model("a", "1", 10), model("a", "2", 5), model("b", "1", 3)},
		[]ModelStatistics{model("b", "1", 7), model("a", "1", 4)},
	)
	assert.Equal(t, []ModelStatistics{model("a", "1", 6), model("a", "2", 5), model("b", "1", 3)}, got, "b was started anew")
}

func TestServerSumsWindows(t *testing.T) {
	one := ModelStatistics{Model: "a", Version: "1", Executions: 1}
	two := ModelStatistics{Model: "a", Version: "2", Executions: 5}
	p := Point{Merged: 2, Windows: []Window{{Server: []ModelStatistics{one, one}}, {Server: []ModelStatistics{one}}, {Server: []ModelStatistics{two, one}}}}
	assert.Equal(t, []ModelStatistics{two, {Model: "a", Version: "1", Executions: 2}}, p.Server())
}

func TestServedVersion(t *testing.T) {
	version := func(model, version string, n int64) ModelStatistics {
		return ModelStatistics{Model: model, Version: version, Queue: Stage{Count: n}}
	}
	for want, list := range map[string][]ModelStatistics{
		"1":  {version("a", "1", 0), version("a", "2", 0)},
		"2":  {version("a", "1", 5), version("a", "2", 1), version("a", "3", 0)},
		"10": {version("a", "9", 5), version("a", "10", 1), version("b", "11", 7)},
	} {
		p := Point{Merged: 1, Windows: []Window{{Server: list}}}
		served, ok := p.Served()
		assert.True(t, ok)
		assert.Equal(t, want, served.Version)
	}
}
