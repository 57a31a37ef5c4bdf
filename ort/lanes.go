package ort

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/tensor"
)

var (
	_ bench.Lanes       = (*Lanes)(nil)
	_ bench.ValueReader = (*Lanes)(nil)
)

// Lanes is one opened run of a [Target].
type Lanes struct {
	target *Target
	start  time.Time // the run's start mark
	lanes  []*lane
	closed bool
}

// lane has tensors of its own and the times of the inferences in its slots.
type lane struct {
	mu      sync.Mutex // held while the model runs, so that Close cannot take the tensors away
	binding *ortgo.IoBinding
	inputs  []*boundTensor
	outputs []*boundTensor
	times   []interval
}

// interval holds the begin and the end of an inference since the start mark.
type interval struct{ begin, end time.Duration }

// Open allocates the tensors of every lane and starts the clock. Of the setup, the numbers of lanes and slots and the
// sleep time matter; the rest concerns devices of their own. The result is a *Lanes.
func (t *Target) Open(ctx context.Context, setup bench.Setup) (bench.Lanes, error) {
	if setup.Lanes < 1 || setup.Slots < 1 {
		return nil, fmt.Errorf("ort: open lanes: %d lanes with %d slots, expected at least 1 of each", setup.Lanes, setup.Slots)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, fmt.Errorf("ort: open lanes: the target is %w", ErrClosed)
	}
	if err := t.fitsMemory(setup.Lanes); err != nil {
		return nil, fmt.Errorf("ort: open lanes: %w", err)
	}
	l := &Lanes{target: t}
	for i := range setup.Lanes {
		if err := ctx.Err(); err != nil {
			return nil, errors.Join(fmt.Errorf("ort: open lanes: %w", err), l.free())
		}
		lane, err := t.newLane(setup.Slots)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("ort: open lane %d: %w", i, err), l.free())
		}
		l.lanes = append(l.lanes, lane)
	}
	if err := sleep(ctx, setup.SleepTime); err != nil {
		return nil, errors.Join(fmt.Errorf("ort: open lanes: %w", err), l.free())
	}
	t.lanes++
	l.start = time.Now()
	return l, nil
}

