package serve

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Deadline waits for larger batches as long as the oldest chunk can still be answered within a limit, going by how long batches of
// that size have taken.
type Deadline struct {
	Limit time.Duration // from the arrival of a chunk to its answer
	// Reserve is kept from the limit for what cannot be foreseen; by default a tenth of it.
	Reserve time.Duration
}

// String is part of [Policy].
func (p Deadline) String() string {
	return fmt.Sprintf("deadline(%s, reserve %s)", p.Limit, p.reserve())
}

func (p Deadline) reserve() time.Duration {
	if p.Reserve == 0 {
		return p.Limit / 10
	}
	return p.Reserve
}

// Batcher is part of [Policy].
func (p Deadline) Batcher(limits Limits) (Batcher, error) {
	var faults []error
	if p.Limit <= 0 {
		faults = append(faults, fmt.Errorf("limit %s, expected above 0", p.Limit))
	}
	if reserve := p.reserve(); reserve < 0 || reserve > p.Limit {
		faults = append(faults, fmt.Errorf("reserve %s, expected 0 to the limit, %s", reserve, p.Limit))
	}
	return &deadline{limit: p.Limit - p.reserve(), took: make([]estimate, limits.MaxBatch+1)}, errors.Join(faults...)
}

type deadline struct {
	limit time.Duration // from arrival to answer, without the reserve
	took  []estimate    // by size of the batch
}

// Decide is part of [Batcher]. Until a first batch has run, nothing is known, and nothing waits.
func (b *deadline) Decide(v View) (int, time.Duration) {
	size := min(v.Ready, len(b.took)-1)
	compute, known := b.compute(size)
	wait := b.limit - compute - time.Duration(v.Now-v.Oldest)
	if size == len(b.took)-1 || !known || wait <= 0 {
		return size, 0
	}
	return 0, wait
}

// compute returns how long a batch takes: the longest that batches up to its size took. A batch that is larger than any before it is
// taken to need proportionally more.
func (b *deadline) compute(size int) (time.Duration, bool) {
	longest, largest := 0.0, 0
	for n := 1; n <= size; n++ {
		if e := &b.took[n]; e.known {
			longest, largest = max(longest, e.high()), n
		}
	}
	if largest == 0 {
		for n := size + 1; n < len(b.took); n++ {
			if e := &b.took[n]; e.known {
				return time.Duration(e.high()), true
			}
		}
		return 0, false
	}
	return time.Duration(longest * float64(size) / float64(largest)), true
}

// Ran is part of [Batcher].
func (b *deadline) Ran(_ int64, size int, took time.Duration) { b.took[size].add(float64(took)) }

// estimate follows how long something takes, as TCP follows the round-trip time (RFC 6298): a mean and a mean deviation, each of
// which forgets.
type estimate struct {
	known           bool
	mean, deviation float64 // nanoseconds
}

func (e *estimate) add(v float64) {
	if !e.known {
		*e = estimate{true, v, v / 2}
		return
	}
	e.deviation += (math.Abs(v-e.mean) - e.deviation) / 4
	e.mean += (v - e.mean) / 8
}

// high returns what is rarely exceeded.
func (e *estimate) high() float64 { return e.mean + 4*e.deviation }
