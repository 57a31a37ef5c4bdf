package report

import (
	"math"
	"strconv"
)

// Number writes a number as C++ streams and trtexec do by default: six significant digits, no trailing zeros, an
// exponent where it is shorter.
func Number[T ~float32 | ~float64](v T) string {
	switch x := float64(v); {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	default:
		return strconv.FormatFloat(x, 'g', 6, 64)
	}
}
