package trt

import (
	"sync"

	"github.com/trtbench/trtbench/csrc"
)

// progress follows the phases of a build.
type progress struct {
	mu     sync.Mutex
	tell   func(ProgressEvent)
	phases map[string]ProgressEvent // under way, by name
}

// newMonitor makes what TensorRT tells the steps of this build to. It returns nil when there is no memory for it.
func (b *build) newMonitor() *csrc.Monitor {
	p := &progress{tell: b.options.Progress, phases: map[string]ProgressEvent{}}
	return csrc.NewMonitor(func(event int, phase, parent string, number int) bool {
		p.step(event, phase, parent, number)
		return b.ctx.Err() == nil
	})
}

// step takes an event from any thread of TensorRT's.
func (p *progress) step(event int, phase, parent string, number int) {
	if p.tell == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.phases[phase]
	switch event {
	case csrc.ProgressStart:
		e = ProgressEvent{Phase: phase, Parent: parent, Steps: number}
		p.phases[phase] = e
	case csrc.ProgressStep:
		e.Step = number + 1 // TensorRT counts the step that is over from 0
		p.phases[phase] = e
	case csrc.ProgressFinish:
		e.Done = true
		delete(p.phases, phase)
	}
	e.Phase = phase
	p.tell(e)
}
