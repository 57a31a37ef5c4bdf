package trt

import (
	"fmt"
	"math"
	"slices"
)

// Tensor is an input or output of an engine.
type Tensor struct {
	Name         string
	Input        bool
	Type         DataType
	Shape        []int64 // -1 where input shapes or, for outputs, the data decide
	Location     Location
	Format       string // in words: order, vectorisation, type, strides
	Layout       Layout
	Values       bool           // carries sizes of dimensions instead of data
	SharesMemory string         // of an output: the input whose memory it shares, or empty
	Profiles     []ProfileRange // of an input, for each optimization profile
}

// Layout says how elements lie in memory where they are not simply in order.
type Layout struct {
	Format         int // TensorRT's number: 0 is linear
	Dimension      int // vectorised dimension, -1 for none
	Components     int // elements of that dimension that lie together
	ComponentBytes int // 0 for types of less than a byte
}

// ProfileRange is what an optimization profile allows for an input: shapes or, when the input carries sizes, these.
type ProfileRange struct{ Min, Opt, Max []int64 }

// Dynamic reports whether some dimension is not decided by the engine.
func (t Tensor) Dynamic() bool { return hasOpen(t.Shape) }

// hasOpen reports whether some dimension of a shape is not decided.
func hasOpen(shape []int64) bool {
	return slices.ContainsFunc(shape, func(size int64) bool { return size < 0 })
}

// carriesShape reports whether the input's values must be given before shapes are inferred.
func (t Tensor) carriesShape() bool { return t.Input && t.Values && t.Location == OnHost }

// bufferBytes returns how many bytes a tensor of a shape takes: its elements, with the padding of the vectorised
// dimension, at the distances that the strides (in vectors, from the context) ask for.
func (t Tensor) bufferBytes(shape, strides []int64) (int64, error) {
	bits := t.Type.Bits()
	if bits == 0 {
		return 0, fmt.Errorf("trt: tensor %s: element %v is not known to this program", t.Name, t.Type)
	}
	lanes := 1
	if d := t.Layout.Dimension; d >= 0 && d < len(shape) && t.Layout.Components > 1 {
		lanes = t.Layout.Components
	}
	packed, strided := int64(1), int64(1)
	for i, size := range shape {
		if size == 0 {
			return 0, nil
		}
		extent := size
		if lanes > 1 && i == t.Layout.Dimension {
			extent = (extent + int64(lanes) - 1) / int64(lanes)
		}
		packed = saturatingProduct(packed, extent)
		if i < len(strides) {
			strided = max(strided, saturatingProduct(extent, strides[i]))
		}
	}
	bytes := saturatingProduct(max(packed, strided), int64(lanes*bits))
	if bytes == math.MaxInt64 {
		return 0, fmt.Errorf("trt: tensor %s: %s elements of %v are more than can be addressed; give a smaller shape",
			t.Name, formatShape(shape), t.Type)
	}
	return bytes/8 + min(bytes%8, 1), nil
}

// saturatingProduct multiplies two numbers of at least 0, up to the largest there is.
func saturatingProduct(a, b int64) int64 {
	if a != 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}
