package stream

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

func TestSlower(t *testing.T) {
	ms := func(n ...float64) (d []time.Duration) {
		for _, v := range n {
			d = append(d, time.Duration(v*float64(time.Millisecond)))
		}
		return d
	}
	base := &Batches{Most: 1, Sizes: []int{0, 0, 30, 100}, Compute: ms(0, 0, 2, 4)}
	for name, c := range map[string]struct {
		batches *Batches
		base    *Batches
		want    float64
		known   bool
	}{
		"the same":              {base, base, 1, true},
		"slower":                {&Batches{Most: 1, Sizes: []int{0, 0, 30, 100}, Compute: ms(0, 0, 3, 6)}, base, 1.5, true},
		"sizes that differ":     {&Batches{Most: 1, Sizes: []int{0, 100, 20}, Compute: ms(0, 50, 1)}, base, 0.5, true},
		"weighed by the fewer":  {&Batches{Most: 1, Sizes: []int{0, 0, 60, 20, 9}, Compute: ms(0, 0, 4, 4, 9)}, base, (30*4 + 20*4.) / (30*2 + 20*4), true},
		"too few in common":     {&Batches{Most: 1, Sizes: []int{0, 100, 19}, Compute: ms(0, 1, 1)}, base, 0, false},
		"several side by side":  {&Batches{Most: 2, Sizes: []int{0, 0, 30, 100}, Compute: ms(0, 0, 3, 6)}, base, 0, false},
		"the server is silent":  {nil, base, 0, false},
		"the other one was":     {base, nil, 0, false},
		"batches take no time":  {base, &Batches{Most: 1, Sizes: []int{0, 0, 30, 100}, Compute: ms(0, 0, 0, 0)}, 0, false},
		"no batches in common":  {&Batches{Most: 1, Sizes: []int{0, 100}, Compute: ms(0, 1)}, base, 0, false},
		"base has several also": {base, &Batches{Most: 2, Sizes: base.Sizes, Compute: base.Compute}, 0, false},
	} {
		ratio, known := c.batches.Slower(c.base)
		assert.Equal(t, c.known, known, name)
		assert.InDelta(t, c.want, ratio, 1e-12, name)
	}
}

// An engine that becomes slower in the middle of a search is found out by how long its batches take; one that does not is not.
func TestASearchTellsThatTheModelBecameSlower(t *testing.T) {
	for name, slowing := range map[string]float64{"slower": 1.25, "as before": 1} {
		t.Run(name, func(t *testing.T) {
			s := engine()
			began := time.Time{}
			s.slow = func() float64 {
				switch {
				case began.IsZero():
					began = time.Now()
				case time.Since(began) > time.Minute:
					return slowing
				}
				return 1
			}
			measure(t, s, Options{FindMax: true, Search: SearchOptions{Start: 200}}, func(t *testing.T, r *Recording) {
				codes := map[string]string{}
				for _, reason := range r.Verdict.Reasons {
					codes[string(reason.Code)] = reason.Evidence
				}
				if slowing == 1 {
					assert.NotContains(t, codes, string(CodeSpeed))
				} else {
					assert.Contains(t, codes[string(CodeSpeed)], "times as long")
				}
			})
		})
	}
}

func TestComputeOfBatchesIsToldBySize(t *testing.T) {
	batch := func(size int, started, took time.Duration) (chunks []Chunk) {
		for range size {
			chunks = append(chunks, Chunk{Batch: uint16(size), Status: load.StatusOK, Started: int64(started), Finished: int64(started + took)})
		}
		return chunks
	}
	p := Point{Sessions: 3, Start: 1, End: int64(time.Second)}
	p.Chunks = append(p.Chunks, batch(1, 10*time.Millisecond, 2*time.Millisecond)...)
	p.Chunks = append(p.Chunks, batch(3, 20*time.Millisecond, 4*time.Millisecond)...)
	p.Chunks = append(p.Chunks, batch(3, 30*time.Millisecond, 7*time.Millisecond)...)
	s := (&Options{}).settings()
	f := newFigures(&p, &s)
	require.NotNil(t, f.Batches)
	assert.Equal(t, []int{0, 1, 0, 2}, f.Batches.Sizes)
	assert.Equal(t, []time.Duration{0, 2 * time.Millisecond, 0, 5500 * time.Microsecond}, f.Batches.Compute)
}
