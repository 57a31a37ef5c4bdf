package audio

import (
	"encoding/binary"
	"fmt"
	"math"
)

// loudest is what a float of a file may be: 24 dB above full scale. Files whose floats have the range of integers are beyond it.
const loudest = 16

// reader returns a function that reads a sample, full scale being 1. Integers of 8 bits have their zero at 128; wider ones have a sign.
func (f *waveFormat) reader() func([]byte) float64 {
	switch {
	case f.Tag == tagFloat && f.BitsPerSample == 64:
		return func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
	case f.Tag == tagFloat:
		return func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
	}
	switch f.BitsPerSample {
	case 8:
		return func(b []byte) float64 { return (float64(b[0]) - 128) / (1 << 7) }
	case 16:
		return func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) / (1 << 15) }
	case 24:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	}
	return func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31) }
}

// mean returns the mean of all channels.
func mean(block []byte, size int, value func([]byte) float64) (float32, error) {
	sum := 0.0
	for at := 0; at < len(block); at += size {
		v := value(block[at:])
		if !(math.Abs(v) <= loudest) {
			return 0, fmt.Errorf("it is %g, expected about -1 to 1; write the file again with floats of that range", v)
		}
		sum += v
	}
	return float32(sum / float64(len(block)/size)), nil
}
