package trt

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/internal/suggest"
)

// ShapeError says which shape does not fit an engine, and what would.
type ShapeError struct {
	Tensor string
	Given  []int64 // nil when none was given
	Reason string
}

// Error is the reason with the tensor and what was given for it.
func (e *ShapeError) Error() string {
	if e.Given == nil {
		return fmt.Sprintf("trt: shape of %s: %s", e.Tensor, e.Reason)
	}
	return fmt.Sprintf("trt: shape of %s: %s was given, %s", e.Tensor, formatShape(e.Given), e.Reason)
}

// inputShape is what an input will be run with.
type inputShape struct {
	shape  []int64
	values []int64 // of an input that carries sizes, else nil
}

// resolveShapes fits shapes to the inputs of an engine in one of its profiles, and returns what the user should know.
func resolveShapes(given Shapes, inputs []Tensor, profile int) (map[string]inputShape, []string, error) {
	resolved := map[string]inputShape{}
	used := map[string]bool{}
	var warnings []string
	for _, input := range inputs {
		sizes, key, ok := named.Lookup(given, input.Name)
		if !ok {
			var warning string
			var err error
			if sizes, warning, err = input.defaultSizes(); err != nil {
				return nil, nil, err
			}
			if warning != "" {
				warnings = append(warnings, warning)
			}
		}
		used[key] = true
		fit, err := input.fit(sizes, profile)
		if err != nil {
			return nil, nil, err
		}
		resolved[input.Name] = fit
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !used[name] && !matchesAny(name, inputs) {
			return nil, nil, unknownInput(name, given[name], inputs)
		}
	}
	return resolved, warnings, nil
}

// defaultSizes is what an input gets without being told: 1 for each open dimension and ones for sizes that it carries, with a
// warning, as trtexec does it.
func (t Tensor) defaultSizes() (sizes []int64, warning string, err error) {
	const mostValues = 64 // TensorRT's own limit
	switch {
	case t.carriesShape():
		count := elementCount(t.Shape)
		if t.Dynamic() || count > mostValues {
			return nil, "", t.refuse(nil, "it carries sizes and cannot be left out; give them in place of its shape")
		}
		return slices.Repeat([]int64{1}, int(count)),
			fmt.Sprintf("input %s carries sizes and none were given: it gets all ones", t.Name), nil
	case t.Dynamic():
		sizes = slices.Clone(t.Shape)
		for i, size := range sizes {
			if size < 0 {
				sizes[i] = 1
			}
		}
		return sizes, fmt.Sprintf("input %s has open dimensions (%s) and no shape was given: it gets %s",
			t.Name, formatShape(t.Shape), formatShape(sizes)), nil
	}
	return slices.Clone(t.Shape), "", nil
}

func (t Tensor) fit(sizes []int64, profile int) (inputShape, error) {
	if t.carriesShape() {
		return t.fitValues(sizes, profile)
	}
	return inputShape{shape: sizes}, t.fitShape(sizes, profile)
}

// fitShape returns an error when the input cannot have this shape in a profile.
func (t Tensor) fitShape(shape []int64, profile int) error {
	if len(shape) != len(t.Shape) {
		return t.refuse(shape, fmt.Sprintf("the engine has %d dimensions there: %s%s",
			len(t.Shape), formatShape(t.Shape), t.describeRange(profile)))
	}
	for i, size := range shape {
		if t.Shape[i] >= 0 && size != t.Shape[i] {
			if !t.Dynamic() {
				return t.refuse(shape, fmt.Sprintf("the engine was built for exactly %s", formatShape(t.Shape)))
			}
			return t.refuse(shape, fmt.Sprintf("dimension %d is always %d: %s%s",
				i, t.Shape[i], formatShape(t.Shape), t.describeRange(profile)))
		}
	}
	return t.fitRange(shape, shape, profile)
}

// fitValues places the values of an input that carries sizes.
func (t Tensor) fitValues(values []int64, profile int) (inputShape, error) {
	shape := slices.Clone(t.Shape)
	if len(shape) == 1 && shape[0] < 0 {
		shape[0] = int64(len(values))
	}
	if count := elementCount(shape); count != int64(len(values)) {
		return inputShape{}, t.refuse(values, fmt.Sprintf("the input carries %d sizes", count))
	}
	if err := t.fitRange(values, values, profile); err != nil {
		return inputShape{}, err
	}
	return inputShape{shape: shape, values: values}, nil
}

func (t Tensor) fitRange(sizes, given []int64, profile int) error {
	if profile < 0 || profile >= len(t.Profiles) {
		return nil
	}
	r := t.Profiles[profile]
	if len(r.Min) != len(sizes) || len(r.Max) != len(sizes) {
		return nil
	}
	for i, size := range sizes {
		if size < r.Min[i] || size > r.Max[i] {
			return t.refuse(given, fmt.Sprintf("dimension %d must be %d to %d%s", i, r.Min[i], r.Max[i], t.describeRange(profile)))
		}
	}
	return nil
}

func (t Tensor) refuse(given []int64, reason string) error {
	return &ShapeError{Tensor: t.Name, Given: given, Reason: reason}
}

// describeRange is the profile's three shapes in words, or nothing for an input without open dimensions.
func (t Tensor) describeRange(profile int) string {
	if profile < 0 || profile >= len(t.Profiles) || !t.Dynamic() && !t.carriesShape() {
		return ""
	}
	r := t.Profiles[profile]
	return fmt.Sprintf("; profile %d takes %s to %s and is best at %s",
		profile, formatShape(r.Min), formatShape(r.Max), formatShape(r.Opt))
}

func unknownInput(name string, given []int64, inputs []Tensor) error {
	return &ShapeError{Tensor: name, Given: given, Reason: fmt.Sprintf("no input has this name; the inputs are %s%s",
		joinNames(inputs), suggest.Hint(name, names(inputs)))}
}

func names(tensors []Tensor) []string {
	list := make([]string, len(tensors))
	for i, t := range tensors {
		list[i] = t.Name
	}
	return list
}

func joinNames(tensors []Tensor) string { return strings.Join(names(tensors), ", ") }

// matchesAny reports whether a name or pattern fits a tensor.
func matchesAny(pattern string, inputs []Tensor) bool {
	return slices.ContainsFunc(inputs, func(t Tensor) bool { return named.Fits(pattern, t.Name) })
}

// elementCount multiplies sizes that TensorRT gave.
func elementCount(shape []int64) int64 {
	count := int64(1)
	for _, size := range shape {
		count = saturatingProduct(count, max(size, 0))
	}
	return count
}
