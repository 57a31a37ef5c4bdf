// Package fill writes random values into the bytes of a tensor, the same values as trtexec writes.
//
// The generator is the minimal standard one of Park and Miller, x ← 16807·x mod (2³¹−1). It starts anew for every
// tensor, so two tensors of one type begin with the same values and every run sees the same data.
package fill

import (
	"encoding/binary"
	"fmt"
	"math"
	"sort"
	"strings"

	"github.com/x448/float16"
)

// Options say which values are written. The zero value writes what trtexec writes.
type Options struct {
	Seed  uint32 // start of the generator, taken modulo 2³¹−1; 0 stands for trtexec's 1
	Range *Range // nil means the range of trtexec: [-1, 1) for floats, [-128, 127] for signed and [0, 255] for unsigned integers
}

// Range bounds the values: floats lie in [Min, Max) before they are rounded to their type, integers in
// [Min, Max]. It does not apply to bool and int4.
type Range struct {
	Min, Max float64
}

// Random fills dst, the elements of a tensor in little-endian order, with the values that trtexec puts into an
// input of type typ. See [Options.Fill] for the types and errors.
func Random(dst []byte, typ string) error { return Options{}.Fill(dst, typ) }

// Fill fills dst, the elements of a tensor in little-endian order, with random values of type typ: float64,
// float32, float16, bfloat16, float8 (E4M3), int64, int32, int16, int8, uint64, uint32, uint16, uint8 or bool, or
// int4 with two elements in a byte. It is an error when the type has another name, when dst ends within an
// element, or when the type cannot hold the range.
func (o Options) Fill(dst []byte, typ string) error {
	if typ == "int4" {
		// Every byte is two valid elements, whatever its value.
		typ, o.Range = "int8", nil
	}
	t, ok := types[typ]
	if !ok {
		return fmt.Errorf("fill: no random values for type %q, only for %s", typ, strings.Join(Types(), ", "))
	}
	if len(dst)%t.size != 0 {
		return fmt.Errorf("fill: %d bytes do not hold a whole number of %s, which take %d each", len(dst), typ, t.size)
	}
	r := t.standard
	if o.Range != nil && typ != "bool" {
		r = *o.Range
		if err := t.accepts(r); err != nil {
			return fmt.Errorf("fill: range %g to %g for %s: %w", r.Min, r.Max, typ, err)
		}
	}
	g := newGenerator(o.Seed)
	if t.float {
		fillFloats(dst, t, g, r)
	} else {
		fillIntegers(dst, t, g, r)
	}
	return nil
}

// Types returns the names of the types that Fill knows, in alphabetical order.
func Types() []string {
	names := []string{"int4"}
	for name := range types {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func fillFloats(dst []byte, t elementType, g *generator, r Range) {
	// In single precision and without a fused multiply-add, as trtexec computes it.
	low, width := float32(r.Min), float32(r.Max-r.Min)
	below := math.Nextafter32(float32(r.Max), low)
	for ; len(dst) > 0; dst = dst[t.size:] {
		v := float32(g.canonical()*width) + low
		t.put(dst, min(v, below))
	}
}

func fillIntegers(dst []byte, t elementType, g *generator, r Range) {
	low := int64(r.Min)
	size := uint32(int64(r.Max) - low + 1)
	quotient := uint32(spread) / size
	for ; len(dst) > 0; dst = dst[t.size:] {
		putInteger(dst, t.size, low+int64(g.below(size, quotient)))
	}
}

func putInteger(dst []byte, size int, v int64) {
	switch size {
	case 1:
		dst[0] = byte(v)
	case 2:
		binary.LittleEndian.PutUint16(dst, uint16(v))
	case 4:
		binary.LittleEndian.PutUint32(dst, uint32(v))
	default:
		binary.LittleEndian.PutUint64(dst, uint64(v))
	}
}

// elementType is what the generator must know about a type.
type elementType struct {
	size     int // bytes of an element
	float    bool
	standard Range   // trtexec's range
	min, max float64 // finite values the type can hold
	put      func(dst []byte, v float32)
}

func (t elementType) accepts(r Range) error {
	switch {
	case math.IsNaN(r.Min) || math.IsNaN(r.Max) || math.IsInf(r.Min, 0) || math.IsInf(r.Max, 0):
		return fmt.Errorf("both ends must be finite")
	case r.Min < t.min || r.Max > t.max:
		return fmt.Errorf("the type holds %g to %g", t.min, t.max)
	case t.float && !(float32(r.Min) < float32(r.Max)):
		return fmt.Errorf("the lower end must be below the upper one in single precision")
	case t.float && r.Max-r.Min > math.MaxFloat32:
		return fmt.Errorf("the width must be at most %g", math.MaxFloat32)
	case !t.float && (r.Min != math.Trunc(r.Min) || r.Max != math.Trunc(r.Max)):
		return fmt.Errorf("both ends must be whole numbers")
	case !t.float && r.Min > r.Max:
		return fmt.Errorf("the lower end is above the upper one")
	case !t.float && r.Max-r.Min >= spread:
		return fmt.Errorf("at most %d different values are possible", spread)
	}
	return nil
}

var (
	unit     = Range{-1, 1}
	signed   = Range{-128, 127}
	unsigned = Range{0, 255}
)

// whole bounds 64-bit integers to those that a float64 names exactly.
const whole = 1 << 53

var types = map[string]elementType{
	"float64":  {8, true, unit, -math.MaxFloat32, math.MaxFloat32, putFloat64},
	"float32":  {4, true, unit, -math.MaxFloat32, math.MaxFloat32, putFloat32},
	"float16":  {2, true, unit, -65504, 65504, putFloat16},
	"bfloat16": {2, true, unit, -maxBFloat16, maxBFloat16, putBFloat16},
	"float8":   {1, true, unit, -maxFloat8, maxFloat8, putFloat8},
	"int64":    {8, false, signed, -whole, whole, nil},
	"int32":    {4, false, signed, math.MinInt32, math.MaxInt32, nil},
	"int16":    {2, false, signed, math.MinInt16, math.MaxInt16, nil},
	"int8":     {1, false, signed, math.MinInt8, math.MaxInt8, nil},
	"uint64":   {8, false, unsigned, 0, whole, nil},
	"uint32":   {4, false, unsigned, 0, math.MaxUint32, nil},
	"uint16":   {2, false, unsigned, 0, math.MaxUint16, nil},
	"uint8":    {1, false, unsigned, 0, math.MaxUint8, nil},
	"bool":     {1, false, Range{0, 1}, 0, 1, nil},
}

func putFloat64(dst []byte, v float32) {
	binary.LittleEndian.PutUint64(dst, math.Float64bits(float64(v)))
}

func putFloat32(dst []byte, v float32) {
	binary.LittleEndian.PutUint32(dst, math.Float32bits(v))
}

func putFloat16(dst []byte, v float32) {
	binary.LittleEndian.PutUint16(dst, float16.Fromfloat32(v).Bits())
}

func putBFloat16(dst []byte, v float32) {
	binary.LittleEndian.PutUint16(dst, bfloat16Bits(v))
}

func putFloat8(dst []byte, v float32) { dst[0] = float8Bits(v) }
