package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/trtbench/trtbench/bench"
)

// progress shows on a terminal how far a run is. The zero value shows nothing.
type progress struct {
	quit, done chan struct{}
}

// shortRun is the length below which a run is over before a bar could be read.
const shortRun = time.Second

// startProgress watches a run through its options and draws a bar on a terminal, for runs over a second.
func startProgress(process Process, options *bench.Options) *progress {
	total := max(options.WarmUp.Or(bench.DefaultWarmUp), 0) + max(options.Duration.Or(bench.DefaultDuration), 0)
	if !process.Terminal || !options.Endless && total < shortRun {
		return &progress{}
	}
	options.Progress = new(bench.Progress)
	p := &progress{quit: make(chan struct{}), done: make(chan struct{})}
	steps := int(total / time.Millisecond)
	if options.Endless {
		steps = -1
	}
	bar := progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(process.Err),
		progressbar.OptionSetDescription("measuring"),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetSpinnerChangeInterval(0), // else the spinner of an endless run draws from a goroutine of its own
		progressbar.OptionClearOnFinish(),
	)
	go p.draw(bar, options.Progress, steps)
	return p
}

func (p *progress) draw(bar *progressbar.ProgressBar, watched *bench.Progress, steps int) {
	defer close(p.done)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for shown := false; ; {
		select {
		case <-p.quit:
			_ = bar.Clear()
			return
		case <-tick.C:
			rounds, device := watched.Snapshot()
			if rounds == 0 {
				continue // still being set up
			}
			if !shown {
				_ = bar.RenderBlank() // the bar itself draws from one percent on
				shown = true
			}
			at := int(device / time.Millisecond)
			if steps > 0 {
				at = min(at, steps-1)
			}
			_ = bar.Set(at)
		}
	}
}

func (p *progress) stop() {
	if p.quit != nil {
		close(p.quit)
		<-p.done
	}
}