// fitsMemory refuses more lanes than this machine has memory for: their pages are all touched at once.
func (t *Target) fitsMemory(lanes int) error {
	memory, err := machineMemory()
	if err != nil {
		return err
	}
	one := uint64(0)
	for _, spec := range slices.Concat(t.inputs, t.outputs) {
		one += uint64(spec.bytes)
	}
	if one > memory/uint64(lanes) {
		return fmt.Errorf("%d lanes with tensors of %d bytes each are more than this machine's memory of %d MiB", lanes, one, memory>>20)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (t *Target) newLane(slots int) (_ *lane, err error) {
	l := &lane{times: make([]interval, slots)}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.inputs, err = newTensors(t.inputs, t.values); err != nil {
		return nil, err
	}
	if l.outputs, err = newTensors(t.outputs, nil); err != nil {
		return nil, err
	}
	if l.binding, err = t.session.CreateIoBinding(); err != nil {
		return nil, err
	}
	for _, in := range l.inputs {
		if err := l.binding.BindInput(in.name, in.value); err != nil {
			return nil, fmt.Errorf("bind %s: %w", in.name, err)
		}
	}
	for _, out := range l.outputs {
		if err := l.binding.BindOutput(out.name, out.value); err != nil {
			return nil, fmt.Errorf("bind %s: %w", out.name, err)
		}
	}
	return l, nil
}

// Enqueue runs one inference to its end.
func (l *Lanes) Enqueue(lane, slot int) error {
	ln := l.lanes[lane]
	ln.mu.Lock()
	defer ln.mu.Unlock()
	if ln.binding == nil {
		return fmt.Errorf("ort: run: the lanes are %w", ErrClosed)
	}
	begin := time.Since(l.start)
	err := l.target.session.RunWithBinding(ln.binding)
	ln.times[slot] = interval{begin, time.Since(l.start)}
	if err != nil {
		return fmt.Errorf("ort: run %s on lane %d: %w", l.target.model.Path, lane, err)
	}
	return nil
}

// Wait hands over the times of the inference that Enqueue ran.
func (l *Lanes) Wait(lane, slot int, s *bench.Sample) error {
	at := l.lanes[lane].times[slot]
	s.EnqueueStart, s.EnqueueEnd = int64(at.begin), int64(at.end)
	s.ComputeStart = float32(float64(at.begin) / 1e6)
	s.Compute = float32(float64(at.end-at.begin) / 1e6)
	s.H2D, s.H2DToCompute, s.ComputeToD2H, s.D2H = 0, 0, 0, 0
	return nil
}

// Inputs returns copies of what the next inference of a lane will get.
func (l *Lanes) Inputs(lane int) ([]tensor.Values, error) {
	ln, err := l.lane(lane)
	if err != nil {
		return nil, fmt.Errorf("ort: inputs: %w", err)
	}
	defer ln.mu.Unlock()
	return valuesOf(ln.inputs, true), nil
}

// Outputs returns copies of what the last inference of a lane computed. Before the first one they are zeros.
func (l *Lanes) Outputs(lane int) ([]tensor.Values, error) {
	ln, err := l.lane(lane)
	if err != nil {
		return nil, fmt.Errorf("ort: outputs: %w", err)
	}
	defer ln.mu.Unlock()
	return valuesOf(ln.outputs, false), nil
}

func valuesOf(tensors []*boundTensor, input bool) []tensor.Values {
	values := make([]tensor.Values, len(tensors))
	for i, t := range tensors {
		values[i] = tensor.Values{Tensor: t.describe(input), Data: t.data()}
	}
	return values
}

// SetInput replaces the values of an input of one lane, from its next inference on. The data, in little-endian order and row
// by row, is copied and must have the size of the input.
func (l *Lanes) SetInput(lane int, name string, data []byte) error {
	ln, err := l.lane(lane)
	if err != nil {
		return fmt.Errorf("ort: set input: %w", err)
	}
	defer ln.mu.Unlock()
	for _, in := range ln.inputs {
		if in.name != name {
			continue
		}
		if len(data) != in.bytes {
			return fmt.Errorf("ort: set input %s: %d bytes, expected %d for %s of %s", name, len(data), in.bytes, in.element.name, formatShape(in.shape))
		}
		if err := errors.Join(in.set(data), ln.binding.BindInput(name, in.value)); err != nil {
			return fmt.Errorf("ort: set input %s: %w", name, err)
		}
		return nil
	}
	return fmt.Errorf("ort: set input: the model has no input %q; its inputs are %s", name, strings.Join(namesOf(ln.inputs), ", "))
}

// lane returns a lane that is open, locked.
func (l *Lanes) lane(i int) (*lane, error) {
	if i < 0 || i >= len(l.lanes) {
		return nil, fmt.Errorf("lane %d, expected 0 to %d", i, len(l.lanes)-1)
	}
	ln := l.lanes[i]
	ln.mu.Lock()
	if ln.binding == nil {
		ln.mu.Unlock()
		return nil, fmt.Errorf("the lanes are %w", ErrClosed)
	}
	return ln, nil
}

// Close releases the tensors, after inferences that are still under way. A second call does nothing.
func (l *Lanes) Close() error {
	t := l.target
	t.mu.Lock()
	defer t.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	t.lanes--
	if err := l.free(); err != nil {
		return fmt.Errorf("ort: close lanes: %w", err)
	}
	return nil
}

func (l *Lanes) free() error {
	var errs []error
	for _, ln := range l.lanes {
		errs = append(errs, ln.close())
	}
	return errors.Join(errs...)
}

func (ln *lane) close() error {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	var err error
	if ln.binding != nil {
		err = ln.binding.Destroy()
		ln.binding = nil
	}
	err = errors.Join(err, closeTensors(ln.inputs), closeTensors(ln.outputs))
	ln.inputs, ln.outputs = nil, nil
	return err
}
