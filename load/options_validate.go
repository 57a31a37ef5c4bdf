package load

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// faults collects what is wrong with options.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

// Validate returns every fault of the options, joined; nil when there is none. They are checked with their defaults in place.
func (o *Options) Validate() error {
	var f faults
	if err := o.Compat.validate(); err != nil {
		f = append(f, err)
	}
	s := o.settings()
	f.checkMode(&s)
	if s.Mode == ModeRate || s.Mode == ModeConcurrency {
		f.checkRange(&s)
	}
	if len(f) == 0 {
		f.checkSchedules(&s)
	}
	if s.Mode == ModeSchedule && o.Requests != 0 {
		f.add("requests: %d, and a schedule has a number of its own; give only one of the two", o.Requests)
	}
	f.checkWindows(&s)
	f.checkSenders(&s)
	if s.Sequence != nil {
		f.checkSequence(&s)
	}
	if o.Compat != CompatNone {
		f.checkCompat(&s)
	}
	return errors.Join(f...)
}

// checkMode checks what belongs to the mode alone.
func (f *faults) checkMode(s *Settings) {
	switch s.Mode {
	case ModeConcurrency:
	case ModeRate:
		if !slices.Contains([]Arrival{ArrivalConstant, ArrivalPoisson, ArrivalGamma}, s.Arrival) {
			f.add("arrival: %q; expected %s, %s or %s", string(s.Arrival), ArrivalConstant, ArrivalPoisson, ArrivalGamma)
		}
	case ModeIntervals:
		if len(s.intervals) == 0 {
			f.add("intervals: there are none; expected at least one gap between requests")
		}
	case ModeSchedule:
		if len(s.schedule) == 0 {
			f.add("schedule: it is empty; expected the instants of the requests")
		} else if s.WarmUpRequests >= len(s.schedule) {
			f.add("schedule: all of its %d requests are warm-up; expected fewer than that", len(s.schedule))
		}
	case ModeRamp:
		if s.RampTime <= 0 {
			f.add("ramp time: %v; expected more than 0", s.RampTime)
		}
		if !(s.Range.Start >= 0 && s.Range.End > 0) {
			f.add("ramp: from %g to %g requests per second; expected 0 or more, and more than 0", s.Range.Start, s.Range.End)
		}
	case ModeSteps:
		r := s.Range
		if !(r.Start >= 1 && r.Step >= 1 && r.End >= r.Start) || math.Mod(r.End-r.Start, r.Step) != 0 || r.End > MaxConcurrency {
			f.add("steps: %g to %g by %g; expected whole numbers from 1 on, the end not below the start and some steps above it", r.Start, r.End, r.Step)
		}
		if s.StepEvery < 1 {
			f.add("answers before a step: %d; expected at least 1", s.StepEvery)
		}
	default:
		f.add("mode: %q; expected %s, %s, %s, %s, %s or %s", string(s.Mode),
			ModeConcurrency, ModeRate, ModeIntervals, ModeSchedule, ModeRamp, ModeSteps)
	}
	if s.Mode != ModeConcurrency && s.Mode != ModeRate && s.Search == SearchBinary {
		f.add("binary search: there is only one point in mode %s; search in a range of rates or concurrencies", s.Mode)
	}
}

// checkRange checks the levels of a sweep or search.
func (f *faults) checkRange(s *Settings) {
	r, what := s.Range, "rate"
	if s.Mode == ModeConcurrency {
		what = "concurrency"
		for _, v := range []float64{r.Start, r.End, r.Step} {
			if v != math.Trunc(v) || v > MaxConcurrency {
				f.add("concurrency range: %g; expected whole numbers up to %d", v, MaxConcurrency)
			}
		}
	}
	for _, v := range []float64{r.Start, r.End, r.Step} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			f.add("%s range: %g; expected a number", what, v)
			return
		}
	}
	if r.Start <= 0 {
		f.add("%s range: it starts at %g; expected more than 0", what, r.Start)
	}
	if r.Step <= 0 {
		f.add("%s range: its step is %g, with which it would not move; expected more than 0", what, r.Step)
	}
	switch open := r.End == 0; {
	case s.Search != SearchLinear && s.Search != SearchBinary:
		f.add("search: %q; expected %s or %s", string(s.Search), SearchLinear, SearchBinary)
	case !open && r.End < r.Start:
		f.add("%s range: its end %g lies below its start %g; exchange them, or set the end to 0 and give a latency limit", what, r.End, r.Start)
	case open && s.LatencyLimit == 0:
		f.add("%s range: it has no end; give one, or a latency limit at which to stop", what)
	case open && s.Search == SearchBinary:
		f.add("%s range: a binary search needs an end; give one", what)
	case open && s.Mode == ModeConcurrency && s.Sequence != nil:
		f.add("concurrency range: sequences need a highest concurrency; give the range an end")
	}
	if needed := s.Mode == ModeConcurrency || s.Compat != CompatNone; needed && s.Requests > 0 && float64(s.Requests) < math.Trunc(r.Start) {
		f.add("requests: %d, fewer than the %s of %g; expected at least as many", s.Requests, what, r.Start)
	}
}

