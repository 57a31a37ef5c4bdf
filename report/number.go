package report

import (
	"math"
	"strconv"
)

// Number writes a number as C++ streams and trtexec do by default: six significant digits, no trailing zeros, an
// exponent where it is shorter.
func Number[T ~float32 | ~float64](v T) string { return string(appendNumber(nil, float64(v))) }

func appendNumber(dst []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, "nan"...)
	case math.IsInf(v, 1):
		return append(dst, "inf"...)
	case math.IsInf(v, -1):
		return append(dst, "-inf"...)
	default:
		return strconv.AppendFloat(dst, v, 'g', 6, 64)
	}
}
