package bench

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Six samples of one loop are enqueued at 100, 200, … 600 on the host clock, which is 1000 behind the wall clock, and
// the loop ends at 1700. With one inference in flight a sample reaches to the enqueue of the next one.
func TestFlagPauses(t *testing.T) {
	for _, c := range []struct {
		name   string
		ahead  int
		pauses []pause
		want   []int // places of the flagged
	}{
		{"none", 1, nil, nil},
		{"inside one", 1, []pause{{1210, 1220}}, []int{1}},
		{"over a border", 1, []pause{{1290, 1310}}, []int{1, 2}},
		{"up to a border", 1, []pause{{1290, 1300}}, []int{1}},
		{"from a border", 1, []pause{{1300, 1310}}, []int{2}},
		{"before all", 1, []pause{{1000, 1100}}, nil},
		{"into the first", 1, []pause{{1000, 1101}}, []int{0}},
		{"in the last", 1, []pause{{1650, 1660}}, []int{5}},
		{"over the end", 1, []pause{{1690, 1900}}, []int{5}},
		{"after the end", 1, []pause{{1700, 1710}}, nil},
		{"all", 1, []pause{{0, 5000}}, []int{0, 1, 2, 3, 4, 5}},
		{"two", 1, []pause{{1110, 1120}, {1410, 1420}}, []int{0, 3}},
		{"two in flight", 2, []pause{{1310, 1320}}, []int{1, 2}},
		{"two in flight, in the last", 2, []pause{{1650, 1660}}, []int{4, 5}},
		{"four in flight", 4, []pause{{1550, 1560}}, []int{1, 2, 3, 4}},
		{"more in flight than there are", 12, []pause{{1110, 1120}}, []int{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			samples := make([]Sample, 6)
			for i := range samples {
				samples[i].EnqueueStart = int64(100 * (i + 1))
			}
			flagPauses(samples, 1000, 1700, c.ahead, c.pauses)
			var got []int
			for i, s := range samples {
				if s.Flags&GCPause != 0 {
					got = append(got, i)
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
	flagPauses(nil, 0, 0, 1, []pause{{1, 2}})
}

func TestRuntimeWatchSeesCollections(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // only ours
	before := time.Now().UnixNano()
	w := watchRuntime()
	assert.Empty(t, w.pauses())
	runtime.GC()
	runtime.GC()
	pauses := w.pauses()
	require.Len(t, pauses, 2)
	for _, p := range pauses {
		assert.Greater(t, p.end, p.start)
		assert.Greater(t, p.end, before)
	}
	assert.Greater(t, pauses[1].end, pauses[0].end)
	assert.GreaterOrEqual(t, w.starvation(), 0.0)
}

// A run during which the collector ran says so on its samples.
func TestRunFlagsCollections(t *testing.T) {
	started := time.Now()
	f := &fake{script: func(_, i int, s *Sample) {
		s.EnqueueStart = time.Since(started).Nanoseconds()
		s.EnqueueEnd = s.EnqueueStart
		if i == 20 {
			runtime.GC()
		}
	}}
	r, err := Run(t.Context(), f, options(1000, 0, 0))
	require.NoError(t, err)
	flagged := 0
	for _, s := range r.Samples {
		if s.Flags&GCPause != 0 {
			flagged++
		}
	}
	assert.NotZero(t, flagged)
	assert.Less(t, flagged, 500)
}
