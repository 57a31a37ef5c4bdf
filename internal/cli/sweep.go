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
	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// maxSweep is the number of points that one process holds open.
const maxSweep = 64

// sweepPoint is one point of a sweep: a batch, or shapes of inputs.
type sweepPoint struct {
	name   string
	batch  int64 // 0 where shapes are given
	shapes trt.Shapes
}

// sweepFlag is what a sweep goes through: batch:1,2,4 or shapes:x:1x16;x:2x16.
type sweepFlag struct {
	text   string
	points []sweepPoint
}

func (f *sweepFlag) Set(text string) error {
	const expected = "expected batch:1,2,4 with whole numbers above 0, or shapes:SHAPES;SHAPES with each as --shapes takes them"
	kind, list, _ := strings.Cut(text, ":")
	separator, parse := ",", parseBatch
	switch kind {
	case "batch":
	case "shapes":
		separator, parse = ";", parsePointShapes
	default:
		return fmt.Errorf("%q; %s", text, expected)
	}
	var points []sweepPoint
	for field := range strings.SplitSeq(list, separator) {
		point, err := parse(field)
		if err != nil {
			return fmt.Errorf("%w; %s", err, expected)
		}
		if slices.ContainsFunc(points, func(p sweepPoint) bool { return p.name == point.name }) {
			return fmt.Errorf("%s is there twice", point.name)
		}
		points = append(points, point)
	}
	if len(points) > maxSweep {
		return fmt.Errorf("%d points; expected at most %d", len(points), maxSweep)
	}
	f.text, f.points = text, points
	return nil
}

func parseBatch(text string) (sweepPoint, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return sweepPoint{}, fmt.Errorf("%q is no batch", text)
	}
	return sweepPoint{name: fmt.Sprintf("batch %d", n), batch: n}, nil
}

func parsePointShapes(text string) (sweepPoint, error) {
	shapes, err := trt.ParseShapes(text)
	if err == nil && len(shapes) == 0 {
		err = errors.New("a point without shapes")
	}
	return sweepPoint{name: text, shapes: shapes}, err
}

func (f *sweepFlag) Type() string   { return "batch:N1,N2,…" }
func (f *sweepFlag) String() string { return f.text }

// validate returns an error for what a sweep cannot do beside it.
func (f *runFlags) validateSweep() error {
	o, s := &f.output, &f.summary
	switch {
	case len(f.sweep.points) == 0:
		return nil
	case o.out != "" || o.times != "" || o.timesExtended != "":
		return errors.New("--sweep makes one table of many runs; --out and --exportTimes keep one: use --json, or single runs")
	case o.layers.asked() || o.values.asked():
		return errors.New("--sweep makes one table of many runs; outputs and layers are those of one: use single runs")
	case f.depth > 0 || s.explain || s.deadline > 0:
		return errors.New("--sweep makes one table of many runs; --depth, --explain and --deadline look at one: use single runs")
	case f.measure.Endless:
		return errors.New("--sweep never gets to the second point with --duration=-1")
	case f.model.skipInference || f.model.timeDeserialize || f.model.planVersionOnly:
		return errors.New("--sweep measures inferences; leave out the option that skips them")
	}
	return nil
}

// sweepTargets opens the model once for each point.
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
	for _, point := range f.sweep.points {
		one := *f
		one.model.pointShapes = point.shapes
		if point.batch > 0 {
			one.model.pointShapes = batchedShapes(inputs, fixed, point.batch)
		}
		if len(one.model.pointShapes) == 0 {
			return nil, closeAll, errors.New("--sweep: the leading dimension of every input is fixed in this engine; build it with a range of batches")
		}
		target, err := openTarget(ctx, &one, quiet)
		if err != nil {
			return nil, closeAll, errors.Join(fmt.Errorf("%s: %w", point.name, err), closeAll())
		}
		opened = append(opened, target)
		points = append(points, bench.Point{Name: point.name, Target: target})
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

// runSweep measures the model at each point in turn and prints one table.
func runSweep(ctx context.Context, process Process, f *runFlags, log *report.Log) error {
	points, closeAll, err := f.sweepTargets(ctx, log)
	if err != nil {
		return f.failed(log, process.Args, err)
	}
	defer closeAll()
	f.begin(log, points[0].Target.Describe(), process.Args)
	results, err := bench.Sweep(ctx, points, f.measure)
	if shown := f.presentSweep(process, log, results, err != nil); err == nil {
		err = shown
	}
	return f.end(log, process.Args, err)
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

// shapesOf returns the shapes that are asked for: those of a point of a sweep, over those of the command line, over those that an
// engine which was just built is tuned for.
func (m *modelFlags) shapesOf() (trt.Shapes, error) {
	shapes, err := trt.ParseShapes(m.shapes)
	if err != nil {
		return nil, err
	}
	if m.built != nil {
		shapes = overShapes(m.built.best, shapes)
	}
	if m.pointShapes != nil {
		shapes = overShapes(shapes, m.pointShapes)
	}
	return shapes, nil
}

// overShapes returns shapes with others over them. A pattern among those goes over the names that it fits.
func overShapes(under, over trt.Shapes) trt.Shapes {
	shapes := maps.Clone(over)
	if shapes == nil {
		shapes = trt.Shapes{}
	}
	for name, sizes := range under {
		if _, _, hidden := named.Lookup(over, name); !hidden {
			shapes[name] = sizes
		}
	}
	return shapes
}
