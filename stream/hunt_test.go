package stream

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// simulated is a server that a hunt is played against.
type simulated struct {
	holds func(t try) bool
	hint  func(sessions int) int // nil: nothing is known
	spare func(sessions int) bool
}

// stepAt is a server that holds up to a number and no more. It tells that number, times a factor, when it has too much to do.
func stepAt(capacity int, hint float64) *simulated {
	return &simulated{
		holds: func(t try) bool { return t.sessions <= capacity },
		hint:  func(int) int { return int(hint * float64(capacity)) },
		spare: func(sessions int) bool { return sessions < capacity/2 },
	}
}

// play lets a hunt go to its end and returns what was tried.
func (s *simulated) play(t *testing.T, settings SearchSettings) (*hunt, []try) {
	t.Helper()
	h := newHunt(&settings)
	var tries []try
	for {
		next, more := h.next()
		if !more {
			return h, tries
		}
		require.True(t, next.sessions >= 1 && next.sessions <= settings.Max, "%+v", next)
		require.Less(t, len(tries), 300, "it does not end: %+v", tries)
		tries = append(tries, next)
		o := outcome{holds: s.holds(next)}
		if o.holds {
			o.spare = s.spare != nil && s.spare(next.sessions)
		} else if s.hint != nil {
			o.hint = s.hint(next.sessions)
		}
		h.tell(next, o)
	}
}

// duration is about how long the tries take, in seconds: what holds is measured for the whole time.
func duration(s *simulated, tries []try) (seconds float64) {
	for _, t := range tries {
		switch {
		case t.scout:
			seconds += 4
		case s.holds(t):
			seconds += 13
		default:
			seconds += 9
		}
	}
	return seconds
}

var usual = SearchSettings{Start: DefaultSearchStart, Max: MaxSessions, Resolution: DefaultResolution, Repeats: DefaultRepeats}

func checkBracket(t *testing.T, h *hunt, capacity int) {
	t.Helper()
	low, high := h.bounds()
	require.LessOrEqual(t, low, capacity)
	if capacity >= h.settings.Max {
		require.Equal(t, h.settings.Max, low)
		require.Zero(t, high)
	} else {
		require.Greater(t, high, capacity)
		require.LessOrEqual(t, high-low, h.step(low))
		require.GreaterOrEqual(t, h.marks[high].broke, min(2, h.settings.Repeats))
	}
	if low > 0 {
		require.Equal(t, h.settings.Repeats, h.marks[low].row)
	}
	require.Zero(t, h.retreats)
	require.Zero(t, h.advances)
}

// A server that holds up to a number and no more: the bounds are around it, whatever its hints are worth.
func TestHuntBracketsAStep(t *testing.T) {
	settings := []SearchSettings{usual, {Start: 1, Max: 256, Resolution: 2, Repeats: 1}, {Start: 100, Max: 200, Resolution: 10, Repeats: 2}}
	for _, hint := range []float64{0, 0.3, 0.95, 1, 1.03, 1.5, 10} {
		for _, s := range settings {
			for capacity := 0; capacity <= s.Max; capacity += 1 + capacity/50 {
				h, tries := stepAt(capacity, hint).play(t, s)
				checkBracket(t, h, capacity)
				require.Less(t, len(tries), 45, "capacity %d, hint %g", capacity, hint)
			}
			h, _ := stepAt(s.Max, hint).play(t, s)
			checkBracket(t, h, s.Max)
		}
	}
}

// With the defaults, a search takes about two minutes or less where the server tells about how much it can do.
func TestHuntIsQuick(t *testing.T) {
	for _, hint := range []float64{1, 1.02, 1.05} {
		for capacity := 100; capacity < 8000; capacity += 1 + capacity/50 {
			s := stepAt(capacity, hint)
			_, tries := s.play(t, usual)
			require.Less(t, duration(s, tries), 130.0, "capacity %d, hint %g: %+v", capacity, hint, tries)
		}
	}
}

