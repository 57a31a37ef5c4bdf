package ort

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/tensor"
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
type Range = inputs.Range

// TargetOptions are the settings of a model. The zero value runs it as it is, on inputs as trtexec fills them.
//
// The maps have names of inputs as keys. One * in a key stands for any text; the exact name goes before that.
type TargetOptions struct {
	Shapes map[string][]int64 // shapes of inputs; free dimensions that are not given become 1, with a warning

	// Inputs holds values of inputs, row by row, instead of random ones. A type or shape that is known must be that of the input; a
	// shape counts where Shapes has none.
	Inputs map[string]tensor.Values
	Zero   []string          // inputs that are all zeros, such as a recurrent state; keys as in the maps
	Seed   uint32            // start of the random values, the same for every input; 0 is trtexec's
	Seeds  map[string]uint32 // of single inputs
	Ranges map[string]Range  // bounds of random values; by default those of trtexec

	IntraOpThreads int        // threads inside an operator, up to MaxThreads; 0 leaves it to ONNX Runtime: one for each physical core
	InterOpThreads int        // operators at once; 0 and 1 run one after the other
	GraphLevel     GraphLevel // GraphAll when empty
	Provider       string     // what computes; "cpu", also when empty. "cuda" and "tensorrt" are refused so far

	Logger *slog.Logger // takes warnings; nil stands for slog.Default()
}

// MaxThreads is how many threads an option may ask for. ONNX Runtime takes more, and then makes them for minutes.
const MaxThreads = 1024

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
		if threads.n < 0 || threads.n > MaxThreads {
			faults = append(faults, fmt.Errorf("%s threads are %d, expected 0 to %d", threads.name, threads.n, MaxThreads))
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

// source is where the values of the inputs come from.
func (o *TargetOptions) source() *inputs.Source {
	return &inputs.Source{Values: o.Inputs, Zero: o.Zero, Seed: o.Seed, Seeds: o.Seeds, Ranges: o.Ranges}
}
