package stream

import (
	"fmt"
	"math"

	"github.com/trtbench/trtbench/record"
)

// CodeSpeed says of a search that the model did not run equally fast in all its points: clocks changed, or other programs took their part.
const CodeSpeed record.Code = "speed-moved"

const (
	// movedShare is the difference of speed between points above which what came of them cannot be explained by their streams alone.
	movedShare = 0.1
	// similarLoad bounds the sessions of points whose speeds are compared: with much less to do, clocks go down and caches are cold.
	similarLoad = 1.25
	// commonBatches is how many batches of the same sizes a comparison takes at least.
	commonBatches = 20
)

// Slower returns how many times as long as those of base the batches of b ran, batches of the same size compared: 1.1 when the model was
// 10 % slower. It reports false when there are too few batches of the same size, or when several ran at a time, which slows each of them.
func (b *Batches) Slower(base *Batches) (float64, bool) {
	if b == nil || base == nil || b.Most > 1 || base.Most > 1 {
		return 0, false
	}
	common, time, other := 0, 0.0, 0.0
	for size := range min(len(b.Sizes), len(base.Sizes)) {
		n := min(b.Sizes[size], base.Sizes[size])
		if n == 0 {
			continue
		}
		common += n
		time += float64(n) * float64(b.Compute[size])
		other += float64(n) * float64(base.Compute[size])
	}
	if common < commonBatches || other == 0 {
		return 0, false
	}
	return time / other, true
}

// judgeSpeed warns when the model was faster in some points of a search than in others.
func (r *Recording) judgeSpeed() {
	q := r.Result
	if q.Point < 0 {
		return
	}
	base := newFigures(&r.Points[q.Point], &r.Settings).Batches
	least, most := 1.0, 1.0
	for i := range r.Points {
		p := &r.Points[i]
		load := float64(p.Sessions) / float64(q.Holds)
		if p.Scout || p.End <= p.Start || p.Finding == Void || math.Max(load, 1/load) > similarLoad {
			continue
		}
		if ratio, ok := newFigures(p, &r.Settings).Batches.Slower(base); ok {
			least, most = min(least, ratio), max(most, ratio)
		}
	}
	if most > (1+movedShare)*least {
		r.Verdict.Warn(CodeSpeed, fmt.Sprintf("batches of the same size ran for %.2f to %.2f times as long as in the first point with %d streams", least, most, q.Holds))
	}
}
