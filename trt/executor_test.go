package trt_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// Sizes of the streaming recogniser, in bytes for one session.
const (
	signalBytes   = 2400 * 4
	logprobsBytes = 10 * 35 * 4
	stateBytes    = 219729 * 2
)

// acousticPlan is the streaming recogniser without the time it takes.
func acousticPlan(t testing.TB) sim.Plan {
	t.Helper()
	text, err := os.ReadFile("../testdata/plans/streaming_acoustic.sim.json")
	require.NoError(t, err)
	plan, err := sim.Parse(text)
	require.NoError(t, err)
	plan.Time = sim.Time{}
	return *plan
}

// speaker sends chunks of noise and knows what has to come back, by the rules in testdata/models/README.md.
type speaker struct {
	item                 serve.Item
	random               *rand.Rand
	count, first, second int
}

func newSpeaker(session int) *speaker {
	return &speaker{
		item: serve.Item{
			Session: session, Inputs: [][]byte{make([]byte, signalBytes)}, Outputs: [][]byte{make([]byte, logprobsBytes)},
		},
		random: rand.New(rand.NewPCG(1, uint64(session))),
	}
}

// speak makes the next chunk.
func (s *speaker) speak(start bool) serve.Item {
	if start {
		s.count, s.first, s.second = 0, 0, 0
	}
	sum := 0
	for j := range signalBytes / 4 {
		sample := s.random.IntN(1<<16) - 1<<15
		binary.LittleEndian.PutUint32(s.item.Inputs[0][4*j:], uint32(sample))
		sum += (1 + j%7) * (sample + 1<<15)
	}
	s.count, s.first, s.second = s.count+1, (31*s.first+sum)%1009, (37*s.second+sum)%1013
	clear(s.item.Outputs[0])
	s.item.Start = start
	return s.item
}

// check compares the result of the chunk.
func (s *speaker) check(t *testing.T) {
	t.Helper()
	const tokens = 35
	for frame, want := range map[int]int{0: s.first + s.second, 8: s.first, 9: s.count} {
		best, at := float32(math.Inf(-1)), -1
		for i := range tokens {
			if v := math.Float32frombits(binary.LittleEndian.Uint32(s.item.Outputs[0][4*(frame*tokens+i):])); v > best {
				best, at = v, i
			}
		}
		assert.Equal(t, want%tokens, at, "session %d, chunk %d, frame %d", s.item.Session, s.count, frame)
	}
}

// conversation runs batches of random speakers in random order, some of whom start anew, and checks every result. Of 16 sessions
// it takes those from first on that are a multiple of step away.
func conversation(t *testing.T, opened serve.Instances, instance, batches, first, step int) (chunks, starts int) {
	t.Helper()
	random := rand.New(rand.NewPCG(7, uint64(first)))
	var speakers []*speaker
	for session := first; session < 16; session += step {
		speakers = append(speakers, newSpeaker(session))
	}
	for range batches {
		var batch []serve.Item
		random.Shuffle(len(speakers), func(i, j int) { speakers[i], speakers[j] = speakers[j], speakers[i] })
		talking := speakers[:1+random.IntN(len(speakers))]
		if random.IntN(2) == 0 { // in the order of their rows, so that some lie side by side
			talking = append([]*speaker(nil), talking...)
			for i := range talking {
				for j := i; j > 0 && talking[j].item.Session < talking[j-1].item.Session; j-- {
					talking[j], talking[j-1] = talking[j-1], talking[j]
				}
			}
		}
		for _, s := range talking {
			start := s.count == 0 || random.IntN(8) == 0
			if start {
				starts++
			}
			batch = append(batch, s.speak(start))
		}
		if !assert.NoError(t, opened.Run(instance, batch)) {
			break
		}
		for _, s := range talking {
			s.check(t)
		}
		chunks += len(batch)
	}
	return chunks, starts
}

func TestExecutorCarriesStates(t *testing.T) {
	tests := map[string]struct {
		options trt.ExecutorOptions
		travel  bool
	}{
		"graphs":      {},
		"plain":       {options: trt.ExecutorOptions{Plain: true, Spin: true}},
		"given":       {options: trt.ExecutorOptions{States: []serve.State{{Input: "state", Output: "state_next"}}}},
		"three sizes": {options: trt.ExecutorOptions{Batches: []int{16, 4, 8}}},
		"travel":      {travel: true},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		path := trttest.Plan(t, acousticPlan(t))
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				executor, err := trt.NewExecutor(lib, 0, path, test.options)
				require.NoError(t, err)
				opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 16, Instances: 1, Travel: test.travel})
				require.NoError(t, err)
				before := countersOf(t, lib).Total
				chunks, starts := conversation(t, opened, 0, 40, 0, 1)
				checkCopies(t, lib, before, opened.Counters(), chunks, starts, test.travel)
				closeAll(t, opened, opened, executor, executor)
			})
		}
	})
}

