package onnxgen

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/x448/float16"
)

// weight is a matrix of random numbers, or a vector, or a constant.
type weight struct {
	name     string
	dims     []int
	gain     float64 // standard deviation of the numbers, times the square root of the number of rows
	constant float32 // the number of what has no dimensions
}

func (w *weight) count() int {
	n := 1
	for _, d := range w.dims {
		n *= d
	}
	return n
}

// numbers returns a function that returns one number after the other. They are uniform around zero, so that they take few steps to
// make. Each weight has a sequence of its own, which depends on the seed and its place in the file.
func (w *weight) numbers(seed uint64, place int) func() float32 {
	if len(w.dims) == 0 {
		return func() float32 { return w.constant }
	}
	source := rand.NewPCG(seed, uint64(place))
	const bits = 24 // what a float32 holds exactly
	scale := w.gain * math.Sqrt(3/float64(w.dims[0])) / (1 << (bits - 1))
	return func() float32 {
		whole := int64(source.Uint64()>>(64-bits)) - 1<<(bits-1)
		return float32(float64(whole) * scale)
	}
}

// encode appends n numbers as they lie in a file.
func encode(to []byte, next func() float32, n int, half bool) []byte {
	for range n {
		if half {
			to = binary.LittleEndian.AppendUint16(to, float16.Fromfloat32(next()).Bits())
		} else {
			to = binary.LittleEndian.AppendUint32(to, math.Float32bits(next()))
		}
	}
	return to
}
