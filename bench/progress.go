package bench

import (
	"math"
	"sync/atomic"
	"time"
)

// Progress shows a run under way to somebody else. It is safe for concurrent use; the zero value is ready.
type Progress struct {
	packed atomic.Uint64 // low half: rounds, high half: bits of the device time in ms
}

// Snapshot returns the rounds done so far, modulo 2³², and the device time at which the newest known inference
// started to compute. Both are zero before the first inference has ended.
func (p *Progress) Snapshot() (rounds int64, device time.Duration) {
	v := p.packed.Load()
	ms := math.Float32frombits(uint32(v >> 32))
	return int64(uint32(v)), time.Duration(float64(ms) * float64(time.Millisecond))
}

func (p *Progress) update(rounds int, elapsedMs float32) {
	p.packed.Store(uint64(math.Float32bits(elapsedMs))<<32 | uint64(uint32(rounds)))
}
