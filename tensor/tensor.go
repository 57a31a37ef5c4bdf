// Package tensor holds the elements of inputs and outputs as plain bytes, and knows how they lie in memory.
package tensor

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/record"
)

// Values is a tensor with its elements.
type Values struct {
	record.Tensor
	Data   []byte // little-endian, as they lie in the buffer on the host; int4 and float4 have two elements in a byte
	Layout Layout
}

// Layout says how elements lie in memory. The zero value means in order, without gaps.
type Layout struct {
	Strides    []int // distance between neighbours in each dimension, in vectors; nil without gaps
	Dimension  int   // the vectorised dimension, where Components is above 1
	Components int   // elements of this dimension that lie together, as a vector
}

// Elements reads the elements of a tensor one by one.
type Elements struct {
	values  *Values
	element elementType
	count   int
}

// Elements returns a reader of the elements, or an error that names the tensor when the type is unknown, the shape is not
// complete or the data are too short for it.
func (v *Values) Elements() (*Elements, error) {
	element, count, err := v.check()
	if err != nil {
		return nil, fmt.Errorf("values of tensor %q: %w", v.Name, err)
	}
	return &Elements{v, element, count}, nil
}

// Len returns the number of elements.
func (e *Elements) Len() int { return e.count }

// Floats yields the elements as numbers in row-major order. Large 64-bit integers are rounded.
func (e *Elements) Floats() iter.Seq[float64] {
	return func(yield func(float64) bool) {
		for place := range e.places() {
			if !yield(e.element.number(e.values.Data, place)) {
				return
			}
		}
	}
}

// Texts yields the elements as text in row-major order: integers in decimal, bools as 0 or 1, and floats as the function writes
// them. What was yielded is valid until the next.
func (e *Elements) Texts(float func([]byte, float64) []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var buffer []byte
		for place := range e.places() {
			buffer = e.element.append(buffer[:0], e.values.Data, place, float)
			if !yield(buffer) {
				return
			}
		}
	}
}

// Put writes elements that lie row by row without gaps to where the layout says. It is an error when there are not as many as the
// shape has, or when elements are smaller than a byte and do not lie so already.
func (v *Values) Put(elements []byte) error {
	e, err := v.Elements()
	if err != nil {
		return err
	}
	size := e.element.bits / 8
	if have := len(elements); have != (e.count*e.element.bits+7)/8 {
		return fmt.Errorf("values of tensor %q: %d bytes do not hold %s of %s", v.Name, have, FormatShape(v.Shape), v.Type)
	}
	if v.Layout.Strides == nil {
		copy(v.Data, elements)
		return nil
	}
	if size == 0 {
		return fmt.Errorf("values of tensor %q: elements of %s cannot be placed one by one", v.Name, v.Type)
	}
	for place := range e.places() {
		copy(v.Data[place*size:], elements[:size])
		elements = elements[size:]
	}
	return nil
}

// check returns the type of the elements and their number, and an error when Data does not hold them all.
func (v *Values) check() (elementType, int, error) {
	fault := func(format string, args ...any) (elementType, int, error) {
		return elementType{}, 0, fmt.Errorf(format, args...)
	}
	element, known := elementTypes[v.Type]
	if !known {
		return fault("elements of type %q are not known", v.Type)
	}
	count := 1
	for _, size := range v.Shape {
		switch {
		case size < 0:
			return fault("shape %s; expected the sizes that were computed", FormatShape(v.Shape))
		case size > 0 && count > math.MaxInt/size:
			return fault("shape %s has more elements than can be counted", FormatShape(v.Shape))
		}
		count *= size
	}
	if count == 0 {
		return element, 0, nil
	}
	if strides := v.Layout.Strides; strides != nil {
		if len(strides) != len(v.Shape) {
			return fault("%d strides for %d dimensions", len(strides), len(v.Shape))
		}
		for _, stride := range strides {
			if stride < 1 {
				return fault("strides %v; expected 1 or more", strides)
			}
		}
	}
	have := len(v.Data) * 8 / element.bits
	if last, overflow := v.last(count); overflow || last >= have || count > have {
		return fault("%d bytes; expected more for %s of %s", len(v.Data), FormatShape(v.Shape), v.Type)
	}
	return element, count, nil
}

// last returns the largest place of an element.
func (v *Values) last(count int) (place int, overflow bool) {
	if v.Layout.Strides == nil {
		return count - 1, false
	}
	for i, size := range v.Shape {
		step := v.offset(i, size-1)
		if step < 0 || place > math.MaxInt-step {
			return 0, true
		}
		place += step
	}
	return place, false
}

// offset returns how far the index-th element of a dimension is from the first, in elements; below 0 when it cannot be
// expressed.
func (v *Values) offset(dimension, index int) int {
	l := &v.Layout
	vector, within := max(l.Components, 1), 0
	if dimension == l.Dimension && vector > 1 {
		index, within = index/vector, index%vector
	}
	stride := l.Strides[dimension]
	if index > (math.MaxInt-within)/vector/stride {
		return -1
	}
	return index*stride*vector + within
}

// places yields where the elements lie, in row-major order.
func (e *Elements) places() iter.Seq[int] {
	v := e.values
	return func(yield func(int) bool) {
		if v.Layout.Strides == nil {
			for i := range e.count {
				if !yield(i) {
					return
				}
			}
			return
		}
		index := make([]int, len(v.Shape))
		for range e.count {
			place := 0
			for i := range index {
				place += v.offset(i, index[i])
			}
			if !yield(place) {
				return
			}
			for i := len(index) - 1; i >= 0; i-- {
				if index[i]++; index[i] < v.Shape[i] {
					break
				}
				index[i] = 0
			}
		}
	}
}

// FormatShape writes a shape as trtexec's --shapes takes it: "2x3", and "scalar" without dimensions.
func FormatShape[T int | int64](shape []T) string {
	if len(shape) == 0 {
		return "scalar"
	}
	parts := make([]string, len(shape))
	for i, size := range shape {
		parts[i] = strconv.FormatInt(int64(size), 10)
	}
	return strings.Join(parts, "x")
}
