package tritontest

import (
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// Behaviour says how a model of a Mock answers. The zero value answers everything at once. Functions are called with the number of the
// request, counted per model from 0 in the order of arrival, and must be safe for concurrent use.
type Behaviour struct {
	// Latency is the time that an execution takes; nil: none.
	Latency Latency
	// Concurrency is the number of executions at once; further requests wait in a queue. 0: no limit.
	Concurrency int
	// Batching lets an execution take as many waiting requests as the model's batch size allows. It needs a Concurrency.
	Batching bool
	// Fault says what goes wrong with a request; nil: nothing.
	Fault func(n int64) Fault
	// NotReady makes the model refuse requests.
	NotReady bool
}

// Latency is the time that the nth execution of a model takes.
type Latency func(n int64) time.Duration

// Fixed is the same latency for all.
func Fixed(d time.Duration) Latency { return func(int64) time.Duration { return d } }

// Cycle takes the latencies in turn.
func Cycle(latencies ...time.Duration) Latency {
	return func(n int64) time.Duration { return latencies[n%int64(len(latencies))] }
}

// Exponential draws latencies with the mean, the same ones for the same seed.
func Exponential(mean time.Duration, seed uint64) Latency {
	return drawn(seed, func(r *rand.Rand) time.Duration { return time.Duration(r.ExpFloat64() * float64(mean)) })
}

// Uniform draws latencies of at least low and below high, the same ones for the same seed.
func Uniform(low, high time.Duration, seed uint64) Latency {
	return drawn(seed, func(r *rand.Rand) time.Duration { return low + time.Duration(r.Int64N(int64(high-low))) })
}

func drawn(seed uint64, draw func(*rand.Rand) time.Duration) Latency {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 0))
	return func(int64) time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return draw(random)
	}
}

// Fault is what goes wrong with a request. The zero value is nothing.
type Fault struct {
	Code  codes.Code    // it fails; over a stream, only the message shows
	Lost  bool          // it is never answered
	Twice bool          // it is answered twice
	ID    string        // it is answered under another id
	After int           // its answer comes after those of so many later requests of its stream
	Extra int           // bytes by which its last output is too long
	Close bool          // its stream ends instead: with Code, or properly where that is OK
	Reset bool          // its connection is cut instead
	Pause time.Duration // nothing more is read from its stream for so long
}

// Every makes the fault happen to the nth request of a model and to every nth after it; n is at least 1.
func Every(n int64, fault Fault) func(int64) Fault {
	return func(i int64) Fault {
		if (i+1)%n == 0 {
			return fault
		}
		return Fault{}
	}
}

// On makes the fault happen to the requests with these numbers, from 0.
func On(fault Fault, numbers ...int64) func(int64) Fault {
	return func(i int64) Fault {
		if slices.Contains(numbers, i) {
			return fault
		}
		return Fault{}
	}
}
