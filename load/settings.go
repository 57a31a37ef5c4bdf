package load

import "time"

// Settings is what a run really did: every option with its effective value. It is stored in the recording.
type Settings struct {
	Compat        Compat        `json:"compat,omitempty"`
	Mode          Mode          `json:"mode"`
	Range         Range         `json:"range"`
	Search        Search        `json:"search"`
	Arrival       Arrival       `json:"arrival,omitempty"`
	Burst         float64       `json:"burst,omitempty"`
	Seed          uint64        `json:"seed"`
	IntervalCount int           `json:"interval_count,omitempty"` // of ModeIntervals
	ScheduleCount int           `json:"schedule_count,omitempty"` // of ModeSchedule
	RampTime      time.Duration `json:"ramp_time_ns,omitempty"`
	StepEvery     int           `json:"step_every,omitempty"`

	Conns    int               `json:"connections"`
	Senders  int               `json:"senders"`
	Sync     bool              `json:"sync"`
	Deadline time.Duration     `json:"deadline_ns"` // 0: none
	Validate bool              `json:"validate"`
	Sequence *SequenceSettings `json:"sequence,omitempty"`

	MaxErrors int           `json:"max_errors"` // below 0: any number
	Drain     time.Duration `json:"drain_ns"`

	WindowMode     WindowMode    `json:"window_mode"`
	WindowTime     time.Duration `json:"window_time_ns"`
	WindowRequests int           `json:"window_requests"`
	WindowLimit    time.Duration `json:"window_limit_ns"`
	MaxTrials      int           `json:"max_trials"`
	Stability      float64       `json:"stability_percent"`
	Percentile     float64       `json:"percentile"`       // 0: the mean
	LatencyLimit   time.Duration `json:"latency_limit_ns"` // 0: none
	Requests       int           `json:"requests"`         // 0: windows until they agree
	WarmUp         time.Duration `json:"warm_up_ns"`
	WarmUpRequests int           `json:"warm_up_requests"`

	Batch           int           `json:"batch"` // inferences in one request
	ChunkDuration   time.Duration `json:"chunk_duration_ns,omitempty"`
	Statistics      bool          `json:"statistics"`
	MetricsInterval time.Duration `json:"metrics_interval_ns,omitempty"`

	intervals, schedule []time.Duration
}

// SequenceSettings is the effective form of SequenceOptions.
type SequenceSettings struct {
	Live      int     `json:"live"`
	Length    int     `json:"length"` // 0: as many as the payload's stream has steps
	Variation float64 `json:"variation_percent"`
	FirstID   uint64  `json:"first_id"` // 0 with id_span 0: a random start
	IDSpan    uint64  `json:"id_span"`
	Serial    bool    `json:"serial"`
	State     bool    `json:"state"`
	Untagged  bool    `json:"untagged"`
}

// settings puts the defaults in place.
func (o *Options) settings() Settings {
	s := Settings{
		Compat: o.Compat, Mode: or(o.Mode, ModeConcurrency), Range: or(o.Range, Level(1)), Search: or(o.Search, SearchLinear),
		Seed: o.Seed, IntervalCount: len(o.Intervals), ScheduleCount: len(o.Schedule), intervals: o.Intervals, schedule: o.Schedule,
		Sync: o.Sync, Deadline: o.Deadline.Or(DefaultDeadline), Validate: o.CheckAnswers,
		MaxErrors: o.MaxErrors.Or(DefaultMaxErrors), Drain: or(o.Drain, DefaultDrain),
		WindowMode: or(o.WindowMode, WindowTime), WindowTime: or(o.WindowTime, DefaultWindowTime),
		WindowRequests: or(o.WindowRequests, DefaultWindowRequests), WindowLimit: or(o.WindowLimit, DefaultWindowLimit),
		MaxTrials: or(o.MaxTrials, DefaultMaxTrials), Stability: o.Stability.Or(DefaultStability), Percentile: o.Percentile,
		LatencyLimit: o.LatencyLimit, Requests: o.Requests, WarmUp: o.WarmUp.Or(DefaultWarmUp), WarmUpRequests: o.WarmUpRequests,
		Batch: 1, ChunkDuration: o.ChunkDuration, Statistics: o.Statistics, MetricsInterval: o.MetricsInterval,
	}
	switch s.Mode {
	case ModeRate:
		if s.Arrival = or(o.Arrival, ArrivalConstant); s.Arrival == ArrivalGamma {
			s.Burst = or(o.Burst, 1)
		}
	case ModeRamp:
		s.RampTime = o.RampTime
	case ModeSteps:
		s.StepEvery = or(o.StepEvery, DefaultStepEvery)
	}
	if s.WarmUpRequests > 0 {
		s.WarmUp = o.WarmUp.Or(0)
	}
	if o.Compat != CompatNone {
		s.WarmUp, s.Deadline, s.MaxErrors = o.WarmUp.Or(0), o.Deadline.Or(0), o.MaxErrors.Or(0)
	}
	switch s.Mode {
	case ModeSchedule: // all of it is measured
		s.WarmUp = o.WarmUp.Or(0)
		s.Requests = max(len(o.Schedule)-s.WarmUpRequests, 0)
	case ModeSteps, ModeRamp:
		s.WarmUp = o.WarmUp.Or(0)
	}
	s.Sequence = o.Sequence.settings()
	s.Senders = or(o.Senders, 1)
	if s.Sync {
		s.Senders = or(o.Senders, DefaultSyncSenders)
	}
	s.Conns = or(o.Conns, s.defaultConns())
	return s
}

// or returns the value, or the default if it is zero.
func or[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

func (o *SequenceOptions) settings() *SequenceSettings {
	if !o.Use {
		return nil
	}
	return &SequenceSettings{
		Live: or(o.Live, DefaultLiveSequences), Length: o.Length, Variation: o.Variation.Or(DefaultVariation),
		FirstID: o.FirstID, IDSpan: o.IDSpan, Serial: o.Serial || o.State, State: o.State, Untagged: o.Untagged,
	}
}

// places returns the most requests or sequences that are alive at a time, each in a place of its own.
func (s *Settings) places() int {
	switch {
	case s.Mode == ModeConcurrency && s.Range.End == 0:
		return MaxConcurrency
	case !s.Mode.Open():
		return max(int(min(s.Range.End, MaxConcurrency)), 1)
	case s.Sequence != nil:
		return s.Sequence.Live
	}
	return 1
}

// defaultConns returns how many connections the mode needs: one for each live sequence, and else a few that requests share.
func (s *Settings) defaultConns() int {
	switch {
	case s.Sequence != nil:
		return min(s.places(), MaxConns)
	case !s.Mode.Open():
		return min(s.places(), 16)
	case s.Sync:
		return s.Senders
	}
	return DefaultConns
}
