package tritontest

import (
	"encoding/binary"
	"sync"

	"github.com/trtbench/trtbench/triton/kserve"
)

// Elements of a carried state; the rest of it is repeated from request to answer.
const (
	stateChain = iota // number of the chain, from 1; 0: a new one begins
	stateStep         // requests of the chain so far
	stateSum          // sum of all x of the chain so far
	stateHeader
)

// Chained is a model whose state travels with the requests: inputs x (INT32) and state, outputs step (INT32) and state_next, which is the
// state of the next request. The state is length INT32, at least 3; zeros begin a chain. The answers prove the chain: step counts its
// requests and state_next[2] is the sum of its x. The mock notes states that are stale, sent twice or not from it.
func Chained(length int64) Model {
	var mu sync.Mutex
	var steps []int32 // done, by chain
	length = max(length, stateHeader)
	return Model{
		Config: &kserve.ModelConfig{
			Name: "chained", Backend: "mock", MaxBatchSize: 16,
			Input:            []*kserve.ModelInput{input("x", kserve.DataType_TYPE_INT32, 1), input("state", kserve.DataType_TYPE_INT32, length)},
			Output:           []*kserve.ModelOutput{output("step", kserve.DataType_TYPE_INT32, 1), output("state_next", kserve.DataType_TYPE_INT32, length)},
			SchedulingChoice: &kserve.ModelConfig_DynamicBatching{DynamicBatching: &kserve.ModelDynamicBatching{}},
		},
		Infer: func(r *Request) ([][]byte, error) {
			x, state := r.input("x").Data, r.input("state").Data
			next, shown := append([]byte(nil), state...), make([]byte, 0, len(x))
			mu.Lock()
			defer mu.Unlock()
			for row := 0; row < len(x)/4; row++ {
				own := next[int64(row)*length*4:]
				chain, step := int32At(own, stateChain), int32At(own, stateStep)
				switch {
				case chain == 0 && step == 0:
					steps = append(steps, 0)
					chain = int32(len(steps))
				case chain < 1 || int(chain) > len(steps):
					r.mock.violate("model %s: %v carries the state of chain %d, which this mock never began", r.Model, r, chain)
					chain = 0
				case step != steps[chain-1]:
					r.mock.violate("model %s: %v carries the state of chain %d after step %d, which is at step %d", r.Model, r, chain, step, steps[chain-1])
				}
				if chain > 0 {
					steps[chain-1] = step + 1
				}
				setInt32(own, stateChain, chain)
				setInt32(own, stateStep, step+1)
				setInt32(own, stateSum, int32At(own, stateSum)+int32At(x, row))
				shown = append(shown, int32Bytes(step+1)...)
			}
			return [][]byte{shown, next}, nil
		},
	}
}

func int32At(b []byte, i int) int32 { return int32(binary.LittleEndian.Uint32(b[4*i:])) }

func setInt32(b []byte, i int, v int32) { binary.LittleEndian.PutUint32(b[4*i:], uint32(v)) }

func int32Bytes(v int32) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(v)) }
