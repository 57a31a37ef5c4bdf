package serve

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trtbench/trtbench/load"
)

// Defaults of Options.
const (
	DefaultMaxBatch = 16
	DefaultQueue    = 4096
	DefaultDrain    = 5 * time.Second
)

// Bounds on options.
const (
	MaxSessions  = 1 << 20
	MaxInstances = 64
	MaxQueue     = 1 << 20
)

// Options are the settings of a server. The zero value serves one session at a time, batched as [DefaultPolicy] does.
type Options struct {
	Sessions  int    // that can be open at a time; by default 1. Each has a state on the device
	Instances int    // batches that run at once; by default 1
	Policy    Policy // by default DefaultPolicy()
	MaxBatch  int    // chunks in a batch; by default 16, or the model's largest batch if that is smaller
	Queue     int    // chunks that may wait; by default 4096. Further ones are rejected
	Travel    bool   // states go through the host with every chunk, see [Setup.Travel]

	Drain time.Duration // how long Close waits for chunks that were accepted; by default 5 s; below 0: not at all
	Clock load.Clock    // gives all times; by default the monotonic clock since the server was opened
}

// DefaultPolicy returns the dynamic batching of the reference server: the largest batch, or what is there after 10 ms.
func DefaultPolicy() Policy { return Preferred{Delay: DefaultQueueDelay} }

// normal fills in the defaults and returns every fault.
func (o Options) normal(model *Model) (Options, error) {
	largest := 1
	if len(model.Batches) > 0 {
		largest = slices.Max(model.Batches)
	}
	setDefault(&o.Sessions, 1)
	setDefault(&o.Instances, 1)
	setDefault(&o.Queue, DefaultQueue)
	setDefault(&o.MaxBatch, min(DefaultMaxBatch, largest))
	setDefault(&o.Drain, DefaultDrain)
	if o.Policy == nil {
		o.Policy = DefaultPolicy()
	}
	if o.Clock == nil {
		start := time.Now()
		o.Clock = func() int64 { return int64(time.Since(start)) }
	}
	var faults []error
	for _, bound := range []struct {
		name   string
		n, max int
	}{
		{"sessions", o.Sessions, MaxSessions}, {"instances", o.Instances, MaxInstances},
		{"queue", o.Queue, MaxQueue}, {"max batch", o.MaxBatch, largest},
	} {
		if bound.n < 1 || bound.n > bound.max {
			faults = append(faults, fmt.Errorf("%s %d, expected 1 to %d", bound.name, bound.n, bound.max))
		}
	}
	return o, errors.Join(faults...)
}

func setDefault[T comparable](v *T, fallback T) {
	if *v == *new(T) {
		*v = fallback
	}
}
