package gpuverify

import (
	"fmt"
	"strings"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/stream"
)

// Mode is one way to run an engine.
type Mode struct {
	Compat    bench.Compat `json:"compat"`
	Transfers bool         `json:"transfers"`
	Graph     bool         `json:"graph"`
	Spin      bool         `json:"spin"`
	Slots     int          `json:"slots"` // inferences of a lane in flight, 1 or 2
	Lanes     int          `json:"streams"`
	Threads   bool         `json:"threads"`
}

// String tells the mode in words.
func (m Mode) String() string {
	return strings.Join([]string{
		fmt.Sprintf("compat %d", m.Compat), choose(m.Transfers, "transfers", "no transfers"), choose(m.Graph, "graph", "no graph"),
		choose(m.Spin, "spin", "block"), fmt.Sprintf("%d in flight", m.Slots), fmt.Sprintf("%d streams", m.Lanes),
		choose(m.Threads, "threads", "one thread"),
	}, ", ")
}

func choose(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

// options are those of a run in this mode.
func (m Mode) options(p *plan) bench.Options {
	return bench.Options{
		Compat: m.Compat, Transfers: bench.Set(m.Transfers), Graph: bench.Set(m.Graph), Spin: bench.Set(m.Spin),
		ExposeDMA: m.Slots == 1, Lanes: bench.Set(m.Lanes), Threads: m.Threads,
		Duration: bench.Set(p.duration), WarmUp: bench.Set(p.warmUp), Iterations: bench.Set(p.iterations),
		FetchOutputs: true,
	}
}

// Modes are all combinations of both generations of trtexec, transfers, graph, waiting, inferences in flight, streams and threads.
// Those that differ in the graph alone are neighbours.
func Modes() []Mode {
	var modes []Mode
	both := []bool{false, true}
	for _, compat := range []bench.Compat{bench.Compat10, bench.Compat11} {
		for _, lanes := range []int{1, 2, 4} {
			for _, threads := range both {
				for _, slots := range []int{2, 1} {
					for _, spin := range both {
						for _, transfers := range both {
							for _, graph := range both {
								modes = append(modes, Mode{compat, transfers, graph, spin, slots, lanes, threads})
							}
						}
					}
				}
			}
		}
	}
	return modes
}

// quickStride picks modes of the larger model in a quick verification, so that each pair of values of two settings occurs.
const quickStride = 13

// plan says how much is run.
type plan struct {
	duration, warmUp time.Duration  // of a run in a mode
	iterations       int            // at least
	batch            int            // that the modes are run with
	largeMegabytes   int            // weights of the larger model
	rounds           int            // of each comparison of times
	roundLength      time.Duration  // of each run in it
	opens            int            // how often a run is opened and closed
	loads            int            // how often an engine is read and given up
	chunks           int            // in the chain of states
	talk             int            // chunks of each session that is served as fast as it can be
	streams          stream.Options // of the search for capacity
}

// MaxBatch is the largest batch of the engines, which they are tuned for; the smallest is 1.
const MaxBatch = 16

func newPlan(o *Options) *plan {
	p := &plan{
		duration: 100 * time.Millisecond, warmUp: 30 * time.Millisecond, iterations: 10, batch: 4,
		largeMegabytes: 64, rounds: 7, roundLength: 300 * time.Millisecond, opens: 1000, loads: 50, chunks: 72, talk: 60,
		streams: stream.Options{
			Search:  stream.SearchOptions{Start: 256, Resolution: 5, Repeats: 2},
			Measure: 5 * time.Second, Settle: 5 * time.Second, Looks: 2, Seed: 1,
		},
	}
	if o.Quick {
		p.duration, p.warmUp, p.batch = 2*time.Millisecond, time.Millisecond, 1
		p.rounds, p.roundLength = 5, 10*time.Millisecond
		p.opens, p.loads, p.chunks, p.talk = 20, 5, 3, 6
		p.streams = stream.Options{ // short chunks, of which many come soon
			Search: stream.SearchOptions{Start: 8, Max: 16, Resolution: 20, Repeats: 1}, ChunkDuration: 40 * time.Millisecond,
			Percentile: 90, Confidence: 0.9, Measure: 200 * time.Millisecond, Settle: 200 * time.Millisecond, Looks: 2, Seed: 1,
		}
	}
	return p
}

// modes are those that a model is run in.
func (p *plan) modes(o *Options, large bool) []Mode {
	all := Modes()
	if !o.Quick || !large {
		return all
	}
	var some []Mode
	for i := 0; i < len(all); i += quickStride {
		some = append(some, all[i])
	}
	return some
}
