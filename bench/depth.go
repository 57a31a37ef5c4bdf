package bench

import (
	"errors"
	"time"
)

// OneAtATime returns the options of a run that serves one inference after the other, as an application without pipelining does:
// one in flight, on one lane, copies included unless they were left out on purpose.
func (o Options) OneAtATime() Options {
	o.ExposeDMA, o.Threads, o.Endless, o.IdleTime = true, false, false, 0
	o.ProfileLayers, o.FetchInputs, o.FetchOutputs = false, false, false
	o.Lanes = Set(1)
	if _, set := o.Transfers.Get(); !set {
		o.Transfers = Set(true)
	}
	return o
}

// HostLatency describes the time from copy-in to the result being ready as the host sees it, with one inference at a time.
//
// It is the time from one inference's enqueue to the next one's: with one in flight the next begins as soon as the host has the
// result, so that this turn holds everything an application would wait for, issuing the copies, queueing, copying, computing,
// copying back and waking up, and beyond that only the loop itself (about 0.1 µs). The last inference has no successor and
// is left out.
//
// The recording must come from a run with one lane and one slot and without idle time, see [Options.OneAtATime].
func HostLatency(r *Recording, percentiles []float32) (*Metric, error) {
	turns, err := hostTurns(r)
	if err != nil {
		return nil, err
	}
	var c calculator
	m := c.metric(turns, percentiles)
	return &m, nil
}

// HostDeadline says how many inferences of such a recording kept a deadline by their host latency, see [HostLatency].
func HostDeadline(r *Recording, limit time.Duration) (*Deadline, error) {
	turns, err := hostTurns(r)
	if err != nil {
		return nil, err
	}
	return newDeadline(limit, len(turns), func(i int) float64 { return float64(turns[i]) }), nil
}

// hostTurns returns the times between enqueues after the warm-up, in ms; at least one.
func hostTurns(r *Recording) ([]float32, error) {
	s := &r.Settings
	if s.Lanes != 1 || s.Slots != 1 || s.IdleTime > 0 {
		return nil, errors.New("bench: host latency: the run had several inferences in flight or idle times; expected one at a time")
	}
	first := firstTimed(r, milliseconds(s.WarmUp))
	if r.Len()-first < 2 {
		return nil, &NothingTimedError{r.Len(), s.WarmUp}
	}
	turns := make([]float32, r.Len()-first-1)
	for i := range turns {
		turns[i] = float32(float64(r.Samples[first+i+1].EnqueueStart-r.Samples[first+i].EnqueueStart) / 1e6)
	}
	return turns, nil
}
