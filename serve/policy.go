package serve

import "time"

// Policy says when waiting chunks become a batch: [Immediate], [Preferred], [Deadline], [Adaptive], or one of the user's.
type Policy interface {
	// String names the policy with its settings, for reports.
	String() string
	// Batcher returns what decides for one server, or every fault of the settings.
	Batcher(limits Limits) (Batcher, error)
}

// Limits are what a policy has to work with.
type Limits struct {
	MaxBatch  int // chunks in a batch, at least 1
	Instances int // batches that run at once, at least 1
}

// Batcher decides for one server. Its methods are called by one goroutine at a time, with the server's lock held: they must neither
// block nor allocate.
type Batcher interface {
	// Decide is asked whenever an instance is free and chunks wait. It returns how many of them, the oldest first, are a batch now.
	// With 0 it is asked again when another chunk arrives or an instance becomes free, and after wait unless that is 0.
	Decide(v View) (size int, wait time.Duration)
	// Ran tells how long a batch took.
	Ran(now int64, size int, took time.Duration)
}

// View is the situation in which a policy decides. Times are nanoseconds of the server's clock.
type View struct {
	Now    int64
	Ready  int   // chunks that wait and could be a batch together, at least 1
	Oldest int64 // arrival of the first of them
}

// Immediate makes a batch of whatever waits as soon as an instance is free. Batches grow by themselves while instances are busy.
type Immediate struct{}

// String is part of [Policy].
func (Immediate) String() string { return "immediate" }

// Batcher is part of [Policy].
func (Immediate) Batcher(limits Limits) (Batcher, error) { return immediate(limits.MaxBatch), nil }

// immediate is the largest batch.
type immediate int

func (m immediate) Decide(v View) (int, time.Duration) { return min(v.Ready, int(m)), 0 }

func (immediate) Ran(int64, int, time.Duration) {}
