package audio

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"
)

func TestChunks(t *testing.T) {
	clip := &Clip{Rate: 10, Samples: []float32{1, 2, 3, 4, 5}}
	assert.Equal(t, [][]float32{{1, 2}, {3, 4}, {5, 0}}, clip.Chunks(2))
	assert.Equal(t, [][]float32{{1, 2, 3, 4, 5}}, clip.Chunks(5))
	assert.Equal(t, [][]float32{{1, 2, 3, 4, 5, 0, 0}}, clip.Chunks(7))
	assert.Equal(t, []float32{1, 2, 3, 4, 5}, clip.Samples)
	assert.Empty(t, (&Clip{}).Chunks(3))
}

func TestEncode(t *testing.T) {
	samples := []float32{0, 0.5, -1, 1, 1.5, -3, 3.0 / (1 << 15), 0.4 / (1 << 15)}
	scaled := []int{0, 1 << 14, -1 << 15, 1<<15 - 1, 1<<15 - 1, -1 << 15, 3, 0}
	for typ, size := range map[string]int{"int16": 2, "int32": 4, "float16": 2, "float32": 4, "float64": 8} {
		b, err := Encode(typ, samples)
		require.NoError(t, err)
		require.Len(t, b, size*len(samples))
		for i, v := range samples {
			element := b[size*i:]
			switch typ {
			case "int16":
				assert.EqualValues(t, scaled[i], int16(binary.LittleEndian.Uint16(element)))
			case "int32":
				assert.EqualValues(t, scaled[i], int32(binary.LittleEndian.Uint32(element)))
			case "float16":
				assert.InDelta(t, v, float16.Frombits(binary.LittleEndian.Uint16(element)).Float32(), 1e-4)
			case "float32":
				assert.Equal(t, v, math.Float32frombits(binary.LittleEndian.Uint32(element)))
			case "float64":
				assert.Equal(t, float64(v), math.Float64frombits(binary.LittleEndian.Uint64(element)))
			}
		}
	}
	_, err := Encode("bool", samples)
	require.ErrorContains(t, err, "audio: encode: type bool holds no samples, expected one of float16, float32, float64, int16, int32")
}

func TestSixteenBitsComeThroughUnchanged(t *testing.T) {
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		require.EqualValues(t, v, whole(float32(v)/(1<<15)))
	}
}
