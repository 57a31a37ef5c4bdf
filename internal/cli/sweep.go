package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// maxSweep is the number of points that one process holds open.
const maxSweep = 64

// sweepFlag is what a sweep goes through: batch:1,2,4.
type sweepFlag struct{ batches []int64 }

func (f *sweepFlag) Set(text string) error {
	const expected = "expected batch:1,2,4 with whole numbers above 0"
	list, found := strings.CutPrefix(text, "batch:")
	if !found {
		return fmt.Errorf("%q; %s", text, expected)
	}
	f.batches = nil
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseInt(field, 10, 32)
		switch {
		case err != nil || n < 1:
			return fmt.Errorf("%q is no batch; %s", field, expected)
		case slices.Contains(f.batches, n):
			return fmt.Errorf("batch %d is there twice", n)
		}
		f.batches = append(f.batches, n)
	}
	if len(f.batches) > maxSweep {
		return fmt.Errorf("%d batches; expected at most %d", len(f.batches), maxSweep)
	}
	return nil
}

func (f *sweepFlag) Type() string { return "batch:N1,N2,…" }

func (f *sweepFlag) String() string {
	if len(f.batches) == 0 {
		return ""
	}
	var fields []string
	for _, n := range f.batches {
		fields = append(fields, strconv.FormatInt(n, 10))
	}
	return "batch:" + strings.Join(fields, ",")
}

// validate returns an error for what a sweep cannot do beside it.
func (f *runFlags) validateSweep() error {
	o, s := &f.output, &f.summary
	switch {
	case len(f.sweep.batches) == 0:
		return nil
	case o.out != "" || o.times != "" || o.timesExtended != "":
		return errors.New("--sweep makes one table of many runs; --out and --exportTimes keep one: use --json, or single runs")
	case o.layers.asked() || o.values.asked():
		return errors.New("--sweep makes one table of many runs; outputs and layers are those of one: use single runs")
	case f.depth > 0 || s.explain || s.deadline > 0:
		return errors.New("--sweep makes one table of many runs; --depth, --explain and --deadline look at one: use single runs")
	case f.measure.Endless:
		return errors.New("--sweep never gets to the second batch with --duration=-1")
	case f.model.skipInference || f.model.timeDeserialize || f.model.planVersionOnly:
		return errors.New("--sweep measures inferences; leave out the option that skips them")
	}
	return nil
}

// sweepTargets opens the model once for each batch.
func (f *runFlags) sweepTargets(ctx context.Context, log *report.Log) (_ []bench.Point, closeAll func() error, err error) {
	var opened []*openedTarget
	closeAll = func() error {
		var errs []error
		for _, t := range slices.Backward(opened) {
			errs = append(errs, t.Close())
		}
		return errors.Join(errs...)
	}
	base, err := openTarget(ctx, f, &report.Log{Out: discard{}, Err: discard{}}) // only to see its inputs
	if err != nil {
		return nil, closeAll, err
	}
	inputs, fixed := base.Describe().Tensors, fixedInputs(base.engine)
	if err := base.Close(); err != nil {
		return nil, closeAll, err
	}
	quiet := &report.Log{Out: discard{}, Err: log.Err}
	var points []bench.Point
	for _, batch := range f.sweep.batches {
		one := *f
		if one.model.batched = batchedShapes(inputs, fixed, batch); len(one.model.batched) == 0 {
			return nil, closeAll, errors.New("--sweep: the leading dimension of every input is fixed in this engine; build it with a range of batches")
		}
		target, err := openTarget(ctx, &one, quiet)
		if err != nil {
			return nil, closeAll, errors.Join(fmt.Errorf("batch %d: %w", batch, err), closeAll())
		}
		opened = append(opened, target)
		points = append(points, bench.Point{Name: fmt.Sprintf("batch %d", batch), Target: target})
	}
	return points, closeAll, nil
}

// discard takes the information of libraries that were loaded before with the same words.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// fixedInputs returns the inputs of an engine whose leading dimension cannot change.
func fixedInputs(target *trt.Target) map[string]bool {
	fixed := map[string]bool{}
	if target == nil {
		return fixed
	}
	for _, t := range target.Engine().Tensors() {
		fixed[t.Name] = len(t.Shape) == 0 || t.Shape[0] >= 0
	}
	return fixed
}

// batchedShapes returns the shapes of all inputs with another leading dimension.
func batchedShapes(tensors []record.Tensor, fixed map[string]bool, batch int64) trt.Shapes {
	shapes := trt.Shapes{}
	for _, t := range tensors {
		if !t.Input || len(t.Shape) == 0 || fixed[t.Name] {
			continue
		}
		shape := []int64{batch}
		for _, size := range t.Shape[1:] {
			shape = append(shape, int64(size))
		}
		shapes[t.Name] = shape
	}
	return shapes
}

// runSweep measures the model with each batch in turn and prints one table.
func runSweep(ctx context.Context, process Process, f *runFlags, log *report.Log) error {
	points, closeAll, err := f.sweepTargets(ctx, log)
	if err != nil {
		f.model.failed(log, process.Args, err)
		return err
	}
	defer closeAll()
	program, version := banner(points[0].Target.Describe())
	log.Status("RUNNING", program, version, process.Args)
	results, err := bench.Sweep(ctx, points, f.measure)
	if shown := f.presentSweep(process, log, results, err != nil); err == nil {
		err = shown
	}
	state := "PASSED"
	if err != nil {
		state = "FAILED"
	}
	log.Status(state, program, version, process.Args)
	return errors.Join(err, log.Failed())
}

// presentSweep writes the table. After a run that ended early, points without results are left out.
func (f *runFlags) presentSweep(process Process, log *report.Log, results []bench.PointResult, early bool) error {
	if early {
		results = slices.DeleteFunc(slices.Clone(results), func(p bench.PointResult) bool {
			_, err := p.Figures()
			return err != nil
		})
		if len(results) == 0 {
			return nil
		}
	}
	document, err := report.NewSweep(results, f.summary.chunkDuration)
	var nothing *bench.NothingTimedError
	if errors.As(err, &nothing) {
		return &exitError{ExitInvalid, err}
	}
	if err != nil {
		return err
	}
	document.WriteText(log)
	if f.output.json == "" {
		return nil
	}
	return writeJSON(process.Out, f.output.json, document.Write)
}

// shapesOf returns the shapes that are asked for: those of a point of a sweep, over those of the command line.
func (m *modelFlags) shapesOf() (trt.Shapes, error) {
	shapes, err := trt.ParseShapes(m.shapes)
	if err != nil || m.batched == nil {
		return shapes, err
	}
	if shapes == nil {
		shapes = trt.Shapes{}
	}
	maps.Copy(shapes, m.batched)
	return shapes, nil
}
