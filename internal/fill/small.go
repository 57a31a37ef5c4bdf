package fill

import "math"

// maxBFloat16 is the largest finite bfloat16.
const maxBFloat16 = 0x1.FEp127

// maxFloat8 is the largest finite float8 of kind E4M3.
const maxFloat8 = 448

// bfloat16Bits rounds a finite number to the nearest bfloat16, ties to even.
func bfloat16Bits(v float32) uint16 {
	bits := math.Float32bits(v)
	return uint16((bits + 0x7FFF + bits>>16&1) >> 16)
}

// float8Bits rounds a finite number to the nearest float8 of kind E4M3 (4 bits of exponent with bias 7, 3 bits of
// mantissa, no infinity), ties to even. Numbers beyond the largest become the largest.
func float8Bits(v float32) byte {
	sign := byte(math.Float32bits(v) >> 31 << 7)
	a := math.Abs(float64(v))
	if a >= maxFloat8 {
		return sign | 0x7E
	}
	exponent := -6 // below 2⁻⁶ the step stays that of the smallest normal numbers
	if a > 0x1p-6 {
		exponent = math.Ilogb(a)
	}
	steps := math.RoundToEven(math.Ldexp(a, 3-exponent))
	// The mantissa counts steps above 8; a carry out of it moves into the exponent by itself.
	return sign | byte((exponent+6)<<3+int(steps))
}
