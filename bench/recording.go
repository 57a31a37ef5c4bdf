package bench

import (
	"fmt"
	"math"
	"time"

	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// Recording is what a run leaves behind: where it ran, with which settings, and every sample.
type Recording struct {
	record.Head
	Settings Settings

	// Samples holds every inference, those of the warm-up included, sorted by the start of their copies.
	Samples []Sample
	// DroppedSamples counts the oldest samples that an endless run did not keep.
	DroppedSamples int

	// Inputs and Outputs are what the last inference of lane 0 got and computed, when [Options] asked for it. Layers are the times
	// of its layers. They are for whoever ran the model: a file that Save writes does not hold them.
	Inputs, Outputs []tensor.Values
	Layers          *profile.Profile
}

// Len returns the number of samples. With Timing it makes a recording a [Trace].
func (r *Recording) Len() int { return len(r.Samples) }

// Timing returns sample i as trtexec's report sees it.
func (r *Recording) Timing(i int) Timing { return r.Samples[i].Timing() }

// Codes of the reasons that a verdict on a run of this package can carry.
const (
	CodeNothingTimed record.Code = "nothing-timed"     // no inference started after the warm-up
	CodeStarved      record.Code = "scheduler-starved" // busy goroutines delayed the measuring ones
	CodeUnsettled    record.Code = "warm-up-unsettled" // a warm-up by convergence ended without it
	CodeDropped      record.Code = "samples-dropped"   // an endless run kept only its newest samples
	CodeProfiled     record.Code = "layers-profiled"   // layers were timed during the run, which slows it
)

// starvedShare is the share of a run's time in scheduler waits above which a run is flagged.
const starvedShare = 0.01

// settle notes how long a warm-up took that ended by convergence: on the lanes where it took longest.
func (r *Recording) settle(loops []*loop) {
	for _, l := range loops {
		end := float64(l.warmUp)
		if math.IsInf(end, 1) { // interrupted before its end: nothing is timed
			end = float64(l.elapsed) + 1
		}
		took := time.Duration(end * float64(time.Millisecond))
		r.Settings.WarmUp = max(r.Settings.WarmUp, took)
		if !l.warm.settled {
			r.Verdict.Warn(CodeUnsettled, fmt.Sprintf(
				"the compute time had not settled after %v of warm-up: in stretches of %d ms its median still varied by more than %.0f %%",
				took.Round(time.Millisecond), windowMs, 100*steadySpread))
		}
	}
}

func (r *Recording) judge(starvation float64) {
	if r.Interrupted {
		r.Verdict.Warn(record.CodeInterrupted, fmt.Sprintf("stopped after %d inferences", len(r.Samples)+r.DroppedSamples))
	}
	if r.DroppedSamples > 0 {
		r.Verdict.Warn(CodeDropped, fmt.Sprintf("the oldest %d inferences were not kept", r.DroppedSamples))
	}
	if r.Settings.ProfileLayers {
		r.Verdict.Warn(CodeProfiled, "the layers were timed during this run, so that the host waited for every inference; "+
			"profile them in a run of their own to have the figures of the model alone")
	}
	if starvation > starvedShare {
		r.Verdict.Warn(CodeStarved, fmt.Sprintf(
			"goroutines of this program waited for a processor %.1f %% of the time; raise GOMAXPROCS or stop what computes beside the run", 100*starvation))
	}
	if firstTimed(r, milliseconds(r.Settings.WarmUp)) == r.Len() {
		nothing := NothingTimedError{r.Len(), r.Settings.WarmUp}
		r.Verdict.Fail(CodeNothingTimed, nothing.reason())
	}
}
