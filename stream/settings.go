package stream

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/stat"
)

// Settings is what a run really did: every option with its effective value. It is stored in the recording.
type Settings struct {
	Sessions *Levels         `json:"sessions,omitempty"` // nil with a search
	Search   *SearchSettings `json:"search,omitempty"`   // nil without

	ChunkDuration time.Duration `json:"chunk_duration_ns"`
	Phases        Phases        `json:"phases"`
	Seed          uint64        `json:"seed"`
	Utterance     Length        `json:"utterance"`
	Once          bool          `json:"once,omitempty"`
	Silence       Length        `json:"silence"`
	Churn         float64       `json:"churn_per_s"`
	Jitter        Length        `json:"jitter"`

	Limit      time.Duration `json:"limit_ns"`
	Percentile float64       `json:"percentile"`
	Confidence float64       `json:"confidence"`
	Behind     int           `json:"behind"`

	Settle  time.Duration `json:"settle_ns"`
	Measure time.Duration `json:"measure_ns"`
	Looks   int           `json:"looks"`
	// MinChunks is the number of chunks without which nothing can be said with the confidence asked for.
	MinChunks int `json:"min_chunks"`

	Conns      int           `json:"connections"` // 0: one for each session, up to load.MaxConns
	Deadline   time.Duration `json:"deadline_ns"` // 0: none
	Validate   bool          `json:"validate"`
	Untagged   bool          `json:"untagged"`
	MaxErrors  int           `json:"max_errors"` // below 0: any number
	Drain      time.Duration `json:"drain_ns"`
	Spin       time.Duration `json:"spin_ns,omitempty"`
	Statistics bool          `json:"statistics"`
}

// SearchSettings is the effective form of SearchOptions.
type SearchSettings struct {
	Start      int     `json:"start"`
	Max        int     `json:"max"`
	Resolution float64 `json:"resolution_percent"`
	Repeats    int     `json:"repeats"`
}

// settings puts the defaults in place.
func (o *Options) settings() Settings {
	s := Settings{
		ChunkDuration: or(o.ChunkDuration, DefaultChunkDuration), Phases: or(o.Phases, PhasesRandom), Seed: o.Seed,
		Utterance: or(o.Utterance, Fixed(DefaultUtterance)), Once: o.Once, Silence: o.Silence, Churn: o.Churn, Jitter: o.Jitter,
		Limit: or(o.Limit, DefaultLimit), Percentile: or(o.Percentile, DefaultPercentile), Confidence: or(o.Confidence, DefaultConfidence),
		Behind: o.Behind.Or(DefaultBehind), Settle: or(o.Settle, DefaultSettle), Measure: or(o.Measure, DefaultMeasure),
		Looks: or(o.Looks, DefaultLooks), Conns: o.Conns, Deadline: o.Deadline.Or(DefaultDeadline), Validate: o.CheckAnswers,
		Untagged: o.Untagged, MaxErrors: o.MaxErrors.Or(DefaultMaxErrors), Drain: or(o.Drain, load.DefaultDrain), Spin: o.Spin,
		Statistics: o.Statistics,
	}
	if o.FindMax {
		s.Looks = or(o.Looks, DefaultSearchLooks)
		q := &o.Search
		s.Search = &SearchSettings{
			Start: or(q.Start, DefaultSearchStart), Max: or(q.Max, MaxSessions), Resolution: or(q.Resolution, DefaultResolution),
			Repeats: or(q.Repeats, DefaultRepeats),
		}
	} else {
		levels := or(o.Sessions, Levels{1, 1, 1})
		s.Sessions = &levels
	}
	if s.checkJudging() == nil {
		s.MinChunks = stat.MinimumForQuantile(s.Percentile/100, s.twoSided())
	}
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

// twoSided is the confidence of the interval whose upper end alone is passed with the confidence asked for, at any of the looks: each
// look may err, so each must be surer (Bonferroni).
func (s *Settings) twoSided() float64 { return 1 - 2*(1-s.Confidence)/float64(s.Looks) }

// Validate returns every fault of the options, joined; nil when there is none. They are checked with their defaults in place.
func (o *Options) Validate() error {
	s := o.settings()
	return s.validate()
}

func (s *Settings) validate() error {
	errs := []error{s.checkJudging()}
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if s.Sessions != nil {
		errs = append(errs, s.Sessions.validate())
	}
	if q := s.Search; q != nil {
		if q.Start < 1 || q.Max > MaxSessions || q.Max < q.Start {
			add("search: %d to %d streams; expected 1 to %d", q.Start, q.Max, MaxSessions)
		}
		if !(q.Resolution > 0 && q.Resolution <= 100) || q.Repeats < 1 {
			add("search: resolution %g %% and %d repeats; expected more than 0 up to 100 %%, and at least 1", q.Resolution, q.Repeats)
		}
	}
	if s.Phases != PhasesRandom && s.Phases != PhasesPulsed {
		add("phases: %q; expected %s or %s", string(s.Phases), PhasesRandom, PhasesPulsed)
	}
	for name, l := range map[string]Length{"utterance": s.Utterance, "silence": s.Silence, "jitter": s.Jitter} {
		if err := l.validate(); err != nil {
			add("%s: %w", name, err)
		}
	}
	if !(s.Churn >= 0 && s.Churn <= 1e6) {
		add("churn: %g speakers per second; expected 0 to a million", s.Churn)
	}
	for _, d := range []struct {
		name  string
		value time.Duration
		least time.Duration
	}{
		{"chunk duration", s.ChunkDuration, time.Millisecond}, {"limit", s.Limit, 1}, {"settle", s.Settle, 0}, {"measure", s.Measure, 1},
		{"deadline", s.Deadline, 0}, {"drain", s.Drain, 1}, {"spin", s.Spin, 0},
	} {
		if d.value < d.least || d.value > maxLength {
			add("%s: %v; expected %v to %v", d.name, d.value, d.least, maxLength)
		}
	}
	if s.Conns < 0 || s.Conns > load.MaxConns {
		add("connections: %d; expected 1 to %d", s.Conns, load.MaxConns)
	}
	return errors.Join(errs...)
}

// checkJudging checks what the judgement on a point depends on.
func (s *Settings) checkJudging() error {
	switch {
	case !(s.Percentile > 0 && s.Percentile < 100):
		return fmt.Errorf("percentile: %g; expected more than 0 and less than 100", s.Percentile)
	case !(s.Confidence >= 0.5 && s.Confidence < 1):
		return fmt.Errorf("confidence: %g; expected 0.5 to less than 1", s.Confidence)
	case s.Looks < 1 || s.Looks > 10:
		return fmt.Errorf("looks: %d; expected 1 to 10", s.Looks)
	case s.Behind < 0 || s.Behind > math.MaxUint16-1:
		return fmt.Errorf("chunks behind: %d; expected 0 to %d", s.Behind, math.MaxUint16-1)
	}
	return nil
}
