package bench

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fill(st *store, n int) {
	for i := range n {
		st.reserve().EnqueueStart = int64(i + 1)
		st.commit()
	}
}

func TestStore(t *testing.T) {
	for _, c := range []struct{ bound, n, dropped int }{
		{0, 0, 0}, {0, 1, 0}, {0, chunkSamples, 0}, {0, chunkSamples + 1, 0}, {0, 3*chunkSamples + 7, 0},
		{1, 0, 0}, {1, 1, 0}, {1, 2, 1}, {1, 3, 2}, {1, 100, 99},
		{4, 3, 0}, {4, 4, 0}, {4, 5, 1}, {4, 6, 2}, {4, 9, 5}, {4, 10, 6}, {4, 11, 7}, {4, 1000, 996},
	} {
		t.Run(fmt.Sprintf("bound %d, %d samples", c.bound, c.n), func(t *testing.T) {
			st := newStore(c.bound)
			fill(st, c.n)
			// A place that was reserved and not committed, as after a failed wait, changes nothing.
			*st.reserve() = Sample{EnqueueStart: -1}
			assert.Same(t, st.reserve(), st.reserve())
			st.finish()
			assert.Equal(t, c.dropped, st.dropped())
			require.Equal(t, c.n-c.dropped, st.len())
			if c.n > 0 {
				assert.EqualValues(t, 1, st.firstEnqueue)
			}
			samples := st.appendTo([]Sample{{EnqueueStart: int64(c.dropped)}})
			require.Len(t, samples, c.n-c.dropped+1)
			for i, s := range samples {
				require.EqualValues(t, c.dropped+i, s.EnqueueStart)
			}
		})
	}
}

func BenchmarkStore(b *testing.B) {
	st := newStore(0)
	defer st.finish()
	b.ReportAllocs()
	for b.Loop() {
		st.reserve().Lane = 0
		st.commit()
	}
}
