package ort

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	ortgo "github.com/yalue/onnxruntime_go"
	"golang.org/x/sys/unix"

	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/tensor"
)

// tensorSpec is one input or output with the shape that is run.
type tensorSpec struct {
	name    string
	element element
	shape   []int64
	bytes   int
}

// inputSpecs gives every input its shape: the one that is asked for, else that of values that are given for it, else the model's
// with free dimensions set to 1. It returns every fault.
func inputSpecs(inputs []ortgo.InputOutputInfo, options *TargetOptions) ([]tensorSpec, []error) {
	source := options.source()
	var faults []error
	for key := range options.Shapes {
		if !slices.ContainsFunc(inputs, func(in ortgo.InputOutputInfo) bool { return named.Fits(key, in.Name) }) {
			faults = append(faults, fmt.Errorf("shapes: no input is named %s; the inputs are %s%s",
				key, strings.Join(inputNames(inputs), ", "), suggest.Hint(key, inputNames(inputs))))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if err := source.Unknown(inputNames(inputs)); err != nil {
		faults = append(faults, err)
	}
	var specs []tensorSpec
	for i := range inputs {
		in := &inputs[i]
		e, err := elementOf(in)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		shape, _, given := named.Lookup(options.Shapes, in.Name)
		if !given {
			shape, given = source.Shape(in.Name)
		}
		if given {
			err = accept(in, shape)
		} else if shape = fixed(in.Dimensions); !slices.Equal(shape, in.Dimensions) {
			options.Logger.Warn("free dimensions are set to 1; give the input a shape",
				"input", in.Name, "model", formatShape(in.Dimensions), "run", formatShape(shape))
		}
		var bytes int
		if err == nil {
			bytes, err = sizeOf(shape, e.size)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("shape of %s: %w", in.Name, err))
			continue
		}
		specs = append(specs, tensorSpec{name: in.Name, element: e, shape: shape, bytes: bytes})
	}
	return specs, faults
}

// accept says why the model cannot take an input in the given shape. The number of dimensions is not checked for an input
// without one: ONNX Runtime shows an input of unknown rank like a scalar.
func accept(in *ortgo.InputOutputInfo, shape []int64) error {
	if len(in.Dimensions) > 0 && len(shape) != len(in.Dimensions) {
		return fmt.Errorf("%s has %d dimensions, the model wants %d: %s",
			formatShape(shape), len(shape), len(in.Dimensions), formatShape(in.Dimensions))
	}
	for i, d := range shape {
		if d < 0 {
			return fmt.Errorf("dimension %d is %d, expected 0 or more", i, d)
		}
		if i < len(in.Dimensions) && in.Dimensions[i] >= 0 && in.Dimensions[i] != d {
			return fmt.Errorf("dimension %d is %d, in the model it is fixed to %d: %s",
				i, d, in.Dimensions[i], formatShape(in.Dimensions))
		}
	}
	return nil
}

func inputNames(inputs []ortgo.InputOutputInfo) []string {
	names := make([]string, len(inputs))
	for i := range inputs {
		names[i] = inputs[i].Name
	}
	return names
}

// fixed returns a shape with its free dimensions set to 1.
func fixed(shape []int64) []int64 {
	shape = slices.Clone(shape)
	for i, d := range shape {
		if d < 0 {
			shape[i] = 1
		}
	}
	return shape
}

// isFixed reports whether the model tells a shape completely. No dimensions may mean a scalar or anything.
func isFixed(shape []int64) bool {
	return len(shape) > 0 && !slices.ContainsFunc(shape, func(d int64) bool { return d < 0 })
}

// sizeOf returns the bytes of a tensor. It is an error when they do not fit into this machine's memory.
func sizeOf(shape []int64, elementSize int) (int, error) {
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	memory, err := machineMemory()
	if err != nil {
		return 0, err
	}
	size, overflow := uint64(elementSize), uint64(0)
	for _, d := range shape {
		if overflow == 0 {
			overflow, size = bits.Mul64(size, uint64(d))
		}
	}
	if overflow > 0 || size > memory {
		return 0, fmt.Errorf("%s with %d bytes an element is more than this machine's memory of %d MiB",
			formatShape(shape), elementSize, memory>>20)
	}
	return int(size), nil
}

// machineMemory returns the bytes of memory of this machine.
func machineMemory() (uint64, error) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0, fmt.Errorf("ask for the size of the memory: %w", err)
	}
	return uint64(info.Totalram) * uint64(info.Unit), nil
}

func formatShape(shape []int64) string { return tensor.FormatShape(shape) }