// checkSchedules makes the schedules of the lowest and the highest level, as the run will.
func (f *faults) checkSchedules(s *Settings) {
	for _, level := range []float64{s.Range.Start, or(s.Range.End, s.Range.Start)} {
		m, _ := s.demand(level)
		if m.schedule == nil {
			return
		}
		if _, err := m.schedule(); err != nil {
			*f = append(*f, err)
			return
		}
	}
}

// checkWindows checks what says how long and how often is measured.
func (f *faults) checkWindows(s *Settings) {
	if s.WindowMode != WindowTime && s.WindowMode != WindowCount {
		f.add("measurement mode: %q; expected %s or %s", string(s.WindowMode), WindowTime, WindowCount)
	}
	for _, d := range []struct {
		name  string
		value time.Duration
		least time.Duration
	}{
		{"window time", s.WindowTime, 1}, {"window limit", s.WindowLimit, 1}, {"warm-up", s.WarmUp, 0}, {"drain", s.Drain, 1},
		{"deadline", s.Deadline, 0}, {"latency limit", s.LatencyLimit, 0}, {"chunk duration", s.ChunkDuration, 0},
		{"metrics interval", s.MetricsInterval, 0},
	} {
		if d.value < d.least || d.value > MaxDuration {
			f.add("%s: %v; expected %v to %v", d.name, d.value, d.least, MaxDuration)
		}
	}
	for _, n := range []struct {
		name  string
		value int
		least int
	}{
		{"requests of a window", s.WindowRequests, 1}, {"trials", s.MaxTrials, 1}, {"requests", s.Requests, 0},
		{"requests of the warm-up", s.WarmUpRequests, 0},
	} {
		if n.value < n.least || n.value > math.MaxInt32 {
			f.add("%s: %d; expected %d to %d", n.name, n.value, n.least, math.MaxInt32)
		}
	}
	if !(s.Stability >= 0) {
		f.add("stability: %g %%; expected 0 or more", s.Stability)
	}
	if !(s.Percentile >= 0 && s.Percentile < 100) {
		f.add("percentile: %g; expected more than 0 and less than 100, or 0 to use the mean", s.Percentile)
	}
}

// checkSenders checks what belongs to connections and senders.
func (f *faults) checkSenders(s *Settings) {
	if s.Conns < 1 || s.Conns > MaxConns {
		f.add("connections: %d; expected 1 to %d", s.Conns, MaxConns)
	}
	if s.Senders < 1 || s.Senders > MaxSenders {
		f.add("senders: %d; expected 1 to %d", s.Senders, MaxSenders)
	}
}

// checkSequence checks the sequences.
func (f *faults) checkSequence(s *Settings) {
	q := s.Sequence
	if q.Live < 1 || q.Live > MaxConcurrency {
		f.add("live sequences: %d; expected 1 to %d", q.Live, MaxConcurrency)
	}
	if q.Length < 0 || q.Length > math.MaxInt32 {
		f.add("sequence length: %d; expected 1 or more", q.Length)
	}
	if !(q.Variation >= 0) {
		f.add("sequence length variation: %g %%; expected 0 or more", q.Variation)
	}
	places := s.places()
	switch {
	case q.FirstID == 0 && q.IDSpan == 0:
	case q.IDSpan == 0:
		f.add("sequence ids: from %d up to, and without, the same; expected at least one id", q.FirstID)
	case q.IDSpan < uint64(places):
		f.add("sequence ids: %d of them for %d sequences alive at a time; expected at least as many", q.IDSpan, places)
	case q.FirstID == 0:
		f.add("sequence ids: they start at 0, which stands for no sequence; expected 1 or more")
	case q.IDSpan > math.MaxInt64 || q.FirstID > math.MaxInt64-q.IDSpan:
		f.add("sequence ids: they go beyond %d, which does not travel", int64(math.MaxInt64))
	}
}

// checkCompat refuses what perf_analyzer refuses and the honest profile does.
func (f *faults) checkCompat(s *Settings) {
	swept := (s.Mode == ModeRate || s.Mode == ModeConcurrency) && !s.Range.single()
	if swept && s.WarmUpRequests > 0 {
		f.add("warm-up: perf_analyzer has none in a sweep; measure one level, or leave compat out")
	}
	if swept && s.Requests > 0 {
		f.add("requests: perf_analyzer takes no number of them in a sweep; measure one level, or leave compat out")
	}
	if s.Search == SearchBinary && s.LatencyLimit == 0 {
		f.add("binary search: perf_analyzer needs a latency limit; give one, or leave compat out to search for the highest rate that is delivered")
	}
	if s.Percentile != math.Trunc(s.Percentile) {
		f.add("percentile: %g; perf_analyzer takes whole numbers", s.Percentile)
	}
}
