package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/tensor"
)

// Tensor describes an input or output of a model.
type Tensor struct {
	Name     string
	Type     string  // of the protocol, as in "FP16"
	Shape    []int64 // without the batch; -1: each request chooses
	Optional bool    // an input that a request may leave out
}

// Fixed reports whether every dimension is known.
func (t *Tensor) Fixed() bool {
	return !slices.ContainsFunc(t.Shape, func(size int64) bool { return size < 0 })
}

// Value is what one item of a batch has for a tensor.
type Value struct {
	Shape []int64 // without the batch
	Data  []byte  // little-endian, in row-major order; BYTES as their type says
}

// Step is the content of one item: values by the names of their tensors.
type Step map[string]Value

// Set is the content of requests.
type Set struct {
	// Streams are what sequences take step by step; other requests take the steps in turn.
	Streams [][]Step
	// Expected are the outputs that answers must have, with the shape of Streams; nil: not known. A step may be nil.
	Expected [][]Step
	// Timestamps say when the steps of the first stream are due, in milliseconds since the start; nil: not known.
	Timestamps []float64
}

// elements returns the number of elements of a complete shape, or an error when it is not one.
func elements(shape []int64) (int, error) {
	count := int64(1)
	for _, size := range shape {
		switch {
		case size < 0:
			return 0, fmt.Errorf("shape %s is not complete", tensor.FormatShape(shape))
		case size > 0 && count > math.MaxInt32/size:
			return 0, fmt.Errorf("shape %s has too many elements", tensor.FormatShape(shape))
		}
		count *= size
	}
	return int(count), nil
}

// check returns an error when a value is not one of the tensor: its shape does not fit, or its bytes do not hold the shape.
func (t *Tensor) check(v Value) error {
	if !t.fits(v.Shape) {
		return fmt.Errorf("shape %s, expected %s without the batch", tensor.FormatShape(v.Shape), tensor.FormatShape(t.Shape))
	}
	count, err := elements(v.Shape)
	if err != nil {
		return err
	}
	if t.Type == Bytes {
		have, err := countStrings(v.Data)
		if err != nil {
			return err
		}
		if have != count {
			return fmt.Errorf("%d strings, expected %d for shape %s", have, count, tensor.FormatShape(v.Shape))
		}
		return nil
	}
	if size := Size(t.Type); len(v.Data) != count*size {
		return fmt.Errorf("%d bytes, expected %d for shape %s of %s", len(v.Data), count*size, tensor.FormatShape(v.Shape), t.Type)
	}
	return nil
}

// fits reports whether a complete shape is one of the tensor's.
func (t *Tensor) fits(shape []int64) bool {
	return slices.EqualFunc(t.Shape, shape, func(want, have int64) bool { return have >= 0 && (want < 0 || want == have) })
}

// countStrings returns the number of elements of type BYTES.
func countStrings(data []byte) (int, error) {
	count := 0
	for ; len(data) > 0; count++ {
		if len(data) < 4 || uint64(len(data)-4) < uint64(binary.LittleEndian.Uint32(data)) {
			return 0, fmt.Errorf("%d bytes at the end are no string with its length before it", len(data))
		}
		data = data[4+binary.LittleEndian.Uint32(data):]
	}
	return count, nil
}

// appendString appends an element of type BYTES.
func appendString(dst []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(dst, uint32(len(s))), s...)
}

// find returns the tensor of a name, or an error that lists the names there are.
func find(tensors []Tensor, kind, name string) (*Tensor, error) {
	for i := range tensors {
		if tensors[i].Name == name {
			return &tensors[i], nil
		}
	}
	names := make([]string, len(tensors))
	for i, t := range tensors {
		names[i] = t.Name
	}
	return nil, fmt.Errorf("the model has no %s %q, only %q%s", kind, name, names, suggest.Hint(name, names))
}
