package bench

import "time"

// Positions are the times of one inference since the run's start mark, as a times file of trtexec holds them, in ms. Host
// and device times have different zeros: the device's comes after the sleep of [Options.SleepTime].
type Positions struct {
	EnqueueStart, EnqueueEnd float64 // host clock

	// Device clock. Without transfers the ends of H2D and the starts of D2H are those of the computation.
	H2DStart, H2DEnd         float32
	ComputeStart, ComputeEnd float32
	D2HStart, D2HEnd         float32
}

// Positions returns the positions that follow from what the sample stores. Those on the device have the resolution of
// single precision, which shrinks as a run gets long; the durations of the sample keep theirs.
func (s *Sample) Positions() Positions {
	computeEnd := s.ComputeStart + s.Compute
	return Positions{
		EnqueueStart: float64(s.EnqueueStart) / 1e6,
		EnqueueEnd:   float64(s.EnqueueEnd) / 1e6,
		H2DStart:     s.ComputeStart - s.H2DToCompute - s.H2D,
		H2DEnd:       s.ComputeStart - s.H2DToCompute,
		ComputeStart: s.ComputeStart,
		ComputeEnd:   computeEnd,
		D2HStart:     computeEnd + s.ComputeToD2H,
		D2HEnd:       computeEnd + s.ComputeToD2H + s.D2H,
	}
}

// Positions returns the positions of sample i.
func (r *Recording) Positions(i int) Positions { return r.Samples[i].Positions() }

// FirstTimed returns the place of the first inference that started to compute at the end of the warm-up or later, or the
// length of the trace if there is none. Everything from there on is timed, whatever its start.
func FirstTimed(trace Trace, warmUp time.Duration) int {
	return firstTimed(trace, milliseconds(warmUp))
}
