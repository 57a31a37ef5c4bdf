package bench

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Options is what a caller may choose about a run. The zero value means trtexec's defaults of the generation that
// is followed, see [Compat].
type Options struct {
	Compat Compat

	Iterations Value[int]           // rounds after the warm-up, at least; 0 and below are met at once
	Duration   Value[time.Duration] // measured time, at least; ignored when Endless
	WarmUp     Value[time.Duration] // device time before the first timed inference; below 0 acts as 0
	Converge   bool                 // the warm-up lasts on, up to MaxConvergence, until the compute time has settled
	Endless    bool                 // until interrupted: no warm-up, iterations and idle time; the newest samples are kept
	SleepTime  time.Duration        // delay of the device's start
	IdleTime   time.Duration        // host sleep after each round, once the warm-up is over
	Lanes      Value[int]           // inference streams, 1 to MaxLanes
	Threads    bool                 // one OS thread for each lane, each with its own stop decision
	ExposeDMA  bool                 // one inference of a lane in flight instead of two

	Transfers     Value[bool] // copies are part of each inference
	Spin          Value[bool] // waiting burns a core instead of sleeping
	Graph         Value[bool] // launch a captured CUDA graph
	ManagedMemory bool

	// FetchInputs and FetchOutputs keep what the last inference of lane 0 got and computed, see [Recording.Inputs] and
	// [Recording.Outputs]. It is fetched when all is measured, also in a run without transfers.
	FetchInputs, FetchOutputs bool

	// ProfileLayers times every layer of each inference of lane 0, for [Recording.Layers]. The host then waits for every
	// inference before it goes on, so the other figures of such a run are not those of the model alone. [ProfileLayers] is
	// the way to have both.
	ProfileLayers bool

	// KeepSamples bounds the samples kept of an endless run, by default DefaultKeepSamples for all lanes together.
	// With threads each lane keeps its share, at least one.
	KeepSamples int

	// Progress, when not nil, is read by whoever watches the run; the run updates it once a round.
	Progress *Progress
}

// Bounds on options.
const (
	MaxLanes           = 1024
	MaxIterations      = math.MaxInt32
	MaxDuration        = 10 * 365 * 24 * time.Hour
	DefaultKeepSamples = 1 << 20
	MaxKeepSamples     = 1 << 28 // 12 GiB
)

// Validate returns every fault of the options, joined; nil when there is none.
func (o *Options) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if err := o.Compat.validate(); err != nil {
		faults = append(faults, err)
	}
	if n := o.Lanes.Or(DefaultLanes); n < 1 || n > MaxLanes {
		fault("inference streams: %d; expected 1 to %d", n, MaxLanes)
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"duration", o.Duration.Or(0)}, {"warm-up", o.WarmUp.Or(0)},
		{"sleep time", o.SleepTime}, {"idle time", o.IdleTime},
	} {
		if d.value > MaxDuration || d.value < -MaxDuration {
			fault("%s: %v; expected at most %v", d.name, d.value, MaxDuration)
		}
	}
	if n := o.Iterations.Or(0); n > MaxIterations {
		fault("iterations: %d; expected at most %d", n, MaxIterations)
	}
	if o.ProfileLayers && o.Endless {
		fault("profile of layers: an endless run would collect times without end; give it a duration")
	}
	if o.KeepSamples < 0 || o.KeepSamples > MaxKeepSamples {
		fault("samples to keep: %d; expected 0 for the default of %d, or up to %d", o.KeepSamples, DefaultKeepSamples, MaxKeepSamples)
	}
	return errors.Join(faults...)
}

// Settings is what a run really did: every option with its effective value. It is stored in the recording.
type Settings struct {
	Compat        Compat        `json:"compat"`
	Iterations    int           `json:"iterations"`
	Duration      time.Duration `json:"duration_ns"`
	WarmUp        time.Duration `json:"warm_up_ns"`
	Converge      bool          `json:"converge,omitempty"` // WarmUp is how long it took until the compute time had settled
	Endless       bool          `json:"endless"`
	SleepTime     time.Duration `json:"sleep_time_ns"`
	IdleTime      time.Duration `json:"idle_time_ns"`
	Lanes         int           `json:"lanes"`
	Slots         int           `json:"slots"`
	Threads       bool          `json:"threads"`
	Transfers     bool          `json:"transfers"`
	Spin          bool          `json:"spin"`
	Graph         bool          `json:"graph"`
	ManagedMemory bool          `json:"managed_memory"`
	ProfileLayers bool          `json:"profile_layers,omitempty"`

	KeepSamples int `json:"keep_samples,omitempty"` // bound of an endless run

	rules rules
}

// settings resolves valid options for a target.
func (o *Options) settings(d record.Description) Settings {
	compat := o.Compat.resolve(d)
	r := rulesOf[compat]
	s := Settings{
		Compat:        compat,
		Iterations:    o.Iterations.Or(DefaultIterations),
		Duration:      o.Duration.Or(DefaultDuration),
		WarmUp:        o.WarmUp.Or(DefaultWarmUp),
		Converge:      o.Converge && !o.Endless,
		SleepTime:     max(o.SleepTime, 0),
		IdleTime:      max(o.IdleTime, 0),
		Lanes:         o.Lanes.Or(DefaultLanes),
		Slots:         2,
		Threads:       o.Threads,
		Transfers:     o.Transfers.Or(r.transfers),
		Spin:          o.Spin.Or(r.spin),
		Graph:         o.Graph.Or(r.graph),
		ManagedMemory: o.ManagedMemory,
		ProfileLayers: o.ProfileLayers,
		rules:         r,
	}
	if o.ExposeDMA {
		s.Slots = 1
	}
	if !d.Measures(record.StageH2D) { // a backend without copies and graphs does not claim them
		s.Transfers, s.Graph, s.ManagedMemory = false, false, false
	}
	if o.Endless {
		s.Endless, s.WarmUp, s.IdleTime = true, 0, 0
		s.KeepSamples = o.KeepSamples
		if s.KeepSamples == 0 {
			s.KeepSamples = DefaultKeepSamples
		}
	}
	return s
}

// setup is the part of the settings that the device must know.
func (s *Settings) setup() Setup {
	return Setup{
		Lanes:            s.Lanes,
		Slots:            s.Slots,
		Threads:          s.Threads,
		Transfers:        s.Transfers,
		FirstRoundCopies: s.rules.firstRoundCopies,
		Graph:            s.Graph,
		UploadFirst:      s.rules.uploadFirst,
		Spin:             s.Spin,
		ManagedMemory:    s.ManagedMemory,
		ProfileLayers:    s.ProfileLayers,
		SleepTime:        s.SleepTime,
	}
}
