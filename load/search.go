package load

import "math"

// levels proposes the loads of a run, one after the other.
type levels interface {
	// next returns the load of the next point. passed says how the last one ended; it is ignored at the first call.
	next(passed bool) (level float64, more bool)
}

// newLevels returns the levels that valid settings ask for.
func newLevels(s *Settings) levels {
	if s.Mode != ModeRate && s.Mode != ModeConcurrency {
		_, asked := s.demand(0)
		return &sweep{Range: Level(or(asked, s.Range.End))}
	}
	if s.Search == SearchBinary {
		return &bisection{low: s.Range.Start, high: s.Range.End, step: s.Range.Step, whole: s.Mode == ModeConcurrency}
	}
	return &sweep{Range: s.Range}
}

// sweep goes up in equal steps while points pass. An end of 0 is none.
type sweep struct {
	Range
	tried int
}

func (s *sweep) next(passed bool) (float64, bool) {
	const rounding = 1e-9 // of a step: the last level is not lost to the rounding of its number
	level := s.Start + float64(s.tried)*s.Step
	if s.tried > 0 && (!passed || s.End != 0 && level > s.End+rounding*s.Step) {
		return 0, false
	}
	s.tried++
	return level, true
}

// bisection looks for the highest level that passes: the lower end, which must pass, the upper end, which must not, and then the
// middle between the highest that passed and the lowest that did not, until they are no more than a step apart.
type bisection struct {
	low, high, step float64
	whole           bool // levels are whole numbers
	tried           int
	middle          float64
}

func (b *bisection) next(passed bool) (float64, bool) {
	b.tried++
	switch b.tried {
	case 1:
		return b.low, true
	case 2:
		return b.high, passed && b.high > b.low
	case 3:
		if passed {
			return 0, false
		}
	default:
		if passed {
			b.low = b.middle
		} else {
			b.high = b.middle
		}
	}
	if b.high-b.low <= b.step {
		return 0, false
	}
	b.middle = b.low + (b.high-b.low)/2
	if b.whole {
		b.middle = math.Floor(b.middle)
	}
	return b.middle, true
}
