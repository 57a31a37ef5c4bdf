package streamcompare

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/stream"
)

func TestRange(t *testing.T) {
	holds, over, near, late := stream.Holds, stream.OverLimit, stream.Undecided, stream.ClientLate
	type points = []stream.Point
	for _, c := range []struct {
		name   string
		points points
		result *stream.Result
		want   Range
		text   string
	}{
		{"nothing", nil, nil, Range{}, "0 or more"},
		{"a curve", points{{Sessions: 10, Finding: holds}, {Sessions: 20, Finding: holds}, {Sessions: 30, Finding: over}}, nil, Range{20, 30}, "20 to 29"},
		{"no end", points{{Sessions: 10, Finding: holds}}, nil, Range{10, 0}, "10 or more"},
		{"none holds", points{{Sessions: 1, Finding: stream.FellBehind}}, nil, Range{0, 1}, "0"},
		{"too close to call is no end", points{{Sessions: 10, Finding: holds}, {Sessions: 11, Finding: near}, {Sessions: 12, Finding: over}}, nil, Range{10, 12}, "10 to 11"},
		{"a late client is no end", points{{Sessions: 10, Finding: holds}, {Sessions: 20, Finding: late}}, nil, Range{10, 0}, "10 or more"},
		{"a curve that contradicts itself", points{{Sessions: 10, Finding: holds}, {Sessions: 20, Finding: over}, {Sessions: 30, Finding: holds}, {Sessions: 40, Finding: over}},
			nil, Range{10, 40}, "10 to 39"},
		{"a search whose first result did not hold again", points{{Sessions: 20, Finding: holds}, {Sessions: 20, Finding: over}, {Sessions: 16, Finding: holds}},
			&stream.Result{Holds: 16}, Range{16, 20}, "16 to 19"},
		{"a search disturbed by an accident", points{{Sessions: 16, Finding: over}, {Sessions: 16, Finding: holds}, {Sessions: 17, Finding: over}},
			&stream.Result{Holds: 16}, Range{16, 17}, "16"},
		{"a search that found none", points{{Sessions: 2, Finding: over}, {Sessions: 1, Finding: over}}, &stream.Result{}, Range{0, 1}, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rangeOf(&stream.Recording{Points: c.points, Result: c.result})
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.text, got.String())
		})
	}
}

func TestCompareCapacity(t *testing.T) {
	for _, c := range []struct {
		name      string
		a, b      Range
		low, high float64 // 1e9: no end
		state     compare.State
		code      compare.Code
	}{
		{"the same", Range{100, 102}, Range{100, 102}, -1 / 1.01, 1, compare.Same, compare.Within},
		{"overlap", Range{100, 120}, Range{110, 130}, 100 * (110/119. - 1), 29, compare.Unclear, Overlap},
		{"fewer", Range{100, 102}, Range{80, 82}, 100 * (80/101. - 1), -19, compare.Worse, compare.Beyond},
		{"more", Range{80, 82}, Range{100, 102}, 100 * (100/81. - 1), 26.25, compare.Better, compare.Beyond},
		{"fewer by less than matters", Range{100, 101}, Range{97, 98}, -3, -3, compare.Same, compare.Within},
		{"fewer by about what matters", Range{100, 102}, Range{94, 97}, 100 * (94/101. - 1), -4, compare.Unclear, compare.Crosses},
		{"A has no end", Range{100, 0}, Range{80, 82}, -100, -19, compare.Worse, compare.Beyond},
		{"B has no end", Range{80, 82}, Range{100, 0}, 100 * (100/81. - 1), 1e9, compare.Better, compare.Beyond},
		{"neither has an end", Range{80, 0}, Range{100, 0}, -100, 1e9, compare.Unclear, Overlap},
		{"none on both sides", Range{0, 1}, Range{0, 1}, 0, 0, compare.Same, compare.Within},
		{"none any more", Range{8, 9}, Range{0, 1}, -100, -100, compare.Worse, compare.Beyond},
		{"none before", Range{0, 1}, Range{8, 9}, 1e9, 1e9, compare.Better, compare.Beyond},
		{"A may hold none", Range{0, 8}, Range{8, 9}, 100 * (8/7. - 1), 1e9, compare.Better, compare.Beyond},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := compareCapacity(c.a, c.b, compare.DefaultThreshold)
			assert.Equal(t, c.state, got.State)
			assert.Equal(t, c.code, got.Code)
			for _, end := range []struct {
				want float64
				got  *float64
			}{{c.low, got.LowPercent}, {c.high, got.HighPercent}} {
				if end.want == 1e9 {
					assert.Nil(t, end.got)
				} else if assert.NotNil(t, end.got) {
					assert.InDelta(t, end.want, *end.got, 0.02)
				}
			}
		})
	}
}
