package cli

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// buildProgress shows how far a build is: as a bar on a terminal, else as verbose lines.
type buildProgress struct {
	log  *report.Log
	quit chan struct{} // nil where no bar is drawn
	done chan struct{}

	mu     sync.Mutex
	phases []trt.ProgressEvent // under way, outermost first
}

// startBuildProgress watches a build whose options have event as their progress.
func startBuildProgress(process Process, log *report.Log) *buildProgress {
	p := &buildProgress{log: log}
	if process.Terminal {
		p.quit, p.done = make(chan struct{}), make(chan struct{})
		go p.draw(process)
	}
	return p
}

// event takes a step of the build.
func (p *buildProgress) event(e trt.ProgressEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.IndexFunc(p.phases, func(known trt.ProgressEvent) bool { return known.Phase == e.Phase })
	switch {
	case e.Done && at >= 0:
		p.phases = slices.Delete(p.phases, at, at+1)
		p.log.Debug("%s: done", e.Phase)
	case e.Done:
	case at >= 0:
		p.phases[at] = e
	default:
		p.phases = append(p.phases, e)
		p.log.Debug("%s: %d steps", e.Phase, e.Steps)
	}
}

// state returns the phases under way in one line, and how far the outermost is.
func (p *buildProgress) state() (line string, step, steps int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.phases) == 0 {
		return "building", 0, 1
	}
	names := []string{p.phases[0].Phase}
	if inner := p.phases[len(p.phases)-1].Phase; len(p.phases) > 1 {
		names = append(names, inner)
	}
	return strings.Join(names, ": "), p.phases[0].Step, max(p.phases[0].Steps, 1)
}

// redraw is how long a bar that does not move stays as it is: the time that it shows goes on.
const redraw = time.Second

func (p *buildProgress) draw(process Process) {
	defer close(p.done)
	bar := progressbar.NewOptions(1,
		progressbar.OptionSetWriter(process.Err),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionClearOnFinish(),
	)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var shown string
	var at time.Time
	for {
		select {
		case <-p.quit:
			_ = bar.Clear()
			return
		case now := <-tick.C:
			line, step, steps := p.state()
			state := fmt.Sprint(line, step, steps)
			if state == shown && now.Sub(at) < redraw {
				continue
			}
			shown, at = state, now
			bar.Describe(line)
			bar.ChangeMax(steps)
			_ = bar.Set(min(step, steps-1)) // a full bar would end
			_ = bar.RenderBlank()
		}
	}
}

func (p *buildProgress) stop() {
	if p.quit != nil {
		close(p.quit)
		<-p.done
	}
}
