package stream

import (
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/stat"
)

const progressInterval = int64(250 * time.Millisecond)

// shown is what the next progress report is of: the chunks whose limit passed since the last one.
type shown struct {
	values, scratch []int64
	ok              int
	at              int64
}

func (s *shown) add(c *Chunk) {
	if c.Answered == 0 {
		return
	}
	s.values = append(s.values, c.Latency())
	if c.Status == load.StatusOK {
		s.ok++
	}
}

// tell reports how the point goes on, if somebody listens and it is time to.
func (p *pointRun) tell(now int64) {
	if now-p.shown.at < progressInterval && p.phase != PhaseLeaving {
		return
	}
	errors, _ := p.failures.count()
	progress := Progress{
		Point: p.number, Sessions: len(p.sessions), Phase: p.phase, Elapsed: time.Duration(now - p.drive.start),
		Measure: p.expected(), Over: p.tally.over, Waiting: int(p.unsent.Load()), Errors: errors,
		InFlight: int(p.begun.Load() - p.ended.Load()),
	}
	if p.point.Start > 0 {
		progress.Measured = time.Duration(now - p.point.Start)
		progress.Behind = int(p.behind.Load() - p.behind0)
	}
	if n := len(p.shown.values); n > 0 {
		p.shown.scratch = stat.SortInts(p.shown.values, p.shown.scratch)
		progress.P50 = time.Duration(p.shown.values[stat.NearestRankIndex(n, 0.5)])
		progress.P99 = time.Duration(p.shown.values[stat.NearestRankIndex(n, 0.99)])
		if p.shown.at > 0 {
			progress.SPS = float64(p.shown.ok) * float64(p.settings.ChunkDuration) / float64(now-p.shown.at)
		}
	}
	p.shown.values, p.shown.ok, p.shown.at = p.shown.values[:0], 0, now
	if p.report != nil {
		p.report(progress)
	}
}

// expected is how long the measured time is going to be, as far as is known.
func (p *pointRun) expected() time.Duration {
	if p.point.Scout {
		return time.Duration(p.measure) + p.settings.Limit
	}
	chunks := time.Duration(float64(p.settings.MinChunks) / float64(len(p.sessions)) * float64(p.settings.ChunkDuration))
	return max(time.Duration(p.measure), chunks) + p.settings.Limit
}
