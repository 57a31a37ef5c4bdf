package streamcompare

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/trtbench/trtbench/stat"
)

// confidence is that of all intervals.
const confidence = 0.95

// fewestBlocks is how many seconds must have been measured for an interval.
const fewestBlocks = 8

// sample is one kind of time of the chunks of a side, with the second in which each was complete.
type sample struct {
	values []timed
	blocks int // seconds, of which the last may be a part
	sorted bool
}

type timed struct {
	ns    int64
	block int32
}

func (s *sample) add(ns int64, block int) {
	s.values = append(s.values, timed{ns, int32(block)})
	s.blocks, s.sorted = max(s.blocks, block+1), false
}

// estimate is a figure with its interval, which is missing where known is false.
type estimate struct {
	value, low, high float64
	known            bool
}

// quantile returns a quantile in nanoseconds. The sample is not empty.
func (s *sample) quantile(q float64) estimate {
	if !s.sorted {
		slices.SortFunc(s.values, func(a, b timed) int { return cmp.Compare(a.ns, b.ns) })
		s.sorted = true
	}
	n := len(s.values)
	at := stat.NearestRankIndex(n, q)
	value := s.values[at].ns
	var above clusters
	for _, v := range s.values {
		above.add(v.ns > value, int(v.block))
	}
	e := estimate{value: float64(value)}
	worth := int(float64(n) / above.effect())
	in, ok := stat.QuantileInterval(max(worth, 1), q, confidence)
	if !ok || s.blocks < fewestBlocks {
		return e
	}
	scale := float64(n) / float64(worth)
	low := int(float64(in.Low) * scale)
	high := min(int(math.Ceil(float64(in.High+1)*scale))-1, n-1)
	e.low, e.high, e.known = float64(s.values[low].ns), float64(s.values[high].ns), true
	return e
}

// clusters are chunks of which some are over a limit, by the seconds in which they were complete.
type clusters []stat.Block

// add counts a chunk.
func (c *clusters) add(over bool, block int) {
	for len(*c) <= block {
		*c = append(*c, stat.Block{})
	}
	(*c)[block].Values++
	if over {
		(*c)[block].Hits++
	}
}

// share returns the share of the chunks over the limit, with Wilson's interval.
func (c clusters) share() estimate {
	chunks, over := 0, 0
	for _, b := range c {
		chunks, over = chunks+b.Values, over+b.Hits
	}
	p := float64(over) / float64(chunks)
	e := estimate{value: p, known: len(c) >= fewestBlocks}
	if e.known {
		n := float64(chunks) / c.effect()
		middle, half := (p+deviate*deviate/(2*n))/(1+deviate*deviate/n), deviate*math.Sqrt(p*(1-p)/n+deviate*deviate/(4*n*n))/(1+deviate*deviate/n)
		e.low, e.high = max(middle-half, 0), min(middle+half, 1)
	}
	return e
}

// deviate is the normal one within which, to both sides, a value lies with the confidence.
var deviate = distuv.UnitNormal.Quantile((1 + confidence) / 2)

// effect returns how many chunks say as much about the share over the limit as one independent chunk would, at least 1: the design
// effect, enlarged because it is estimated from few blocks.
func (c clusters) effect() float64 {
	if len(c) < 2 {
		return 1
	}
	few := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(len(c) - 1)}.Quantile((1+confidence)/2) / deviate
	return max(stat.DesignEffect(c)*few*few, 1)
}

// change returns the interval of b/a − 1 in per cent; false when one of them has none, or a is 0.
func change(a, b estimate) (low, high float64, ok bool) {
	if !a.known || !b.known || a.low <= 0 || b.low <= 0 {
		return 0, 0, false
	}
	log := func(e estimate) estimate { return estimate{math.Log(e.value), math.Log(e.low), math.Log(e.high), true} }
	low, high = difference(log(a), log(b))
	return 100 * math.Expm1(low), 100 * math.Expm1(high), true
}

// difference returns the interval of b − a.
func difference(a, b estimate) (low, high float64) {
	d := b.value - a.value
	return d - math.Hypot(b.value-b.low, a.high-a.value), d + math.Hypot(b.high-b.value, a.value-a.low)
}
