package load

import "sync"

// concurrencySteps raises the concurrency during a point: from start requests to end, step more each time. Each request is sent once
// and goes on for as long as the server sends parts. The next ones follow when each of the newest has had period parts, or has ended.
type concurrencySteps struct{ start, end, step, period int }

// groups are the requests of concurrencySteps that were started. Safe for concurrent use.
type groups struct {
	*concurrencySteps
	launch func(place int)

	mu      sync.Mutex
	past    []bool // places that have had period parts, or have ended
	begun   int    // places
	newest  int    // first place of the newest group
	waiting int    // places of the newest group that are not past
}

func newGroups(s *concurrencySteps, launch func(place int)) *groups {
	return &groups{concurrencySteps: s, launch: launch, past: make([]bool, s.end)}
}

// next starts a group. The caller holds mu, or is alone.
func (g *groups) next() {
	n := g.step
	if g.begun == 0 {
		n = g.start
	}
	n = min(n, g.end-g.begun)
	g.newest, g.waiting = g.begun, n
	g.begun += n
	for place := g.newest; place < g.begun; place++ {
		g.launch(place)
	}
}

// part says how many parts a place has had, after each but the last.
func (g *groups) part(place, parts int) {
	if parts == g.period {
		g.pass(place)
	}
}

// ended says that a place has had all its parts.
func (g *groups) ended(place int) { g.pass(place) }

func (g *groups) pass(place int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.past[place] {
		return
	}
	g.past[place] = true
	if place < g.newest {
		return
	}
	if g.waiting--; g.waiting == 0 && g.begun < g.end {
		g.next()
	}
}
