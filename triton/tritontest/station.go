package tritontest

import (
	"sync"
	"sync/atomic"
	"time"
)

// station is where the requests to one model wait and are executed.
type station struct {
	clock      Clock
	statistics statistics
	sequences  sequences
	arrivals   atomic.Int64

	mu         sync.Mutex
	model      Model
	waiting    []*job
	running    int
	executions int64
	stalled    bool
}

// job is a request that is being worked on.
type job struct {
	arrived time.Time
	batch   int64
	failed  bool // it counts as a failure of the server
	done    func()
}

// read returns the model as it is now.
func (s *station) read() Model {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.model
}

// arrive takes a request; its done is called when it has been executed.
func (s *station) arrive(j *job) {
	j.arrived = s.clock.Now()
	s.mu.Lock()
	s.waiting = append(s.waiting, j)
	s.startAndUnlock()
}

// stall keeps everything waiting; with false, it goes on.
func (s *station) stall(stalled bool) {
	s.mu.Lock()
	s.stalled = stalled
	s.startAndUnlock()
}

// startAndUnlock starts as many executions as there is room for. Those that take no time are over when it returns.
func (s *station) startAndUnlock() {
	for len(s.waiting) > 0 && !s.stalled && (s.model.Behaviour.Concurrency == 0 || s.running < s.model.Behaviour.Concurrency) {
		jobs := s.take()
		start := s.clock.Now()
		var took time.Duration
		if s.model.Behaviour.Latency != nil {
			took = s.model.Behaviour.Latency(s.executions)
		}
		s.executions++
		if took > 0 {
			s.running++
			s.clock.AfterFunc(took, func() {
				s.finish(jobs, start)
				s.mu.Lock()
				s.running--
				s.startAndUnlock()
			})
			continue
		}
		s.mu.Unlock()
		s.finish(jobs, start)
		s.mu.Lock()
	}
	s.mu.Unlock()
}

// take removes what is executed next from the queue.
func (s *station) take() []*job {
	n, items := 1, s.waiting[0].batch
	if s.model.Behaviour.Batching {
		most := int64(s.model.Config.GetMaxBatchSize())
		for n < len(s.waiting) && items+s.waiting[n].batch <= most {
			items += s.waiting[n].batch
			n++
		}
	}
	jobs := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	return jobs
}

// finish counts before it answers, so that whoever has all answers finds them all in the statistics.
func (s *station) finish(jobs []*job, start time.Time) {
	s.statistics.executed(jobs, start, s.clock.Now())
	for _, j := range jobs {
		j.done()
	}
}
