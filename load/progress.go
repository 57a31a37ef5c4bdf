package load

import (
	"time"

	"github.com/trtbench/trtbench/stat"
)

// Progress is how a point goes on. Rates and times are of the moment: of what happened since the last one, and of the newest requests.
type Progress struct {
	Point   int           // number of the point, from 0
	Level   float64       // requests per second, or requests in flight
	Window  int           // number of the window, from 1; 0 before the first one
	Trials  int           // windows at most
	Elapsed time.Duration // since the point began

	AskedRate    float64 // requests per second; 0 in a closed loop
	SentRate     float64
	AchievedRate float64 // with whatever answer
	InFlight     int
	P50, P99     time.Duration // of the response time; 0 when nothing was answered lately
	Errors       int           // failed requests of the run so far
}

const (
	progressInterval = 250 * time.Millisecond
	progressRequests = 2048 // the newest requests that P50 and P99 look at
)

// ticker reports how a point goes on.
type ticker struct {
	report  func(Progress)
	last    count
	scratch []int64
}

// tick reports, if somebody listens.
func (p *pointRun) tick() {
	if p.ticker.report == nil {
		return
	}
	now := p.driver.count()
	progress := Progress{
		Point: len(p.recording.Points), Level: p.point.Level, Window: p.number, Trials: p.stability.maxTrials,
		Elapsed: time.Duration(now.at - p.point.Begun), AskedRate: p.point.Asked,
		InFlight: int(now.inFlight()), Errors: int(now.failed),
	}
	if seconds := float64(now.at-p.ticker.last.at) / 1e9; seconds > 0 {
		progress.SentRate = float64(now.begun-p.ticker.last.begun) / seconds
		progress.AchievedRate = float64(now.ended-p.ticker.last.ended) / seconds
	}
	progress.P50, progress.P99 = p.recent(now)
	p.ticker.last = now
	p.ticker.report(progress)
}

// recent returns quantiles of the response time of the newest requests that were answered.
func (p *pointRun) recent(now count) (p50, p99 time.Duration) {
	var responses []int64
	newest := now.begun - now.inFlight()
	for _, o := range p.driver.outcomes(max(p.first, newest-progressRequests)) {
		if o.Status == StatusOK {
			responses = append(responses, o.Response())
		}
	}
	n := len(responses)
	if n == 0 {
		return 0, 0
	}
	p.ticker.scratch = stat.SortInts(responses, p.ticker.scratch)
	return time.Duration(responses[stat.NearestRankIndex(n, 0.5)]), time.Duration(responses[stat.NearestRankIndex(n, 0.99)])
}
