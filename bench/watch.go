package bench

import (
	"runtime/debug"
	"runtime/metrics"
	"sort"
	"time"
)

// pause is one stop of the program by the garbage collector, in ns of wall-clock time. The collector stops the program
// twice in a cycle; the runtime tells the sum of both and when the second ended.
type pause struct{ start, end int64 }

// runtimeWatch notes what Go's runtime did to the program while it measured. It costs nothing meanwhile: both
// figures are kept by the runtime anyway and are read before and after.
type runtimeWatch struct {
	started time.Time
	cycles  int64
	waiting float64 // seconds that goroutines have waited for a processor
}

func watchRuntime() *runtimeWatch {
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	return &runtimeWatch{started: time.Now(), cycles: gc.NumGC, waiting: schedulerWaits()}
}

// pauses returns the stops since the watch began, oldest first; the runtime remembers the newest 256.
func (w *runtimeWatch) pauses() []pause {
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	n := min(int(gc.NumGC-w.cycles), len(gc.Pause))
	pauses := make([]pause, n)
	for i := range pauses {
		end := gc.PauseEnd[n-1-i].UnixNano()
		pauses[i] = pause{end - gc.Pause[n-1-i].Nanoseconds(), end}
	}
	return pauses
}

// starvation returns the share of the watched time that goroutines of this program spent waiting for a processor in
// waits of a millisecond or more. Busy goroutines beside a measurement, as many as GOMAXPROCS, show here. Less than
// 10 ms of waiting counts as none: a single wait would be a large share of a very short run.
func (w *runtimeWatch) starvation() float64 {
	waited := schedulerWaits() - w.waiting
	if waited < 0.01 {
		return 0
	}
	return waited / time.Since(w.started).Seconds()
}

// schedulerWaits returns the seconds, counted from below, that goroutines have waited in waits of 1 ms or more.
func schedulerWaits() float64 {
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0
	}
	h := sample[0].Value.Float64Histogram()
	total := 0.0
	for i, count := range h.Counts {
		if lower := h.Buckets[i]; lower >= 1e-3 {
			total += lower * float64(count)
		}
	}
	return total
}

// flagPauses marks the samples of one loop that a pause overlapped. A sample reaches from its enqueue to the enqueue
// of the sample `ahead` places later, which happens after it was waited for, or to the end of the loop. offset turns a
// sample's host times into wall-clock time, in which ended and the pauses are.
func flagPauses(samples []Sample, offset, ended int64, ahead int, pauses []pause) {
	for _, p := range pauses {
		if p.start >= ended {
			continue
		}
		i := sort.Search(len(samples), func(i int) bool {
			return i+ahead >= len(samples) || samples[i+ahead].EnqueueStart+offset > p.start
		})
		for ; i < len(samples) && samples[i].EnqueueStart+offset < p.end; i++ {
			samples[i].Flags |= GCPause
		}
	}
}
