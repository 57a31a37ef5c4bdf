package stream

import (
	"slices"
	"time"

	"github.com/trtbench/trtbench/stat"
)

// settling says when latencies are steady: windows in a row that agree.
type settling struct {
	window int64 // ns
	floor  int64 // differences below this are none
	places int

	begun   int64 // of the window
	values  []int64
	scratch []int64
	chunks  int // of the window
	over    int

	medians []int64 // of windows that are complete
	waiting []int64 // chunks that waited at their ends
	growing int     // windows in a row that were late and left more waiting than the one before
}

const (
	steadyPercent   = 10
	hopelessWindows = 3
	hopelessShare   = 0.5
)

func newSettling(s *Settings, sessions int) *settling {
	return &settling{
		window: int64(max(3*s.ChunkDuration, 500*time.Millisecond)), floor: int64(max(s.Limit/20, 100*time.Microsecond)), places: sessions,
	}
}

// add takes in a chunk.
func (t *settling) add(c *Chunk, limit int64) {
	t.chunks++
	if overLimit(c, limit) {
		t.over++
	}
	if c.Answered > 0 {
		t.values = append(t.values, c.Latency())
	}
}

// pass ends the window if its time has passed.
func (t *settling) pass(now, waiting int64) {
	if t.begun == 0 {
		t.begun = now
	}
	if now-t.begun < t.window {
		return
	}
	if len(t.values) > 0 {
		t.scratch = stat.SortInts(t.values, t.scratch)
		t.medians = append(t.medians, t.values[stat.NearestRankIndex(len(t.values), 0.5)])
	} else {
		t.medians = append(t.medians, t.window)
	}
	before := int64(0)
	if n := len(t.waiting); n > 0 {
		before = t.waiting[n-1]
	}
	if float64(t.over) > hopelessShare*float64(t.chunks) && waiting > before {
		t.growing++
	} else {
		t.growing = 0
	}
	t.waiting = append(t.waiting, waiting)
	t.begun, t.values, t.chunks, t.over = now, t.values[:0], 0, 0
}

// steady reports whether the last two windows agree, and no more chunks wait than before.
func (t *settling) steady() bool {
	n := len(t.medians)
	if n < 2 {
		return false
	}
	m := t.medians[n-2:]
	low, high := slices.Min(m), slices.Max(m)
	return high-low <= max(t.floor, low*steadyPercent/100) && t.waiting[n-1] <= t.waiting[n-2]+int64(max(1, t.places/100))
}

// hopeless reports whether the backlog grows and grows.
func (t *settling) hopeless() bool { return t.growing >= hopelessWindows }
