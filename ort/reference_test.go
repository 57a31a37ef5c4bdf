package ort

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/tensor"
)

const (
	samples   = 2400
	stateSize = 219729
	frames    = 10
	tokens    = 35
)

// audio returns a chunk of a saw tooth whose height grows with n, which is at most 15 to stay within 16 bits.
func audio(n int) []int32 {
	signal := make([]int32, samples)
	for i := range signal {
		signal[i] = int32((i%97 - 48) * 40 * (n + 1))
	}
	return signal
}

// checksum continues the model's first checksum of the audio, as its generator defines it.
func checksum(c int, signal []int32) int {
	sum := 0
	for j, s := range signal {
		sum += (1 + j%7) * (int(s) + 32768)
	}
	return (31*c + sum) % 1009
}

func largest(row []float32) int {
	at := 0
	for i, v := range row {
		if v > row[at] {
			at = i
		}
	}
	return at
}

func halves(t *testing.T, v tensor.Values) []float32 {
	var numbers []float32
	for _, h := range decode[uint16](t, v) {
		numbers = append(numbers, float16.Frombits(h).Float32())
	}
	return numbers
}

// The numbers, not only the times: the model counts chunks and folds the audio into a checksum, so its outputs prove
// that this audio went through this model, and that the state was carried from chunk to chunk in each lane.
func TestReferenceModelComputesWhatItShould(t *testing.T) {
	const lanesNumber = 2
	target := open(t, reference, TargetOptions{Zero: []string{"state"}})
	lanes := openLanes(t, target, bench.Setup{Lanes: lanesNumber, Slots: 2})
	sums := make([]int, lanesNumber)
	for chunk := 1; chunk <= 3; chunk++ {
		for lane := range lanesNumber {
			signal := audio(lane + chunk)
			require.NoError(t, lanes.SetInput(lane, "signal", littleEndian(t, signal)))
			out := infer(t, lanes, lane)

			logprobs := decode[float32](t, out["logprobs"])
			require.Len(t, logprobs, frames*tokens)
			assert.Equal(t, chunk%tokens, largest(logprobs[9*tokens:]), "frame 9 shows the chunks seen")
			sums[lane] = checksum(sums[lane], signal)
			assert.Equal(t, sums[lane]%tokens, largest(logprobs[8*tokens:9*tokens]), "frame 8 shows the checksum")

			state := halves(t, out["state_next"])
			require.Len(t, state, stateSize)
			assert.Equal(t, []float32{float32(chunk), 0, float32(sums[lane])}, state[:3], "header of the state")
			for i, s := range signal {
				want := float16.Fromfloat32(float32(s) / 32768).Float32()
				require.Equal(t, want, state[stateSize-samples+i], "sample %d at the end of the state", i)
			}
			require.NoError(t, lanes.SetInput(lane, "state", out["state_next"].Data))
		}
	}
}

func TestReferenceModelInBatches(t *testing.T) {
	const batch = 16
	var signal []int32
	for i := range batch {
		signal = append(signal, audio(i)...)
	}
	target := open(t, reference, TargetOptions{
		Shapes: map[string][]int64{"signal": {batch, samples, 1}, "state": {batch, stateSize}},
		Inputs: map[string]tensor.Values{"signal": {Data: littleEndian(t, signal)}},
		Zero:   []string{"sta*"},
	})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	logprobs := decode[float32](t, out["logprobs"])
	require.Equal(t, []int{batch, frames, tokens}, out["logprobs"].Shape)
	for i := range batch {
		row := logprobs[i*frames*tokens:]
		assert.Equal(t, 1, largest(row[9*tokens:10*tokens]))
		assert.Equal(t, checksum(0, audio(i))%tokens, largest(row[8*tokens:9*tokens]), "stream %d", i)
	}
}

// BenchmarkChunk measures one chunk of the reference model through the calls that the measuring loop makes.
func BenchmarkChunk(b *testing.B) {
	target := open(b, reference, TargetOptions{IntraOpThreads: 1})
	lanes := openLanes(b, target, bench.Setup{Slots: 2})
	var sample bench.Sample
	b.ReportAllocs()
	for b.Loop() {
		if err := lanes.Enqueue(0, 0); err != nil {
			b.Fatal(err)
		}
		if err := lanes.Wait(0, 0, &sample); err != nil {
			b.Fatal(err)
		}
	}
}
