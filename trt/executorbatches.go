package trt

import (
	"fmt"
	"slices"
	"strings"
)

// chooseBatches finds the batch sizes that the engine takes, decides which to prepare, and lets the target have the shapes of the
// largest.
func (x *Executor) chooseBatches(t *Target) error {
	inputs, _, err := t.profileTensors()
	if err != nil {
		return err
	}
	smallest, largest, err := batchRange(inputs, t.options.Profile)
	if err != nil {
		return err
	}
	if x.model.Batches, err = x.options.sizes(smallest, largest); err != nil {
		return err
	}
	x.largest = slices.Max(x.model.Batches)
	t.options.Shapes = Shapes{}
	for _, input := range inputs {
		t.options.Shapes[input.Name] = input.batchShape(x.largest, t.options.Profile)
	}
	return nil
}

// batchRange returns the smallest and the largest batch that all inputs take.
func batchRange(inputs []Tensor, profile int) (smallest, largest int, err error) {
	if len(inputs) == 0 {
		return 0, 0, fmt.Errorf("the engine has no inputs")
	}
	smallest, largest = 1, int(^uint32(0)>>1)
	for _, input := range inputs {
		low, high, err := input.batchRange(profile)
		if err != nil {
			return 0, 0, err
		}
		smallest, largest = max(smallest, low), min(largest, high)
	}
	if smallest > largest {
		return 0, 0, fmt.Errorf("the inputs %s have no batch in common in profile %d: one takes %d at least, another %d at most",
			joinNames(inputs), profile, smallest, largest)
	}
	return smallest, largest, nil
}

// batchRange returns the sizes of the leading dimension, and an error when another dimension is open.
func (t Tensor) batchRange(profile int) (smallest, largest int, err error) {
	switch {
	case t.carriesShape():
		return 0, 0, fmt.Errorf("input %s carries sizes, which no chunk brings", t.Name)
	case len(t.Shape) == 0:
		return 0, 0, fmt.Errorf("input %s is a scalar, expected the batch as its leading dimension", t.Name)
	case !t.Dynamic():
		return int(t.Shape[0]), int(t.Shape[0]), nil
	}
	r := t.Profiles[profile]
	for i, size := range t.Shape[1:] {
		if size < 0 && r.Min[i+1] != r.Max[i+1] {
			return 0, 0, fmt.Errorf("input %s is %s and profile %d takes %s to %s: only the batch, its leading dimension, may vary; "+
				"build the engine with a profile that fixes the others", t.Name, formatShape(t.Shape), profile, formatShape(r.Min), formatShape(r.Max))
		}
	}
	if t.Shape[0] >= 0 {
		return int(t.Shape[0]), int(t.Shape[0]), nil
	}
	return int(r.Min[0]), int(r.Max[0]), nil
}

// batchShape is the shape of an input for a batch of n.
func (t Tensor) batchShape(n, profile int) []int64 {
	shape := slices.Clone(t.Shape)
	for i, size := range shape {
		switch {
		case size >= 0:
		case i == 0:
			shape[i] = int64(n)
		default:
			shape[i] = t.Profiles[profile].Max[i]
		}
	}
	return shape
}

// sizes returns the batch sizes to prepare, ascending.
func (o *ExecutorOptions) sizes(smallest, largest int) ([]int, error) {
	most := largest
	if o.MaxBatch != 0 {
		most = o.MaxBatch
	}
	sizes := slices.Clone(o.Batches)
	if len(sizes) == 0 {
		sizes = batchSteps(smallest, max(most, smallest))
	}
	slices.Sort(sizes)
	sizes = slices.Compact(sizes)
	for _, n := range []int{most, sizes[0], sizes[len(sizes)-1]} {
		if n < smallest || n > largest {
			return nil, fmt.Errorf("a batch of %d was asked for, profile %d takes %d to %d", n, o.Profile, smallest, largest)
		}
	}
	if last := sizes[len(sizes)-1]; last > most {
		return nil, fmt.Errorf("a batch of %d was asked for, and at most %d", last, most)
	}
	return sizes, nil
}

// batchSteps are sizes of which the next one is an eighth larger at most: all up to 16, further apart above.
func batchSteps(smallest, largest int) []int {
	var sizes []int
	for n := smallest; n < largest; n += max(1, n/8) {
		sizes = append(sizes, n)
	}
	return append(sizes, largest)
}

// formatSizes writes ascending sizes as in "1 to 16, 18, 20".
func formatSizes(sizes []int) string {
	var parts []string
	for len(sizes) > 0 {
		n := 1
		for n < len(sizes) && sizes[n] == sizes[n-1]+1 {
			n++
		}
		if n > 2 {
			parts = append(parts, fmt.Sprintf("%d to %d", sizes[0], sizes[n-1]))
		} else {
			n = 1
			parts = append(parts, fmt.Sprint(sizes[0]))
		}
		sizes = sizes[n:]
	}
	return strings.Join(parts, ", ")
}
