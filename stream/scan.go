package stream

import (
	"math"

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
	blocks []blockTally // of a second each
}

type blockTally struct{ chunks, over int }

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
		t.blocks = append(t.blocks, blockTally{})
	}
	t.blocks[number].chunks++
	if c.Answered > 0 && failed(c.Status) {
		t.errors++
	}
	if !overLimit(c, limit) {
		return
	}
	t.over++
	t.blocks[number].over++
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

// inflation returns by how much more the share of late chunks varies from second to second than it would if chunks were independent:
// so many chunks say no more than one independent one. It is the design effect of survey statistics, estimated from blocks of a
// second; see Kish, Survey Sampling, section 5.4. It is at least 1, and 1 where there are too few blocks to tell.
func (t *tally) inflation() float64 {
	const fewest = 5
	if len(t.blocks) < fewest || t.over == 0 || t.over == t.chunks {
		return 1
	}
	p := float64(t.over) / float64(t.chunks)
	var squares float64
	for _, b := range t.blocks {
		squares += math.Pow(float64(b.over)-p*float64(b.chunks), 2)
	}
	mean := float64(t.chunks) / float64(len(t.blocks))
	return max(squares/float64(len(t.blocks)-1)/(mean*p*(1-p)), 1)
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
