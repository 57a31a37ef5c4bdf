package load

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// visit returns the levels that a search goes through when those below a bound pass.
func visit(l levels, bound float64) []float64 {
	var visited []float64
	passed := false
	for level, more := l.next(passed); more; level, more = l.next(passed) {
		visited = append(visited, level)
		passed = level < bound
	}
	return visited
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings Settings
		bound    float64
		want     []float64
	}{
		{"all", Settings{Mode: ModeRate, Range: Range{2048, 3072, 256}}, 1e9, []float64{2048, 2304, 2560, 2816, 3072}},
		{"one", Settings{Mode: ModeRate, Range: Level(7)}, 1e9, []float64{7}},
		{"up to the first that fails", Settings{Mode: ModeRate, Range: Range{10, 100, 10}}, 25, []float64{10, 20, 30}},
		{"without end", Settings{Mode: ModeConcurrency, Range: Range{1, 0, 2}}, 6, []float64{1, 3, 5, 7}},
		{"the end is missed", Settings{Mode: ModeRate, Range: Range{1, 4, 2}}, 1e9, []float64{1, 3}},
		{"rounding loses no level", Settings{Mode: ModeRate, Range: Range{0.1, 0.3, 0.1}}, 1e9, []float64{0.1, 0.2, 0.30000000000000004}},
		{"binary", Settings{Mode: ModeRate, Search: SearchBinary, Range: Range{100, 200, 10}}, 160, []float64{100, 200, 150, 175, 162.5, 156.25}},
		{"binary, the lower end fails", Settings{Mode: ModeRate, Search: SearchBinary, Range: Range{100, 200, 10}}, 50, []float64{100}},
		{"binary, the upper end passes", Settings{Mode: ModeRate, Search: SearchBinary, Range: Range{100, 200, 10}}, 500, []float64{100, 200}},
		{"binary, one level", Settings{Mode: ModeRate, Search: SearchBinary, Range: Level(5)}, 500, []float64{5}},
		{"binary, whole numbers", Settings{Mode: ModeConcurrency, Search: SearchBinary, Range: Range{1, 16, 1}}, 7, []float64{1, 16, 8, 4, 6, 7}},
		{"binary, one step", Settings{Mode: ModeConcurrency, Search: SearchBinary, Range: Range{1, 2, 1}}, 2, []float64{1, 2}},
		{"other modes", Settings{Mode: ModeRamp, Range: Range{0, 100, 0}}, 1e9, []float64{50}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := visit(newLevels(&c.settings), c.bound)
			assert.InDeltaSlice(t, c.want, got, 1e-12)
		})
	}
}
