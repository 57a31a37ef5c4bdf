package serve

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DefaultQueueDelay is the longest that [Preferred] keeps a chunk waiting for others unless told.
const DefaultQueueDelay = 10 * time.Millisecond

// Preferred batches as Triton's dynamic batcher does: as soon as a preferred size can be had, the largest of them is run. Smaller
// batches wait until the oldest chunk has waited for Delay; then all that waits is run, at most the largest size at a time.
type Preferred struct {
	Sizes []int // preferred; none: the largest batch
	// Delay is the longest that a chunk waits for others while an instance is free. 0: not at all.
	Delay time.Duration
}

// String is part of [Policy].
func (p Preferred) String() string {
	sizes := "max batch"
	if len(p.Sizes) > 0 {
		sizes = strings.Trim(strings.Join(strings.Fields(fmt.Sprint(p.Sizes)), ","), "[]")
	}
	return fmt.Sprintf("preferred(%s, queue delay %s)", sizes, p.Delay)
}

// Batcher is part of [Policy].
func (p Preferred) Batcher(limits Limits) (Batcher, error) {
	var faults []error
	for _, size := range p.Sizes {
		if size < 1 || size > limits.MaxBatch {
			faults = append(faults, fmt.Errorf("preferred batch size %d, expected 1 to the largest batch, %d", size, limits.MaxBatch))
		}
	}
	if p.Delay < 0 {
		faults = append(faults, fmt.Errorf("queue delay %s, expected 0 or more", p.Delay))
	}
	b := &preferred{sizes: slices.Sorted(slices.Values(p.Sizes)), max: limits.MaxBatch, delay: p.Delay}
	if len(b.sizes) == 0 {
		b.sizes = []int{limits.MaxBatch}
	}
	return b, errors.Join(faults...)
}

type preferred struct {
	sizes []int // ascending
	max   int
	delay time.Duration
}

// Decide is part of [Batcher].
func (b *preferred) Decide(v View) (int, time.Duration) {
	waited := time.Duration(v.Now - v.Oldest)
	if waited >= b.delay {
		return min(v.Ready, b.max), 0
	}
	for _, size := range slices.Backward(b.sizes) {
		if v.Ready >= size {
			return size, 0
		}
	}
	return 0, b.delay - waited
}

// Ran is part of [Batcher].
func (*preferred) Ran(int64, int, time.Duration) {}
