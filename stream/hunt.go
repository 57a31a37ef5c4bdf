package stream

import (
	"maps"
	"math"
)

// hunt decides which number of sessions a search measures next, and when it has found the largest that holds. It knows nothing of time
// and servers.
//
// First it scouts: short looks at numbers that grow until one does not hold, and then between that one and the largest that looked
// fine, until they are close together or an overloaded server has shown how much it can do. Scouts say where to look and nothing else:
// what the search finds was measured in full.
//
// Then it measures. Each number that holds moves the lower bound, each that does not the upper one, and from a bound the next number
// lies one step away, then another, then two, four and so on, or in the middle if that is nearer. When the bounds are a step apart, the upper one
// must not hold a second time, and the lower one must hold as often as asked for. One that came out otherwise moves a bound, and the
// hunt goes on from there.
type hunt struct {
	settings *SearchSettings
	marks    map[int]*mark // of all numbers that were measured in full, or that broke
	passed   int           // largest number at which a scout saw nothing wrong
	hint     int           // what the last number that broke says is possible at most; 0: nothing
	spare    bool          // the last scout found the server far from its limit
	near     bool          // scouting has ended
	row      int           // numbers in a row that held; below 0: that broke
	retreats int           // numbers that held and then did not
	advances int           // numbers that did not hold and then did
}

// mark is what became of a number.
type mark struct {
	held, broke int
	row         int  // how often it held since it last broke
	doubtful    bool // only a scout saw it break
}

// holds reports whether the number counts as one that holds. One that broke twice never does again, so that a hunt ends.
func (m *mark) holds() bool { return m.row > 0 && m.broke < 2 }

// try is a number to be measured.
type try struct {
	sessions int
	scout    bool // only a short look
	repeat   int  // how often it was measured in full before
}

// outcome is what came of a try.
type outcome struct {
	holds bool // of a scout: nothing was seen that speaks against it
	final bool // it will not come out otherwise: the server refused
	spare bool // latencies were far below the limit
	hint  int  // sessions that the server can have served at most, from what it did when it had too much to do; 0: unknown
}

const (
	// spareGrowth is by how much scouts grow while there is time to spare; otherwise they double.
	spareGrowth = 3
	// nearSteps is how many steps apart the bounds may be for scouts to have done their work.
	nearSteps = 4
	// firmBreaks is how often the smallest number that does not hold must break: once may be an accident of the machine.
	firmBreaks = 2
)

func newHunt(s *SearchSettings) *hunt { return &hunt{settings: s, marks: map[int]*mark{}} }

// bounds returns the largest number that holds, 0 if none does, and the smallest above it that does not, 0 if none is known.
func (h *hunt) bounds() (low, high int) {
	for n, m := range h.marks {
		if m.holds() {
			low = max(low, n)
		}
	}
	for n, m := range h.marks {
		if n > low && !m.holds() && (high == 0 || n < high) {
			high = n
		}
	}
	return low, high
}

// step returns how far apart the bounds may be.
func (h *hunt) step(low int) int {
	return max(int(math.Floor(float64(low)*h.settings.Resolution/100)), 1)
}

// next returns what to measure next; false when there is nothing more to do.
func (h *hunt) next() (try, bool) {
	low, high := h.bounds()
	switch {
	case high > 0 && high-low <= h.step(low), high == 0 && low == h.settings.Max:
		return h.confirm(low, high)
	case !h.near:
		return h.scout(low, high), true
	}
	return h.full(h.between(low, high)), true
}

// confirm repeats the bounds.
func (h *hunt) confirm(low, high int) (try, bool) {
	if high > 0 {
		m := h.marks[high]
		if m.held == 0 && m.broke < min(firmBreaks, h.settings.Repeats) {
			return h.full(high), true
		}
	}
	if low > 0 && h.marks[low].row < h.settings.Repeats {
		return h.full(low), true
	}
	return try{}, false
}

// full returns the try of a number that is measured in full.
func (h *hunt) full(sessions int) try {
	t := try{sessions: sessions}
	if m := h.marks[sessions]; m != nil {
		t.repeat = m.held + m.broke
	}
	return t
}

// floor returns the largest number below high of which something good is known; 0 if there is none.
func (h *hunt) floor(low, high int) int {
	if high > 0 && h.passed >= high {
		return low
	}
	return max(low, h.passed)
}

// scout returns the next short look, or the first number to be measured in full.
func (h *hunt) scout(low, high int) try {
	floor := h.floor(low, high)
	switch {
	case high == 0 && floor == 0:
		return try{sessions: h.settings.Start, scout: true}
	case high == 0 && floor < h.settings.Max:
		growth := 2
		if h.spare {
			growth = spareGrowth
		}
		return try{sessions: min(floor*growth, h.settings.Max), scout: true}
	case high > 0 && h.hint == 0 && high-floor > nearSteps*h.step(floor):
		return try{sessions: floor + (high-floor)/2, scout: true}
	}
	h.near = true
	if high == 0 {
		return h.full(floor)
	}
	first := max(h.hint-h.step(h.hint), floor)
	if first <= low || first >= high {
		first = h.between(low, high)
	}
	return h.full(first)
}

// between returns the next number between the bounds, of which high is known.
func (h *hunt) between(low, high int) int {
	middle := low + (high-low)/2
	if floor := h.floor(low, high); floor > low {
		middle = floor + (high-floor)/2
	}
	switch {
	case h.row < 0:
		middle = max(middle, high-stride(h.step(high), -h.row))
	case h.row > 0:
		middle = min(middle, low+stride(h.step(low), h.row))
	}
	return min(max(middle, low+1), high-1)
}

// stride returns how far to go after so many numbers in a row that came out the same: one step twice, then twice as far each time.
func stride(step, row int) int {
	const most = 16 // that is beyond every number
	return step << min(max(row-2, 0), most)
}

// tell says what came of a try.
func (h *hunt) tell(t try, o outcome) {
	if t.scout {
		h.spare, h.hint = o.spare, 0
	}
	if t.scout && o.holds {
		h.passed = max(h.passed, t.sessions)
		return
	}
	m := h.marks[t.sessions]
	if m == nil {
		m = &mark{}
		h.marks[t.sessions] = m
	}
	m.doubtful = t.scout && !o.final
	if t.scout && o.hint < t.sessions {
		h.hint = o.hint
	}
	scoutErred := !o.holds && t.sessions <= h.passed
	if t.scout || t.repeat > 0 || scoutErred {
		h.row = 0 // only what is new, below or above the same bounds, tells how far to go
	}
	if scoutErred {
		h.passed = 0
	}
	if o.holds {
		h.held(m)
	} else {
		h.broke(m, o.final)
	}
	if _, high := h.bounds(); high == 0 { // nothing stands in the way any more
		h.near = false
	}
}

func (h *hunt) held(m *mark) {
	if m.broke > 0 && m.row == 0 {
		h.advances++
		// What scouts saw was the machine's doing as well, perhaps.
		maps.DeleteFunc(h.marks, func(_ int, m *mark) bool { return m.doubtful })
	}
	m.held++
	m.row++
	h.row = max(h.row, 0) + 1
}

func (h *hunt) broke(m *mark, final bool) {
	if m.row > 0 {
		h.retreats++
	}
	m.broke++
	if final {
		m.broke = firmBreaks
	}
	m.row = 0
	h.row = min(h.row, 0) - 1
}
