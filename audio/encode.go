package audio

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/x448/float16"
)

// encoders append a sample as an element of a type.
var encoders = map[string]func([]byte, float32) []byte{
	"int16": func(b []byte, v float32) []byte { return binary.LittleEndian.AppendUint16(b, uint16(whole(v))) },
	"int32": func(b []byte, v float32) []byte { return binary.LittleEndian.AppendUint32(b, uint32(int32(whole(v)))) },
	"float16": func(b []byte, v float32) []byte {
		return binary.LittleEndian.AppendUint16(b, float16.Fromfloat32(v).Bits())
	},
	"float32": func(b []byte, v float32) []byte { return binary.LittleEndian.AppendUint32(b, math.Float32bits(v)) },
	"float64": func(b []byte, v float32) []byte {
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
	},
}

// whole returns a sample as 16-bit audio has it, so that files of 16 bits come through unchanged: v·2¹⁵, rounded, within -2¹⁵ and 2¹⁵-1.
func whole(v float32) int16 {
	return int16(math.RoundToEven(min(max(float64(v)*(1<<15), math.MinInt16), math.MaxInt16)))
}

// CheckType returns an error when samples cannot be elements of a type, named as in recordings.
func CheckType(typ string) error {
	if _, known := encoders[typ]; known {
		return nil
	}
	names := make([]string, 0, len(encoders))
	for name := range encoders {
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Errorf("type %s holds no samples, expected one of %s", typ, strings.Join(names, ", "))
}

// Encode returns samples as the elements of a tensor, little-endian. Integers (int16, int32) have the scale of 16-bit audio, louder samples
// being limited; floats (float16, float32, float64) are what the samples are. Another type is an error.
func Encode(typ string, samples []float32) ([]byte, error) {
	if err := CheckType(typ); err != nil {
		return nil, fmt.Errorf("audio: encode: %w", err)
	}
	element := encoders[typ]
	var b []byte
	for _, v := range samples {
		b = element(b, v)
	}
	return b, nil
}
