package profile

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// collect makes a call for each name; a bar ends a pass. The time of a call is its place, counted from 1, in ms.
func collect(calls string) *Collector {
	c := new(Collector)
	place := float32(0)
	for _, name := range strings.Fields(calls) {
		if name == "|" {
			c.EndPass()
			continue
		}
		place++
		c.Layer(name, place)
	}
	return c
}

// show writes the rows of a profile with their times.
func show(p *Profile) string {
	rows := []string{fmt.Sprint(p.Passes)}
	for _, l := range p.Layers {
		rows = append(rows, fmt.Sprintf("%s=%v", l.Name, l.TimeMs))
	}
	return strings.Join(rows, " ")
}

func TestPasses(t *testing.T) {
	for _, c := range []struct{ name, calls, want string }{
		{"nothing", "", "0"},
		{"one pass", "a b c", "1 a=1 b=2 c=3"},
		{"two passes", "a b c a b c", "2 a=5 b=7 c=9"},
		{"one layer", "a a a", "3 a=6"},
		{"cut off in the last pass", "a b c a b c a", "3 a=12 b=7 c=9"},
		{"cut off in the second pass", "a b c a", "2 a=5 b=2 c=3"},
		{"a later name repeats in a pass", "a b b a b b", "2 a=5 b=7 b=9"},
		{"the first name repeats in a pass", "a b a c a b a c", "2 a=6 b=8 a=10 c=12"},
		{"the first name comes twice at the start", "a a b a a b a a b", "3 a=12 a=15 b=18"},
		{"the first name repeats, cut off", "a b a c a b a c a b", "3 a=15 b=18 a=10 c=12"},
		{"nothing repeats: the first name begins a pass", "a b c a b", "2 a=5 b=7 c=3"},
		{"a layer that only some passes have", "a b a b c a b", "3 a=10 b=13 c=5"},
		{"a pass that lacks a layer in the middle", "a b c a c a b c", "3 a=11 b=9 c=16"},

		{"marked: one pass whose first name repeats", "a b a c |", "1 a=1 b=2 a=3 c=4"},
		{"marked: a pass that repeats in itself", "a b a b | a b a b |", "2 a=6 b=8 a=10 b=12"},
		{"marked: passes differ", "a b | b c | a b c |", "3 a=6 b=11 c=11"},
		{"marked: cut off", "a b | a", "2 a=4 b=2"},
		{"marked: passes without layers", "| a b | | a b | |", "2 a=4 b=6"},
		{"marked: a row of a later pass", "a b | a a | a b a |", "3 a=9 b=8 a=11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, show(collect(c.calls).Profile()))
		})
	}
}

func TestFigures(t *testing.T) {
	c := new(Collector)
	for pass, ms := range []float32{1, 2, 9} {
		c.Layer("conv", ms)
		c.Layer("idle", 0)
		c.Layer("fc", float32(4-pass))
		c.EndPass()
	}
	p := c.Profile()
	assert.Equal(t, 3, p.Passes)
	assert.Equal(t, []Layer{
		{"conv", 12, 4, 2, 57.14286},
		{"idle", 0, 0, 0, 0},
		{"fc", 9, 3, 3, 42.857143},
	}, p.Layers)
	assert.Equal(t, Layer{"Total", 21, 7, 5, 100}, p.Total)
}

// The median of the whole is over whole passes: one that was cut off is not among them, but its time is in the rest.
func TestTotalLeavesOutACutPass(t *testing.T) {
	p := collect("a b a b a").Profile()
	assert.Equal(t, 3, p.Passes)
	assert.Equal(t, Layer{"Total", 15, 5, 5, 100}, p.Total)
}

func TestNoTime(t *testing.T) {
	c := new(Collector)
	assert.Equal(t, &Profile{Layers: []Layer{}, Total: Layer{Name: "Total", Percent: 100}}, c.Profile())
	c.Layer("a", 0)
	assert.Equal(t, []Layer{{Name: "a"}}, c.Profile().Layers)
}

func TestProfileCanBeTakenWhileCollecting(t *testing.T) {
	c := collect("a b a b")
	assert.Equal(t, "2 a=4 b=6", show(c.Profile()))
	c.Layer("a", 10)
	c.Layer("b", 20)
	assert.Equal(t, "3 a=14 b=26", show(c.Profile()))
	assert.Equal(t, "3 a=14 b=26", show(c.Profile()))
}

func TestRestore(t *testing.T) {
	p := Restore(2, []Layer{{"a", 3, 1.5, 1.5, 75}, {"b", 1, 0.5, 0.5, 25}})
	assert.True(t, math.IsNaN(float64(p.Total.MedianMs)))
	p.Total.MedianMs = 0
	assert.Equal(t, Layer{"Total", 4, 2, 0, 100}, p.Total)
}

// Whatever the calls are, no time is lost and no row is empty.
func FuzzPasses(f *testing.F) {
	for _, calls := range []string{"", "abc", "abacabac", "ab|ab|a", "|||", "aab aab"} {
		f.Add(calls)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, n := new(Collector), 0
		for _, name := range text {
			if name == '|' {
				c.EndPass()
				continue
			}
			c.Layer(string(name), 1)
			n++
		}
		p := c.Profile()
		var times float32
		for _, l := range p.Layers {
			require.Positive(t, l.TimeMs)
			require.EqualValues(t, 1, l.AverageMs)
			require.LessOrEqual(t, int(l.TimeMs), p.Passes)
			times += l.TimeMs
		}
		require.EqualValues(t, n, times)
		require.LessOrEqual(t, p.Passes, n)
	})
}

func BenchmarkProfile(b *testing.B) {
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("layer %d", i)
	}
	for b.Loop() {
		c := new(Collector)
		for range 10_000 {
			for _, name := range names {
				c.Layer(name, 0.5)
			}
		}
		c.Profile()
	}
}
