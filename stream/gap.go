package stream

import (
	"fmt"
	"time"
)

// reading is what three clocks say at an instant.
type reading struct {
	run  int64 // the point's clock, which stands still while the machine sleeps
	boot int64 // ns since the machine started, sleep included; 0: unknown
	wall int64 // ns since 1970
}

const (
	// stoodStill is how late the next reading may be: a process that was stopped, or a machine that was frozen, comes later.
	stoodStill = time.Second
	slept      = 100 * time.Millisecond // by how much the clock that includes sleep may go ahead
	jumped     = time.Second            // by how much the wall clock may differ
)

// gapWatch notices that time was lost: the process was stopped, the machine slept, or somebody set the clock.
type gapWatch struct {
	last  reading
	first reading
	found string // what happened first; empty: nothing did
}

// look takes a reading, of which the next is expected within interval.
func (g *gapWatch) look(now reading, interval time.Duration) {
	last := g.last
	g.last = now
	if last == (reading{}) {
		g.first = now
		return
	}
	if g.found != "" {
		return
	}
	passed := now.run - last.run
	at := time.Duration(now.run).Round(time.Millisecond)
	ahead := (now.wall - g.first.wall) - (now.run - g.first.run)
	switch {
	case passed > int64(interval+stoodStill):
		g.found = fmt.Sprintf("nothing ran for %v before %v: the process was stopped, or the machine stood still", time.Duration(passed).Round(time.Millisecond), at)
	case now.boot != 0 && (now.boot-last.boot)-passed > int64(slept):
		g.found = fmt.Sprintf("the machine slept for %v before %v", time.Duration(now.boot-last.boot-passed).Round(time.Millisecond), at)
	case max(ahead, -ahead) > int64(jumped):
		g.found = fmt.Sprintf("the clock of the machine was set by %v before %v", time.Duration(ahead).Round(time.Millisecond), at)
	}
}
