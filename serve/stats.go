package serve

import (
	"slices"
	"time"
)

// Stats is what a server counted since it was opened.
type Stats struct {
	Accepted  int64         `json:"accepted"`
	Rejected  int64         `json:"rejected"`  // because the queue was full
	Withdrawn int64         `json:"withdrawn"` // by Submit, when its context ended
	Answered  int64         `json:"answered"`
	Failed    int64         `json:"failed"`     // accepted, but not answered
	Batches   int64         `json:"batches"`    // that ran, failed ones included
	Sizes     []int64       `json:"sizes"`      // how many batches had so many chunks, by size
	Compute   time.Duration `json:"compute_ns"` // of all batches
	Queue     time.Duration `json:"queue_ns"`   // time in the queue of all chunks that were computed
	Chunks    time.Duration `json:"chunks_ns"`  // time in batches of all chunks that were computed
	Waiting   int           `json:"waiting"`    // chunks that wait now
	Sessions  int           `json:"sessions"`   // that are open now
	Copied    Counters      `json:"copied"`
}

// MeanBatch returns the chunks in a batch on average; 0 when none ran.
func (s *Stats) MeanBatch() float64 {
	if s.Batches == 0 {
		return 0
	}
	return float64(s.chunks()) / float64(s.Batches)
}

// chunks returns the number of chunks that were in a batch.
func (s *Stats) chunks() int64 {
	var n int64
	for size, batches := range s.Sizes {
		n += int64(size) * batches
	}
	return n
}

// add counts a batch.
func (s *Stats) add(size int, took, queued time.Duration, err error) {
	s.Batches++
	s.Sizes[size]++
	s.Compute += took
	s.Chunks += time.Duration(size) * took
	s.Queue += queued
	if err != nil {
		s.Failed += int64(size)
	} else {
		s.Answered += int64(size)
	}
}

// Stats returns what the server has counted so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Sizes = slices.Clone(stats.Sizes)
	stats.Waiting, stats.Sessions = s.waiting, len(s.rows)-len(s.free)
	if !s.released {
		stats.Copied = s.opened.Counters()
	}
	return stats
}
