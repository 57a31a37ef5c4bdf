package data

import (
	"encoding/binary"
	"math"
)

// NonFinite returns which share of the elements is NaN or infinite, from 0 to 1: 0 for types that cannot be.
func NonFinite(typ string, data []byte) float64 {
	var exponent func(i int) bool
	size := Size(typ)
	switch typ {
	case "FP16":
		exponent = func(i int) bool { return binary.LittleEndian.Uint16(data[i:])&0x7C00 == 0x7C00 }
	case "BF16":
		exponent = func(i int) bool { return binary.LittleEndian.Uint16(data[i:])&0x7F80 == 0x7F80 }
	case "FP32":
		exponent = func(i int) bool { return binary.LittleEndian.Uint32(data[i:])&0x7F800000 == 0x7F800000 }
	case "FP64":
		exponent = func(i int) bool {
			v := math.Float64frombits(binary.LittleEndian.Uint64(data[i:]))
			return math.IsNaN(v) || math.IsInf(v, 0)
		}
	default:
		return 0
	}
	count, bad := len(data)/size, 0
	for i := range count {
		if exponent(i * size) {
			bad++
		}
	}
	return float64(bad) / float64(max(count, 1))
}