// A number holds with a probability that falls with the number. Where the hunt ends, about that many hold about half the time, and it
// always ends.
func TestHuntOnNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		capacity := math.Exp(random.Float64() * 9)
		width := capacity * (0.002 + 0.03*random.Float64())
		holding := func(n int) float64 { return 1 / (1 + math.Exp((float64(n)-capacity)/width)) }
		s := stepAt(int(capacity), 0.9+0.2*random.Float64())
		s.holds = func(t try) bool { return random.Float64() < holding(t.sessions) }
		h, tries := s.play(t, usual)
		low, high := h.bounds()
		require.Less(t, len(tries), 100)
		if low > 0 {
			require.Equal(t, DefaultRepeats, h.marks[low].row)
			require.Greater(t, holding(low), 1e-3, "capacity %g ± %g, found %d", capacity, width, low)
		}
		if high > 0 {
			require.LessOrEqual(t, high-low, h.step(low))
			require.Less(t, holding(high), 0.9999)
		}
	}
}

// An accident of the machine lets any number break once, and a scout see any number pass: the result is the same.
func TestHuntForgivesAccidents(t *testing.T) {
	const capacity = 504
	_, tries := stepAt(capacity, 1.03).play(t, usual)
	for accident := range tries {
		s := stepAt(capacity, 1.03)
		count := 0
		s.holds = func(t try) bool {
			count++
			return (t.sessions <= capacity) == (count-1 != accident)
		}
		h, tries := s.play(t, usual)
		low, high := h.bounds()
		assert.InEpsilon(t, capacity, low, 0.04, "try %d comes out otherwise: %+v", accident, tries)
		assert.InEpsilon(t, capacity, high, 0.04)
		assert.Less(t, duration(s, tries), 220.0)
	}
}

// On a machine where one try in ten is disturbed, the result is right nearly always, and takes longer.
func TestHuntOnADisturbedMachine(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const runs = 500
	wrong, seconds := 0, 0.0
	for range runs {
		capacity := int(100 * math.Exp(random.Float64()*4))
		s := stepAt(capacity, 1.02)
		s.holds = func(t try) bool { return t.sessions <= capacity && random.IntN(10) > 0 }
		h, tries := s.play(t, usual)
		low, _ := h.bounds()
		if math.Abs(float64(low-capacity)) > 0.05*float64(capacity) {
			wrong++
		}
		seconds += duration(s, tries)
	}
	t.Logf("%d of %d wrong, %.0f s on average", wrong, runs, seconds/runs)
	assert.Less(t, wrong, runs/10)
	assert.Less(t, seconds/runs, 150.0)
}

// A number that does not hold again costs a few steps, not a search from the beginning.
func TestHuntRetreatsByAStep(t *testing.T) {
	for capacity := 300; capacity < 600; capacity++ {
		s := stepAt(capacity, 1.05)
		lucky := true
		s.holds = func(t try) bool {
			if t.sessions > capacity && t.sessions <= capacity*105/100 && !t.scout && t.repeat == 0 && lucky {
				lucky = false
				return true
			}
			return t.sessions <= capacity
		}
		h, tries := s.play(t, usual)
		low, _ := h.bounds()
		require.InEpsilon(t, capacity, low, 0.025)
		require.Less(t, duration(s, tries), 165.0, "%+v", tries)
	}
}

// Where a scout saw nothing wrong and a full measurement does, the search goes on just below.
func TestHuntStepsDownFromAScoutThatErred(t *testing.T) {
	const capacity = 205
	s := stepAt(capacity, 1.15)
	s.holds = func(t try) bool { return t.sessions <= capacity || t.scout && t.sessions <= 216 }
	h, tries := s.play(t, usual)
	low, _ := h.bounds()
	assert.InEpsilon(t, capacity, low, 0.02)
	for _, n := range tries {
		assert.True(t, n.scout || n.sessions > 190, "%+v", tries)
	}
}

func TestHuntDoesNotAskAServerTwiceThatRefused(t *testing.T) {
	h := newHunt(&SearchSettings{Start: 100, Max: 101, Resolution: 1, Repeats: 1})
	for _, c := range []struct {
		want try
		o    outcome
	}{
		{try{sessions: 100, scout: true}, outcome{holds: true}},
		{try{sessions: 101, scout: true}, outcome{final: true}},
		{try{sessions: 100}, outcome{holds: true}},
	} {
		next, more := h.next()
		require.True(t, more)
		require.Equal(t, c.want, next)
		h.tell(next, c.o)
	}
	_, more := h.next()
	assert.False(t, more)
}
