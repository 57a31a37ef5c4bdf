package stream

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/stat"
)

// tally is what is counted of the chunks of a time.
type tally struct {
	chunks int
	over   int // without an answer within the limit
	server int // likewise, if the client's own lateness is taken off
	late   int // of which the client was late by a good part of the limit
	errors int
	blocks []stat.Block // of a second each; hits: over
}

// lateShare is the part of the limit by which the client may be late.
const lateShare = 0.25

// add counts a chunk, of which everything is known or whose limit has passed. since is when the tally begins.
func (t *tally) add(c *Chunk, s *Settings, since int64) {
	limit := int64(s.Limit)
	t.chunks++
	if c.Answered > 0 && float64(c.Lag()) > lateShare*float64(limit) {
		t.late++
	}
	number := int((c.Complete - since) / 1e9)
	for len(t.blocks) <= number {
		t.blocks = append(t.blocks, stat.Block{})
	}
	t.blocks[number].Values++
	if c.Answered > 0 && failed(c.Status) {
		t.errors++
	}
	if !overLimit(c, limit) {
		return
	}
	t.over++
	t.blocks[number].Hits++
	if c.Answered == 0 || c.Latency()-c.Lag() > limit || c.Status != load.StatusOK {
		t.server++
	}
}

// overLimit reports whether a chunk had no good answer within the limit.
func overLimit(c *Chunk, limit int64) bool {
	return c.Answered == 0 || c.Status != load.StatusOK || c.Latency() > limit
}

// failed reports whether an end is an error, rather than the refusal of a server that has too much to do.
func failed(s load.Status) bool {
	return s != load.StatusOK && s != load.StatusPending && s != load.StatusRejected && s != load.StatusDeadline
}

// fewestBlocks is how many seconds it takes to see how lateness varies from second to second.
const fewestBlocks = 5

// inflation returns how many chunks say no more than one independent one, at least 1. Late chunks come in clumps: that is the design effect
// over blocks of a second (see stat.DesignEffect), at the share of late chunks that was seen. Where that is below the share allowed, it is
// at that one as well, if larger: clumps that were not seen may exist. The effect is an estimate from few blocks, which Student's
// distribution allows for. Below five seconds nothing is known of clumps, and it is 1.
func (t *tally) inflation(s *Settings) float64 {
	if len(t.blocks) < fewestBlocks {
		return 1
	}
	effect := max(stat.DesignEffect(t.blocks), 1)
	if allowed := 1 - s.Percentile/100; float64(t.over) < allowed*float64(t.chunks) {
		effect = max(effect, stat.DesignEffectAt(t.blocks, allowed))
	}
	return effect * t.allowance(s)
}

// allowance is by how much fewer chunks count because the design effect was estimated from so few blocks: the square of the ratio of
// the quantiles of Student's distribution and of the normal one.
func (t *tally) allowance(s *Settings) float64 {
	if len(t.blocks) < fewestBlocks {
		return 1
	}
	sure := 1 - (1-s.Confidence)/float64(s.Looks)
	if sure <= 0.5 {
		return 1 // both quantiles are 0
	}
	student := distuv.StudentsT{Sigma: 1, Nu: float64(len(t.blocks) - 1)}.Quantile(sure)
	return math.Pow(student/distuv.UnitNormal.Quantile(sure), 2)
}

// decision is what a number of late chunks says about the quantile of all.
type decision int

const (
	undecided decision = iota
	within             // the quantile is not above the limit, with the confidence asked for
	above              // it is
)

// decide compares the quantile with the limit: over of so many chunks were above it. It is the interval of order statistics: its upper
// end is not above the limit when few enough chunks are.
func (s *Settings) decide(chunks, over int, inflation float64) decision {
	n := int(float64(chunks) / inflation)
	k := int(math.Ceil(float64(over) / inflation))
	if n == 0 {
		return undecided
	}
	in, ok := stat.QuantileInterval(n, s.Percentile/100, s.twoSided())
	switch {
	case ok && k <= n-1-in.High:
		return within
	case k >= n-in.Low:
		return above
	}
	return undecided
}
