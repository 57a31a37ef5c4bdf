package ort

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/internal/fill"
	"github.com/trtbench/trtbench/internal/suggest"
)

// GraphLevel says how far ONNX Runtime rewrites the graph before it runs it.
type GraphLevel string

// The levels of graph optimization. The empty one acts as GraphAll.
const (
	GraphNone     GraphLevel = "none"
	GraphBasic    GraphLevel = "basic"    // constants folded, needless nodes removed
	GraphExtended GraphLevel = "extended" // in addition, nodes fused
	GraphAll      GraphLevel = "all"      // in addition, memory layouts changed
)

var graphLevels = map[GraphLevel]ortgo.GraphOptimizationLevel{
	GraphNone:     ortgo.GraphOptimizationLevelDisableAll,
	GraphBasic:    ortgo.GraphOptimizationLevelEnableBasic,
	GraphExtended: ortgo.GraphOptimizationLevelEnableExtended,
	GraphAll:      ortgo.GraphOptimizationLevelEnableAll,
}

// Range bounds the random values of an input: floats lie in [Min, Max), integers in [Min, Max].
type Range = fill.Range

// TargetOptions are the settings of a model. The zero value runs it as it is, on inputs as trtexec fills them.
//
// The maps have names of inputs as keys. One * in a key stands for any text; the exact name goes before that.
type TargetOptions struct {
	Shapes map[string][]int64 // shapes of inputs; free dimensions that are not given become 1, with a warning

	Inputs map[string][]byte // values of inputs, in little-endian order and row by row, instead of random ones
	Zero   []string          // inputs that are all zeros, such as a recurrent state; keys as in the maps
	Seed   uint32            // start of the random values, the same for every input; 0 is trtexec's
	Ranges map[string]Range  // bounds of random values; by default those of trtexec

	IntraOpThreads int        // threads inside an operator; 0 leaves it to ONNX Runtime: one for each physical core
	InterOpThreads int        // operators at once; 0 and 1 run one after the other
	GraphLevel     GraphLevel // GraphAll when empty
	Provider       string     // what computes; "cpu", also when empty. "cuda" and "tensorrt" are refused so far

	Logger *slog.Logger // takes warnings; nil stands for slog.Default()
}

// normal fills in the defaults and returns every fault that shows without the model.
func (o TargetOptions) normal() (TargetOptions, error) {
	var faults []error
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.GraphLevel == "" {
		o.GraphLevel = GraphAll
	}
	if _, ok := graphLevels[o.GraphLevel]; !ok {
		levels := []string{string(GraphNone), string(GraphBasic), string(GraphExtended), string(GraphAll)}
		faults = append(faults, fmt.Errorf("unknown graph level %q; the levels are %s%s",
			o.GraphLevel, strings.Join(levels, ", "), suggest.Hint(string(o.GraphLevel), levels)))
	}
	for _, threads := range []struct {
		name string
		n    int
	}{{"intra-op", o.IntraOpThreads}, {"inter-op", o.InterOpThreads}} {
		if threads.n < 0 {
			faults = append(faults, fmt.Errorf("%s threads are %d, expected 0 or more", threads.name, threads.n))
		}
	}
	o.Provider = strings.ToLower(o.Provider)
	switch o.Provider {
	case "":
		o.Provider = "cpu"
	case "cpu":
	case "cuda", "tensorrt":
		faults = append(faults, fmt.Errorf("provider %q is not supported yet: it needs a GPU build of ONNX Runtime with "+
			"libonnxruntime_providers_%s.so and inputs bound on the device; use the provider cpu, or measure an engine with the "+
			"TensorRT backend", o.Provider, o.Provider))
	default:
		faults = append(faults, fmt.Errorf("unknown provider %q, expected cpu", o.Provider))
	}
	return o, errors.Join(faults...)
}

// session makes the session options of ONNX Runtime. The caller destroys them.
func (o TargetOptions) session() (*ortgo.SessionOptions, error) {
	s, err := ortgo.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	mode := ortgo.ExecutionMode(ortgo.ExecutionModeSequential)
	if o.InterOpThreads > 1 {
		mode = ortgo.ExecutionModeParallel
	}
	err = errors.Join(s.SetIntraOpNumThreads(o.IntraOpThreads), s.SetInterOpNumThreads(o.InterOpThreads),
		s.SetExecutionMode(mode), s.SetGraphOptimizationLevel(graphLevels[o.GraphLevel]))
	if err != nil {
		return nil, errors.Join(err, s.Destroy())
	}
	return s, nil
}

// notes tells a reader of the numbers what they depend on.
func (o TargetOptions) notes() []string {
	intra := "as many as physical cores"
	if o.IntraOpThreads > 0 {
		intra = fmt.Sprint(o.IntraOpThreads)
	}
	return []string{
		"intra-op threads: " + intra,
		fmt.Sprintf("inter-op threads: %d", max(o.InterOpThreads, 1)),
		"graph optimization: " + string(o.GraphLevel),
		"execution provider: " + o.Provider,
	}
}

// values returns the bytes of an input.
func (o TargetOptions) values(in tensorSpec) ([]byte, error) {
	if data, ok := lookup(o.Inputs, in.name); ok {
		if len(data) != in.bytes {
			return nil, fmt.Errorf("values of %s are %d bytes, expected %d for %s of %s",
				in.name, len(data), in.bytes, in.element.name, formatShape(in.shape))
		}
		return data, nil
	}
	data := make([]byte, in.bytes)
	if slices.ContainsFunc(o.Zero, func(key string) bool { return fits(key, in.name) }) {
		return data, nil
	}
	random := fill.Options{Seed: o.Seed}
	if r, ok := lookup(o.Ranges, in.name); ok {
		random.Range = &r
	}
	if err := random.Fill(data, in.element.name); err != nil {
		return nil, fmt.Errorf("values of %s: %w", in.name, err)
	}
	return data, nil
}

// unknown returns an error for every key that fits no input.
func (o TargetOptions) unknown(inputs []ortgo.InputOutputInfo) []error {
	zero := map[string]bool{}
	for _, key := range o.Zero {
		zero[key] = true
	}
	return slices.Concat(unknownNames("inputs", o.Inputs, inputs), unknownNames("zero", zero, inputs),
		unknownNames("ranges", o.Ranges, inputs))
}
