package serve

import (
	"fmt"
	"math"
	"time"
)

// loadMemory is the time over which [Adaptive] looks back at how busy the instances were.
const loadMemory = 500 * time.Millisecond

// Adaptive lets the delay follow the load: chunks do not wait for others while the instances are idle, and up to MaxDelay when they are
// always busy, since then larger batches are what makes room.
type Adaptive struct {
	MaxDelay time.Duration // by default DefaultQueueDelay
}

// String is part of [Policy].
func (p Adaptive) String() string { return fmt.Sprintf("adaptive(up to %s)", p.maxDelay()) }

func (p Adaptive) maxDelay() time.Duration {
	if p.MaxDelay == 0 {
		return DefaultQueueDelay
	}
	return p.MaxDelay
}

// Batcher is part of [Policy].
func (p Adaptive) Batcher(limits Limits) (Batcher, error) {
	if p.MaxDelay < 0 {
		return nil, fmt.Errorf("largest delay %s, expected 0 or more", p.MaxDelay)
	}
	return &adaptive{limits: limits, maxDelay: p.maxDelay()}, nil
}

type adaptive struct {
	limits   Limits
	maxDelay time.Duration
	load     float64 // share of the time for which the instances were busy, at the instant of changed
	changed  int64
}

// Decide is part of [Batcher].
func (b *adaptive) Decide(v View) (int, time.Duration) {
	wait := b.delay(v.Now) - time.Duration(v.Now-v.Oldest)
	if v.Ready >= b.limits.MaxBatch || wait <= 0 {
		return min(v.Ready, b.limits.MaxBatch), 0
	}
	return 0, wait
}

// delay returns how long chunks wait for others.
func (b *adaptive) delay(now int64) time.Duration {
	return time.Duration(min(b.loadAt(now), 1) * float64(b.maxDelay))
}

// loadAt returns the load as it is seen later: what lies back counts less and less.
func (b *adaptive) loadAt(now int64) float64 {
	return b.load * math.Exp(-float64(now-b.changed)/float64(loadMemory))
}

// Ran is part of [Batcher].
func (b *adaptive) Ran(now int64, _ int, took time.Duration) {
	b.load = b.loadAt(now) + float64(took)/float64(loadMemory)/float64(b.limits.Instances)
	b.changed = now
}
