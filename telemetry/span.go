package telemetry

import (
	"math"
	"time"
)

// span adds readings up.
type span struct {
	samples     int
	first, last time.Time

	utilization, memory, smClock, memoryClock, power, temperature statistic

	counter struct { // of energy
		from, to   float64
		since      time.Time
		until      time.Time
		known, bad bool // bad: it went back
	}
	powered struct { // energy by power
		joules, seconds float64
		watts           float64 // of the last reading that had it
		at              time.Time
	}
	throttled [throttles]int

	failed  int
	failure error
}

// statistic is a value over readings.
type statistic struct {
	n             int
	min, sum, max float64
}

func (s *statistic) add(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.n++
	s.sum += v
	s.min, s.max = min(s.min, v), max(s.max, v)
}

func (s *statistic) summary() *Range {
	if s.n == 0 {
		return nil
	}
	return &Range{Min: s.min, Mean: s.sum / float64(s.n), Max: s.max}
}

// add takes a reading in. It does not allocate.
func (s *span) add(at time.Time, r *Reading, err error) {
	if s.samples == 0 {
		s.first = at
	}
	s.samples++
	s.last = at
	s.utilization.add(r.UtilizationPercent)
	s.memory.add(r.MemoryBytes)
	s.smClock.add(r.SMClockMHz)
	s.memoryClock.add(r.MemoryClockMHz)
	s.power.add(r.PowerWatts)
	s.temperature.add(r.TemperatureCelsius)
	s.count(at, r.EnergyJoules)
	s.integrate(at, r.PowerWatts)
	for i := range s.throttled {
		if r.Throttle&(1<<i) != 0 {
			s.throttled[i]++
		}
	}
	if err != nil {
		if s.failed == 0 {
			s.failure = err
		}
		s.failed++
	}
}

// count follows the counter of energy.
func (s *span) count(at time.Time, joules float64) {
	c := &s.counter
	switch {
	case math.IsNaN(joules):
		return
	case !c.known:
		c.known, c.from, c.since = true, joules, at
	case joules < c.to:
		c.bad = true
	}
	c.to, c.until = joules, at
}

// integrate adds up power over time, by the trapezoidal rule.
func (s *span) integrate(at time.Time, watts float64) {
	if math.IsNaN(watts) {
		return
	}
	p := &s.powered
	if !p.at.IsZero() {
		seconds := at.Sub(p.at).Seconds()
		p.joules += (p.watts + watts) / 2 * seconds
		p.seconds += seconds
	}
	p.watts, p.at = watts, at
}

// usage returns what the span came to; nil when nothing was read.
func (s *span) usage(d Description) *Usage {
	if s.samples == 0 {
		return nil
	}
	u := &Usage{
		Description: d, Seconds: s.last.Sub(s.first).Seconds(), Samples: s.samples,
		Utilization: s.utilization.summary(), Memory: s.memory.summary(), SMClock: s.smClock.summary(), MemoryClock: s.memoryClock.summary(),
		Power: s.power.summary(), Temperature: s.temperature.summary(), Failed: s.failed,
	}
	if s.failure != nil {
		u.Failure = s.failure.Error()
	}
	switch c := &s.counter; {
	case c.known && !c.bad && c.until.After(c.since):
		u.EnergyJoules, u.EnergySeconds, u.EnergySource = c.to-c.from, c.until.Sub(c.since).Seconds(), EnergyCounter
	case s.powered.seconds > 0:
		u.EnergyJoules, u.EnergySeconds, u.EnergySource = s.powered.joules, s.powered.seconds, EnergyPower
	}
	for i, n := range s.throttled {
		if n > 0 {
			u.Throttled = append(u.Throttled, Throttling{throttleNames[i], float64(n) / float64(s.samples)})
		}
	}
	return u
}
