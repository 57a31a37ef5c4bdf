package load

import (
	"context"
	"errors"
	"sync"
	"time"
)

// readTimeout bounds a reading of the server's statistics or gauges. One that fails is left out, and the verdict says so.
const readTimeout = 2 * time.Second

// statistics reads what the server counted so far; nil when it is not asked or does not tell.
func (r *runner) statistics(ctx context.Context) []ModelStatistics {
	reader, ok := r.server.(StatisticsReader)
	if !ok || !r.settings.Statistics || ctx.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	list, err := reader.Statistics(ctx)
	if err != nil {
		r.unread = or(r.unread, err)
		return nil
	}
	return list
}

// gauges reads the gauges of the server's GPUs at intervals.
type gauges struct {
	reader MetricsReader
	cancel context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	usage []GPUUsage // since the last take
	err   error      // of the first reading that failed
}

// watchGauges starts reading. It returns nil, on which all methods do nothing, when interval is 0 or the server has no gauges. The
// caller calls close.
func watchGauges(ctx context.Context, server Server, interval time.Duration) *gauges {
	reader, ok := server.(MetricsReader)
	if !ok || interval == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	g := &gauges{reader: reader, cancel: cancel, done: make(chan struct{})}
	go g.watch(ctx, interval)
	return g
}

func (g *gauges) watch(ctx context.Context, interval time.Duration) {
	defer close(g.done)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		g.read(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// read takes one reading in.
func (g *gauges) read(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	list, err := g.reader.Metrics(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil && !errors.Is(err, context.Canceled) { // the end of the run is no failure
		g.err = or(g.err, err)
	}
	for _, gpu := range list {
		usageOf(&g.usage, gpu.UUID).add(gpu)
	}
}

// take returns the usage since the last take.
func (g *gauges) take() []GPUUsage {
	if g == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	usage := g.usage
	g.usage = nil
	return usage
}

// close ends reading, and returns the error of the first reading that failed.
func (g *gauges) close() error {
	if g == nil {
		return nil
	}
	g.cancel()
	<-g.done
	return g.err
}
