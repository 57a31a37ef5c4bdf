package bench

// Sample holds the recorded times of one inference in 48 bytes.
//
// Stages are stored as durations that the device itself took between two of its events, so they keep their
// resolution (about 0.5 µs) in a run of any length. Positions in single precision, which trtexec stores, lose it:
// after ten seconds they step by 0.001 ms, after an hour by 0.25 ms. One position is kept; the others follow from it.
type Sample struct {
	EnqueueStart int64 // ns on the host clock since the run's start mark
	EnqueueEnd   int64 // ns, likewise; never before EnqueueStart

	ComputeStart float32 // ms on the device clock since the run's start mark
	H2D          float32 // ms, copies to the device; 0 without transfers
	H2DToCompute float32 // ms between the end of the copies and the start of the computation; 0 without transfers
	Compute      float32 // ms
	ComputeToD2H float32 // ms between the end of the computation and the start of the copies back; 0 without transfers
	D2H          float32 // ms, copies to the host; 0 without transfers

	Lane  int32
	Flags Flags
}

// Flags mark samples that a reader may want to set aside.
type Flags uint32

// GCPause marks a sample during which Go's garbage collector stopped the program.
const GCPause Flags = 1 << 0

// Timing returns the sample as trtexec's report sees it.
func (s *Sample) Timing() Timing {
	computeEnd := s.ComputeStart + s.Compute
	return Timing{
		Start:        s.ComputeStart - s.H2DToCompute - s.H2D,
		ComputeStart: s.ComputeStart,
		End:          computeEnd + s.ComputeToD2H + s.D2H,
		Enqueue:      float32(float64(s.EnqueueEnd-s.EnqueueStart) / 1e6),
		H2D:          s.H2D,
		Compute:      s.Compute,
		D2H:          s.D2H,
	}
}

// Timing is one inference as trtexec's report sees it: milliseconds in single precision.
type Timing struct {
	Start        float32 // start of the copies to the device, since the start mark
	ComputeStart float32 // since the start mark
	End          float32 // end of the copies to the host, since the start mark
	Enqueue      float32 // host time to queue the work
	H2D          float32
	Compute      float32
	D2H          float32
}

// Latency returns the sum of the three device stages, as trtexec adds them. Waiting between stages is not in it.
func (t Timing) Latency() float32 { return t.H2D + t.Compute + t.D2H }
