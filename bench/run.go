package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Run opens the target, measures it and closes it again. With threads each lane is driven by an OS thread of its
// own, otherwise one thread drives them all.
//
// When ctx is cancelled the run stops after the round under way and its recording says that it was interrupted;
// that is no error. When the target fails, Run returns the error and the recording of what was measured until then;
// the recording is nil only if nothing could be opened or the options are invalid.
func Run(ctx context.Context, target Target, options Options) (*Recording, error) {
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("bench: options: %w", err)
	}
	description := target.Describe()
	settings := options.settings(description)
	started := time.Now()
	lanes, err := target.Open(ctx, settings.setup())
	if err != nil {
		return nil, fmt.Errorf("bench: open %s: %w", description.Model.Path, err)
	}
	if err := options.supported(description, lanes); err != nil {
		return nil, errors.Join(err, lanes.Close())
	}
	watch := watchRuntime()
	loops, err := drive(ctx, lanes, &settings, options.Progress)
	pauses, starvation := watch.pauses(), watch.starvation()
	recording := &Recording{Settings: settings}
	err = errors.Join(err, recording.fetch(lanes, &options, err == nil))
	closeErr := lanes.Close()
	if closeErr != nil {
		closeErr = fmt.Errorf("bench: close %s: %w", description.Model.Path, closeErr)
	}
	description = target.Describe() // a target may know more after it ran, as shapes that depend on data
	recording.Head = record.NewHead(record.KindBench, started, description)
	for _, l := range loops {
		recording.Interrupted = recording.Interrupted || l.cut && ctx.Err() != nil
		recording.DroppedSamples += l.samples.dropped()
	}
	if settings.Converge {
		recording.settle(loops)
	}
	recording.Samples = gather(loops, settings.Slots, pauses)
	recording.judge(starvation)
	if err = errors.Join(err, closeErr); err != nil {
		recording.Verdict.Fail(record.CodeFailed, err.Error())
	}
	return recording, err
}

// drive runs the loops to their ends and returns them with the first error of each.
func drive(ctx context.Context, lanes Lanes, settings *Settings, progress *Progress) ([]*loop, error) {
	ctx, cancel := context.WithCancel(ctx) // by the caller, or when a loop fails
	defer cancel()
	var stop atomic.Bool
	stop.Store(ctx.Err() != nil)
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()

	threads := 1
	if settings.Threads {
		threads = settings.Lanes
	}
	keep := settings.KeepSamples
	if keep > 0 {
		keep = max(keep/threads, 1)
	}
	loops := make([]*loop, threads)
	for i := range loops {
		loops[i] = &loop{
			settings: settings, lanes: lanes,
			first: i * settings.Lanes / threads, n: settings.Lanes / threads,
			samples: newStore(keep),
			stop:    &stop, sleep: sleeper(ctx, &stop),
		}
		if settings.Converge {
			loops[i].warm = newConvergence(settings.WarmUp)
		}
		defer loops[i].samples.finish()
	}
	loops[0].progress = progress

	errs := make([]error, threads)
	var running sync.WaitGroup
	for i, l := range loops {
		running.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			if errs[i] = l.run(); errs[i] != nil {
				cancel()
			}
		})
	}
	running.Wait()
	return loops, errors.Join(errs...)
}

// sleeper returns a function that sleeps, until ctx ends at most; then it sets stop. It is for one goroutine.
func sleeper(ctx context.Context, stop *atomic.Bool) func(time.Duration) {
	var timer *time.Timer
	return func(d time.Duration) {
		if timer == nil {
			timer = time.NewTimer(d)
		} else {
			timer.Reset(d)
		}
		select {
		case <-timer.C:
		case <-ctx.Done():
			stop.Store(true)
		}
	}
}

// gather collects the samples of all loops, sorted by the start of their copies as trtexec sorts its trace.
func gather(loops []*loop, slots int, pauses []pause) []Sample {
	n := 0
	for _, l := range loops {
		n += l.samples.len()
	}
	all := make([]Sample, 0, n)
	for _, l := range loops {
		from := len(all)
		all = l.samples.appendTo(all)
		flagPauses(all[from:], l.started.UnixNano()-l.samples.firstEnqueue, l.ended.UnixNano(), l.n*slots, pauses)
	}
	if !slices.IsSortedFunc(all, byStart) {
		slices.SortStableFunc(all, byStart)
	}
	return all
}

func byStart(a, b Sample) int {
	switch x, y := a.Timing().Start, b.Timing().Start; {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