// checkCopies compares what was counted with what the simulated device did: nothing but signals and logprobs crosses between host
// and device, unless states are made to travel.
func checkCopies(t *testing.T, lib *trt.Library, before map[string]int64, counted serve.Counters, chunks, starts int, travel bool) {
	t.Helper()
	n, gathered := int64(chunks), int64(chunks-starts)
	want := serve.Counters{Batches: counted.Batches, Items: n, HostBytes: n * signalBytes, ReplyBytes: n * logprobsBytes,
		StateBytes: (n + gathered) * stateBytes}
	if travel {
		want.HostBytes, want.ReplyBytes, want.StateBytes = want.HostBytes+n*stateBytes, want.ReplyBytes+n*stateBytes, 0
	}
	assert.Equal(t, want, counted)
	after := countersOf(t, lib).Total
	copied := map[string]int64{}
	for _, direction := range []string{"h2d_bytes", "d2h_bytes", "d2d_bytes", "h2h_bytes"} {
		copied[direction] = after[direction] - before[direction]
	}
	assert.Equal(t, map[string]int64{"h2d_bytes": want.HostBytes, "d2h_bytes": want.ReplyBytes, "d2d_bytes": want.StateBytes, "h2h_bytes": 0}, copied)
}

// Sessions move between instances, which run at the same time.
func TestExecutorInstances(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, acousticPlan(t)), trt.ExecutorOptions{Batches: []int{4, 8}})
		require.NoError(t, err)
		const instances = 3
		opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 16, Instances: instances})
		require.NoError(t, err)
		for turn := range instances {
			var group sync.WaitGroup
			for i := range instances {
				group.Go(func() { conversation(t, opened, (i+turn)%instances, 10, i, instances) })
			}
			group.Wait()
		}
		wandering := newSpeaker(15)
		for i := range 12 {
			require.NoError(t, opened.Run(i%instances, []serve.Item{wandering.speak(i == 0)}))
			wandering.check(t)
		}
		closeAll(t, opened, executor)
	})
}

func TestExecutorModel(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		executor, err := trt.NewExecutor(lib, 0, "../testdata/plans/streaming_acoustic.sim.json", trt.ExecutorOptions{MaxBatch: 4})
		require.NoError(t, err)
		state := record.Tensor{Name: "state", Input: true, Type: "float16", Shape: []int{1, 219729}}
		assert.Equal(t, serve.Model{
			Inputs:  []record.Tensor{{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}}},
			Outputs: []record.Tensor{{Name: "logprobs", Type: "float32", Shape: []int{1, 10, 35}}},
			States:  []serve.State{{Input: "state", Output: "state_next", Tensor: state}},
			Batches: []int{1, 2, 3, 4},
		}, executor.Model())
		d := executor.Describe()
		assert.Equal(t, "TensorRT", d.Backend)
		assert.True(t, d.Simulated)
		assert.Equal(t, []int{4, 2400, 1}, d.Tensors[0].Shape)
		assert.Equal(t, []string{"optimization profile: 0 of 1", "batch sizes: 1 to 4", "CUDA graphs: true", "recurrent state: state:state_next"}, d.Notes)
		closeAll(t, executor)

		travelling, err := trt.NewExecutor(lib, 0, "../testdata/plans/streaming_acoustic.sim.json", trt.ExecutorOptions{States: []serve.State{}, Batches: []int{8, 1}})
		require.NoError(t, err)
		assert.Len(t, travelling.Model().Inputs, 2)
		assert.Len(t, travelling.Model().Outputs, 2)
		assert.Empty(t, travelling.Model().States)
		assert.Equal(t, []int{1, 8}, travelling.Model().Batches)
		closeAll(t, travelling)
	})
}

// An engine without states: what a chunk brings is copied back. Batches between the prepared sizes are padded.
func TestExecutorWithoutStates(t *testing.T) {
	fixed := copyPlan()
	fixed.Tensors[0].Shape, fixed.Tensors[1].Shape, fixed.Profiles = []int64{4, 16}, []int64{4, 16}, nil
	twoProfiles := copyPlan()
	twoProfiles.Profiles = append(twoProfiles.Profiles, sim.Profile{Inputs: []sim.Range{{Tensor: "x", Min: []int64{2, 16}, Opt: []int64{16, 16}, Max: []int64{32, 16}}}})
	uncapturable := copyPlan()
	uncapturable.Faults = []sim.Fault{{Call: "enqueue", At: 9, Error: "fail"}} // eight trials come before the first capture
	tests := map[string]struct {
		plan    sim.Plan
		options trt.ExecutorOptions
		batches []int
	}{
		"all sizes":   {copyPlan(), trt.ExecutorOptions{}, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		"given sizes": {copyPlan(), trt.ExecutorOptions{Batches: []int{7, 3}}, []int{3, 7}},
		"fixed":       {fixed, trt.ExecutorOptions{}, []int{4}},
		"profile":     {twoProfiles, trt.ExecutorOptions{Profile: 1}, []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 27, 30, 32}},
		"no graph":    {uncapturable, trt.ExecutorOptions{}, []int{1, 2, 3, 4, 5, 6, 7, 8}},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, test.plan), test.options)
				require.NoError(t, err)
				assert.Equal(t, test.batches, executor.Model().Batches)
				opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 1, Instances: 1})
				require.NoError(t, err)
				for n := range test.batches[len(test.batches)-1] {
					var batch []serve.Item
					for i := range n + 1 {
						in := []byte(fmt.Sprintf("%064d", 1000*n+i))
						batch = append(batch, serve.Item{Session: -i, Inputs: [][]byte{in}, Outputs: [][]byte{make([]byte, 64)}})
					}
					batch[n/2].Outputs[0] = nil // nobody wants it
					require.NoError(t, opened.Run(0, batch))
					for i, item := range batch {
						if i != n/2 {
							assert.Equal(t, string(item.Inputs[0]), string(item.Outputs[0]))
						}
					}
				}
				closeAll(t, opened, executor)
			})
		}
	})
}
