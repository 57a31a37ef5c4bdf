package stream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
)

// instant answers at once.
type instant struct{}

type instantConns struct{ load.DialSetup }

func (instant) Describe() record.Description { return record.Description{} }

func (instant) Payloads() load.Payloads { return load.Payloads{Steps: []int{1}, Batch: 1} }

func (instant) Dial(_ context.Context, setup load.DialSetup) (load.Conns, error) {
	return &instantConns{setup}, nil
}

func (c *instantConns) Send(_ int, r load.Request) error {
	at := c.Clock()
	c.Sink.Sent(r.Index, at)
	c.Sink.Answered(r.Index, at, load.StatusOK, nil)
	return nil
}

func (c *instantConns) Close() error { return nil }

// idle is a model with the interface of the reference model, which takes no time and keeps no state.
type idle struct{}

func (idle) Describe() record.Description { return record.Description{} }

func (idle) Model() serve.Model {
	return serve.Model{
		Inputs:  []record.Tensor{{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}}},
		Outputs: []record.Tensor{{Name: "logprobs", Type: "float32", Shape: []int{1, 10, 35}}}, Batches: []int{1, 16},
	}
}

func (idle) Open(context.Context, serve.Setup) (serve.Instances, error) { return idle{}, nil }

func (idle) Run(int, []serve.Item) error { return nil }

func (idle) Counters() serve.Counters { return serve.Counters{} }

func (idle) Close() error { return nil }

// benchServers make a server that takes no time, and the server in this process.
var benchServers = map[string]func(tb testing.TB) load.Server{
	"instant": func(testing.TB) load.Server { return instant{} },
	"local": func(tb testing.TB) load.Server {
		local, err := serve.NewLocal(idle{}, serve.LocalOptions{Contents: serve.Contents{{{make([]byte, 9600)}}}})
		require.NoError(tb, err)
		return local
	},
}

// driven is what a drive cost.
type driven struct {
	chunks  []Chunk
	used    time.Duration // of processors
	mallocs uint64
	bytes   int64 // kept for each session, chunks excluded
}

// heap returns the bytes in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what a sync.Pool holds goes with the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// logBytes is what the chunks take that a drive keeps.
func (d *drive) logBytes() (n int64) {
	n = int64(len(d.log.blocks)) * int64(unsafe.Sizeof(d.log.blocks[0]))
	for i := range d.log.blocks {
		if d.log.blocks[i].Load() != nil {
			n += int64(unsafe.Sizeof(block{}))
		}
	}
	return n
}

func drivenFor(tb testing.TB, server load.Server, sessions int, span time.Duration) driven {
	s := (&Options{}).settings()
	empty := heap()
	d, err := openDrive(tb.Context(), server, &s, sessions, 1, &hooks{waiter: pace.NewPrecise, boot: bootTime})
	require.NoError(tb, err)
	d.run()
	<-time.After(joining(sessions, s.ChunkDuration) + s.ChunkDuration)
	first := d.log.next.Load()
	var before, after runtime.MemStats
	used := processorTime()
	runtime.ReadMemStats(&before)
	<-time.After(span)
	runtime.ReadMemStats(&after)
	used = processorTime() - used
	last := d.log.next.Load()
	kept := heap() - empty - d.logBytes()
	d.end()
	<-d.paced
	require.NoError(tb, d.close())
	return driven{d.log.all()[first:last], used, after.Mallocs - before.Mallocs, kept / int64(sessions)}
}

// sleptFor returns the processor time of a thread that wakes up when chunks of so many sessions are due, and has nothing to send.
func sleptFor(tb testing.TB, sessions int, span time.Duration) time.Duration {
	random := rand.New(rand.NewPCG(1, 2))
	phases := make([]int64, sessions)
	for i := range phases {
		phases[i] = random.Int64N(int64(DefaultChunkDuration))
	}
	slices.Sort(phases)
	begun, used := time.Now(), processorTime()
	clock := func() int64 { return int64(time.Since(begun)) }
	w := pace.NewPrecise(clock, 0)
	defer w.Close()
	for turn := int64(0); clock() < int64(span); turn++ {
		for _, p := range phases {
			w.Until(turn*int64(DefaultChunkDuration)+p, nil)
		}
	}
	return (processorTime() - used) * span / time.Duration(clock())
}

// BenchmarkScheduleError measures how late chunks of real-time sessions are sent to a server that takes no time, or through the server
// in this process; what each costs in processor time, and how much of that is the sleeping between chunks; what is allocated for it,
// and what memory a session takes besides its chunks and its state. 1,229 sessions send 4,096 chunks per second.
func BenchmarkScheduleError(b *testing.B) {
	const span = 2 * time.Second
	for name, newServer := range benchServers {
		for _, sessions := range []int{100, 1229, 2000, 10000} {
			b.Run(fmt.Sprintf("%s/sessions=%d", name, sessions), func(b *testing.B) {
				var lags []int64
				var used, asleep time.Duration
				var allocated uint64
				var bytes int64
				for b.Loop() {
					r := drivenFor(b, newServer(b), sessions, span)
					asleep += sleptFor(b, sessions, span)
					used, allocated, bytes = used+r.used, allocated+r.mallocs, r.bytes
					for i := range r.chunks {
						lags = append(lags, r.chunks[i].Lag())
					}
				}
				slices.Sort(lags)
				n := len(lags)
				b.ReportMetric(float64(lags[n/2])/1e3, "p50-late-µs")
				b.ReportMetric(float64(lags[n*99/100])/1e3, "p99-late-µs")
				b.ReportMetric(float64(used)/float64(n)/1e3, "cpu-µs/chunk")
				b.ReportMetric(float64(asleep)/float64(n)/1e3, "sleeping-µs/chunk")
				b.ReportMetric(float64(allocated)/float64(n), "allocs/chunk")
				b.ReportMetric(float64(bytes), "B/session")
				b.ReportMetric(float64(n)/float64(b.N)/span.Seconds(), "chunks/s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func TestSessionsAreSmall(t *testing.T) {
	size := unsafe.Sizeof(session{}) + unsafe.Sizeof(entry{}) + unsafe.Sizeof(rand0{}) + 8 + 8
	assert.Less(t, size, uintptr(512))
}

// rand0 has the size of a rand.Rand.
type rand0 struct{ _ [2]uintptr }

func TestSendingDoesNotAllocate(t *testing.T) {
	s := (&Options{}).settings()
	d, err := openDrive(t.Context(), instant{}, &s, 10, 1, &hooks{waiter: pace.NewPrecise, boot: bootTime})
	require.NoError(t, err)
	allocated := testing.AllocsPerRun(2000, func() {
		first := d.agenda[0]
		d.due(int(first.session), first.due)
	})
	assert.Zero(t, allocated)
	d.agenda = nil
	d.run()
	d.end()
	<-d.paced
	require.NoError(t, d.close())
}
