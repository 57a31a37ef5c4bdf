package perfanalyzer

import (
	"time"

	"github.com/trtbench/trtbench/load"
)

// serverTimes are mean times of a request in the server.
type serverTimes struct {
	load.ModelStatistics

	// cached is the mean of requests over the cache and what was computed for those that missed it; 0 without a cache.
	cached time.Duration
}

// serverTimesOf returns what the server counted for a point. ok is false when it was not asked.
func serverTimesOf(p *load.Point) (times serverTimes, ok bool) {
	m, ok := p.Served()
	times.ModelStatistics = m
	if n := m.CacheHit.Count + m.CacheMiss.Count; n > 0 {
		times.cached = (m.CacheHit.Time + m.CacheMiss.Time + m.ComputeInput.Time + m.ComputeInfer.Time + m.ComputeOutput.Time) / time.Duration(n)
	}
	return times, ok
}

// caches reports whether the model has a response cache that was used.
func (s *serverTimes) caches() bool { return s.CacheHit.Count+s.CacheMiss.Count > 0 }

// overhead returns the part of a request that is in no other time.
func (s *serverTimes) overhead() time.Duration {
	if s.caches() {
		return max(s.Success.Mean()-s.Queue.Mean()-s.cached, 0)
	}
	return s.Overhead()
}

// accounted returns the part of a request that is queue, computation or cache.
func (s *serverTimes) accounted() time.Duration {
	return s.Queue.Mean() + s.ComputeInput.Mean() + s.ComputeInfer.Mean() + s.ComputeOutput.Mean() + s.CacheHit.Mean() + s.CacheMiss.Mean()
}
