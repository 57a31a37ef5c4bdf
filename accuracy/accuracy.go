// Package accuracy says how far the outputs of a model are from reference outputs, by the measures of trtexec 11.
package accuracy

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/tensor"
)

// Algorithm measures the difference between an output and its reference as one number, the loss: 0 when they are equal.
type Algorithm string

// The algorithms, named as trtexec's --accuracyAlgorithm names them, where capitals do not matter. The empty one acts as L0.
const (
	L0     Algorithm = "l0"   // share of the elements that differ by more than the tolerances allow, 0 to 1
	L1     Algorithm = "l1"   // mean of the absolute differences
	L2     Algorithm = "l2"   // mean of the squared differences
	LInf   Algorithm = "lInf" // largest absolute difference
	Cosine Algorithm = "cos"  // 1 minus the cosine of the angle between both, 0 to 2
)

// Algorithms are all of them.
var Algorithms = []Algorithm{L0, L1, L2, LInf, Cosine}

// DefaultTolerance is trtexec's default of both tolerances of L0.
const DefaultTolerance = 1e-5

// ParseAlgorithm reads the name of an algorithm.
func ParseAlgorithm(name string) (Algorithm, error) {
	var names []string
	for _, a := range Algorithms {
		if strings.EqualFold(name, string(a)) {
			return a, nil
		}
		names = append(names, string(a))
	}
	return "", fmt.Errorf("accuracy: algorithm %q; expected %s%s", name, strings.Join(names, ", "), suggest.Hint(name, names))
}

// Options say when outputs are as good as their references.
type Options struct {
	Algorithm Algorithm // L0 when empty
	Threshold float64   // the largest loss of an output that passes, at least 0

	// AbsoluteTolerance and RelativeTolerance are those of L0, at least 0: an element may be AbsoluteTolerance + RelativeTolerance ·
	// |reference| away from its reference.
	AbsoluteTolerance, RelativeTolerance float64
}

// Validate returns every fault of the options, joined.
func (o *Options) Validate() error {
	var faults []error
	if o.Algorithm != "" && !slices.Contains(Algorithms, o.Algorithm) {
		_, err := ParseAlgorithm(string(o.Algorithm))
		faults = append(faults, err)
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"threshold", o.Threshold}, {"absolute tolerance", o.AbsoluteTolerance}, {"relative tolerance", o.RelativeTolerance}} {
		if !(v.value >= 0) || math.IsInf(v.value, 0) {
			faults = append(faults, fmt.Errorf("accuracy: %s %v; expected a number of at least 0", v.name, v.value))
		}
	}
	return errors.Join(faults...)
}

// Result is the comparison of one output.
type Result struct {
	Name     string
	Loss     float64 // but for L0, NaN when an element is no number where its reference is one, or the other way round
	Passed   bool    // the loss is at most the threshold
	Elements int
	Worst    Difference // the element that is farthest away
}

// Difference is one element beside its reference.
type Difference struct {
	Index            int // in row-major order
	Value, Reference float64
}

// Compare compares outputs with the references that are given for them, in the order of the outputs. Outputs without a reference are
// left out. The keys of the references are names of outputs; one * in a key stands for any text.
//
// A reference whose type is not known, as that of a file of plain bytes, has the type and shape of its output. One of another type, as
// float32 for a float16 output, is compared number by number. Equal infinities are equal, and so are two elements that are both no
// number. It is an error when a reference fits no output or has another shape.
func Compare(outputs []tensor.Values, references map[string]tensor.Values, o Options) ([]Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if err := unknown(outputs, references); err != nil {
		return nil, err
	}
	var results []Result
	var faults []error
	for i := range outputs {
		reference, _, given := named.Lookup(references, outputs[i].Name)
		if !given {
			continue
		}
		result, err := compare(&outputs[i], &reference, &o)
		if err != nil {
			faults = append(faults, fmt.Errorf("accuracy: output %s: %w", outputs[i].Name, err))
			continue
		}
		results = append(results, *result)
	}
	return results, errors.Join(faults...)
}

// Passed reports whether all of them did.
func Passed(results []Result) bool {
	return !slices.ContainsFunc(results, func(r Result) bool { return !r.Passed })
}

// unknown returns an error for every reference that fits no output.
func unknown(outputs []tensor.Values, references map[string]tensor.Values) error {
	var names []string
	for i := range outputs {
		names = append(names, outputs[i].Name)
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(references)) {
		if !slices.ContainsFunc(names, func(name string) bool { return named.Fits(key, name) }) {
			faults = append(faults, fmt.Errorf("accuracy: no output is named %s; the outputs are %s%s",
				key, strings.Join(names, ", "), suggest.Hint(key, names)))
		}
	}
	return errors.Join(faults...)
}

func compare(output, reference *tensor.Values, o *Options) (*Result, error) {
	expected := *reference
	if expected.Type == "" {
		expected.Type = output.Type
		if bits := tensor.Bits(output.Type); bits > 0 && output.Layout.Strides == nil {
			if want := len(output.Data); len(expected.Data) != want {
				return nil, fmt.Errorf("the reference has %d bytes, expected %d for %s of %s",
					len(expected.Data), want, tensor.FormatShape(output.Shape), output.Type)
			}
		}
	}
	if expected.Shape == nil {
		expected.Shape = output.Shape
	}
	if !slices.Equal(expected.Shape, output.Shape) {
		return nil, fmt.Errorf("the reference has the shape %s, the output %s",
			tensor.FormatShape(expected.Shape), tensor.FormatShape(output.Shape))
	}
	values, err := output.Elements()
	if err != nil {
		return nil, err
	}
	wanted, err := expected.Elements()
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	return measure(output.Name, values, wanted, o), nil
}
