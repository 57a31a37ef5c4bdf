package streamreport

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/stream"
)

func TestExtent(t *testing.T) {
	tests := []struct {
		name              string
		run               func() *stream.Recording
		sessions, latency float64
	}{
		{"far points are at the edge", curve, 330, 125},
		{"a search's first steps are left out when they went far", func() *stream.Recording {
			r := search()
			measure(r, 200, 2*time.Second, stream.OverLimit)
			return r
		}, 1.1 * 128, 125},
		{"close ones are inside", func() *stream.Recording {
			r := recorded()
			measure(r, 10, 200*time.Millisecond, stream.OverLimit)
			return r
		}, 11, 217.8888888},
		{"nothing", recorded, 1.1, 125},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sessions, latency := whole(test.run()).extent(100)
			assert.InDelta(t, test.sessions, sessions, 1e-9)
			assert.InDelta(t, test.latency, latency, 1e-6)
		})
	}
}

func TestMiddle(t *testing.T) {
	assert.Empty(t, middle(nil))
	dots := []dot{{1, 5, true, true, true}, {2, 1, true, false, true}, {2, 3, true, false, true}, {2, 9, true, false, true}, {3, 4, false, false, false}, {4, 8, false, false, true}}
	assert.Equal(t, []dot{{1, 5, true, true, true}, {2, 3, true, false, true}, {4, 8, false, false, true}}, middle(dots))
}

func TestTicks(t *testing.T) {
	values := func(a axis, most int) []float64 {
		var all []float64
		for _, tick := range a.ticks(most) {
			all = append(all, tick.Value)
		}
		return all
	}
	assert.Equal(t, []float64{0, 25, 50, 75, 100, 125}, values(axis{top: 125}, 5))
	assert.Equal(t, []float64{0, 1}, values(axis{top: 1.1, whole: true}, 8))
	assert.Equal(t, []float64{0, 0.5, 1}, values(axis{top: 1.1}, 3))
	for _, top := range []float64{1e-9, 3, 99.5, 16384, 1e12} {
		assert.InDelta(t, 5, len(values(axis{top: top}, 5)), 3)
	}
	for _, odd := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		assert.Equal(t, 1.0, roundStep(odd))
	}
}

func TestSlicesHaveAllChunks(t *testing.T) {
	for _, sessions := range []int{1, 3, 100, 3000} {
		r := recorded()
		p := measure(r, sessions, 50*time.Millisecond, stream.Holds)
		n := 0
		for _, s := range sliced(p) {
			n += s.chunks
			if s.chunks > 0 {
				assert.LessOrEqual(t, s.least, s.half)
				assert.LessOrEqual(t, s.half, s.greatest)
			}
		}
		assert.Equal(t, len(p.Chunks), n)
		assert.LessOrEqual(t, len(sliced(p)), mostSlices)
	}
}

func TestPartsAddUp(t *testing.T) {
	for name, r := range map[string]*stream.Recording{"in this process": curve(), "server that tells": served()} {
		run := NewRun(name, r)
		sum, names := time.Duration(0), []string{}
		for _, p := range parts(&r.Points[0], run.Figures[0]) {
			sum += p.mean
			names = append(names, p.name)
			known := slices.ContainsFunc(partPaints, func(k struct {
				name  string
				paint paint
			}) bool {
				return k.name == p.name
			})
			assert.True(t, known, p.name)
		}
		assert.InDelta(t, float64(run.Figures[0].Latency.Chunk.Mean), float64(sum), float64(time.Microsecond), name)
		assert.Contains(t, names, "queue")
	}
	r := served()
	r.Points[0].Server = nil
	run := NewRun("a server that does not tell", r)
	last := parts(&r.Points[0], run.Figures[0])
	assert.Equal(t, "server", last[len(last)-1].name)
}

func TestPaintsDiffer(t *testing.T) {
	light, dark, names := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, p := range paints() {
		require.False(t, names[p.name], "%s is there twice", p.name)
		names[p.name] = true
		require.Empty(t, light[web(p.light)], "%s looks as another colour by day", p.name)
		require.Empty(t, dark[web(p.dark)], "%s looks as another colour by night", p.name)
		light[web(p.light)], dark[web(p.dark)] = p.name, p.name
	}
}
