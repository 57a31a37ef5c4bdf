package bench

import (
	"fmt"
	"math"
	"sync/atomic"
	"time"
)

// loop drives some lanes of a run, all of them or, with threads, one. One goroutine on a locked OS thread runs it.
type loop struct {
	settings *Settings
	lanes    Lanes
	first, n int // the lanes driven: first, first+1, … n of them
	samples  *store
	stop     *atomic.Bool // set when the run shall end early
	progress *Progress    // may be nil
	sleep    func(time.Duration)
	warm     *convergence // nil unless the warm-up ends by convergence

	started time.Time // just before the first enqueue
	ended   time.Time // just after the last wait
	cut     bool      // ended by stop
	elapsed float32   // ms: the latest start of a computation known so far
	warmUp  float32   // ms of device time: inferences that start earlier are not timed
}

// run repeats rounds until both minima are met: each round enqueues one inference on every lane, then waits on
// every lane for the inference in the next slot, so that with two slots one inference is always queued ahead.
// Whatever is still in flight at the end is waited for and kept, also after an error.
func (l *loop) run() error {
	rounds, limit := l.bounds()
	skipped, slot := 0, 0
	busy := make([]bool, l.settings.Slots)
	l.started = time.Now()
	defer func() { l.ended = time.Now() }()

	for round := 0; round < rounds+skipped || l.elapsed < limit; round++ {
		if l.stop.Load() {
			l.cut = true
			break
		}
		if err := l.enqueue(slot); err != nil {
			return l.fail(err, busy, slot)
		}
		busy[slot] = true
		slot = (slot + 1) % len(busy)
		if busy[slot] {
			if err := l.wait(slot); err != nil {
				return err
			}
			busy[slot] = false
		}
		if l.progress != nil {
			l.progress.update(round+1, l.elapsed)
		}
		if l.warm != nil && l.warmUp > l.elapsed && l.warm.over(l.elapsed) {
			l.warmUp, limit = l.elapsed, l.elapsed+l.duration()
		}
		if l.elapsed < l.warmUp {
			// The first of two overlapped rounds ends with nothing stored and is not skipped: it stands for the
			// inference that is still in flight when the loop ends.
			if l.elapsed > 0 {
				skipped++
			}
			continue
		}
		if l.settings.IdleTime > 0 {
			l.sleep(l.settings.IdleTime)
		}
	}
	return l.drain(busy, slot)
}

// bounds sets the warm-up and returns the minimum number of rounds and the device time that must be reached, in ms. They
// are single precision, as trtexec computes them. A warm-up that ends by convergence has no end yet.
func (l *loop) bounds() (rounds int, limit float32) {
	s := l.settings
	if s.Endless {
		return 0, float32(math.Inf(1))
	}
	l.warmUp = milliseconds(s.WarmUp)
	if l.warm != nil {
		l.warmUp = float32(math.Inf(1))
	}
	return s.Iterations + s.rules.extraRounds, l.warmUp + l.duration()
}

// duration is the minimum measuring time in ms.
func (l *loop) duration() float32 {
	return float32(1000 * float32(l.settings.Duration.Seconds())) // converted, so that no processor fuses it into a sum
}

func (l *loop) enqueue(slot int) error {
	for lane := l.first; lane < l.first+l.n; lane++ {
		if err := l.lanes.Enqueue(lane, slot); err != nil {
			return fmt.Errorf("bench: enqueue on lane %d: %w", lane, err)
		}
	}
	return nil
}

func (l *loop) wait(slot int) error {
	for lane := l.first; lane < l.first+l.n; lane++ {
		s := l.samples.reserve()
		if err := l.lanes.Wait(lane, slot, s); err != nil {
			return fmt.Errorf("bench: wait on lane %d: %w", lane, err)
		}
		s.Lane, s.Flags = int32(lane), 0
		l.samples.commit()
		if l.warm != nil && l.elapsed < l.warmUp {
			l.warm.add(s)
		}
		l.elapsed = max(l.elapsed, s.ComputeStart)
	}
	return nil
}

// drain waits for what is in flight, oldest slot first.
func (l *loop) drain(busy []bool, slot int) error {
	for range busy {
		if busy[slot] {
			if err := l.wait(slot); err != nil {
				return err
			}
			busy[slot] = false
		}
		slot = (slot + 1) % len(busy)
	}
	return nil
}

// fail keeps the complete rounds in flight after an enqueue failed. The failed round itself is lost: some of its
// lanes may have nothing to wait for.
func (l *loop) fail(err error, busy []bool, slot int) error {
	if late := l.drain(busy, slot); late != nil {
		return fmt.Errorf("%w (and then, keeping what was in flight: %w)", err, late)
	}
	return err
}

func milliseconds(d time.Duration) float32 { return float32(float64(d) / float64(time.Millisecond)) }
