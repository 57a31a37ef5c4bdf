package serve

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/trtbench/trtbench/load/pace"
)

// Chunks come from a sender that wakes up every 8 ms.
const (
	burst = 32
	block = 16 * burst
)

// BenchmarkScheduling measures the processor time that a chunk costs besides its computation: chunks come in on time, at the rate of 1,229
// speakers and at that of 10,000, and the executor takes no time. What the sender takes for its sleeping is measured in between and
// reported beside it: on a busy or virtual machine it varies from run to run by as much as the rest is.
func BenchmarkScheduling(b *testing.B) {
	for _, c := range []struct {
		name      string
		rate      int // chunks per second
		instances int
		policy    Policy
	}{
		{"preferred", 4096, 1, DefaultPolicy()},
		{"deadline", 4096, 1, Deadline{Limit: 100 * ms}},
		{"adaptive", 4096, 1, Adaptive{}},
		{"immediate", 4096, 1, Immediate{}},
		{"preferred, 33333 per s on 4 instances", 33333, 4, DefaultPolicy()},
		{"immediate, 33333 per s on 4 instances", 33333, 4, Immediate{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			benchmarkServer(b, Options{Policy: c.policy, Instances: c.instances, Sessions: max(1229, c.rate*3/10)}, c.rate)
		})
	}
}

// BenchmarkThroughput measures how fast chunks of many sessions can be put through the instances: what they contend for is one lock.
func BenchmarkThroughput(b *testing.B) {
	for _, instances := range []int{1, 4} {
		b.Run(fmt.Sprint(instances), func(b *testing.B) {
			benchmarkServer(b, Options{Policy: Immediate{}, Instances: instances, Sessions: 1229}, 0)
		})
	}
}

// benchmarkServer sends chunks at a rate per second; 0: each when it can.
func benchmarkServer(b *testing.B, options Options, rate int) {
	executor := &idleExecutor{model: tinyModel(true)}
	server, err := Open(b.Context(), executor, options)
	require.NoError(b, err)
	free := make(chan *Call, options.Sessions)
	for range options.Sessions {
		session, err := server.OpenSession()
		require.NoError(b, err)
		c := &Call{Session: session, Chunk: Chunk{Inputs: [][]byte{make([]byte, 4)}, Outputs: [][]byte{make([]byte, 4)}}}
		c.Done = func(c *Call) { free <- c }
		free <- c
	}
	began := time.Now()
	clock := func() int64 { return int64(time.Since(began)) }
	sender := pace.NewTimed(clock)
	defer sender.Close()
	wait := func(start int64, i int) {
		if rate > 0 && i%max(burst, burst*rate/4096) == 0 {
			sender.Until(start+int64(i)*int64(time.Second)/int64(rate), nil)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	var pacing, serving int64
	for left := b.N; left > 0; left -= block {
		n := min(left, block)
		pacing += processorTimeOf(b, func() {
			start := clock()
			for i := range n {
				wait(start, i)
			}
		})
		serving += processorTimeOf(b, func() {
			start := clock()
			for i := range n {
				wait(start, i)
				if err := server.Enqueue(<-free); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	require.NoError(b, server.Close())
	b.ReportMetric(float64(pacing)/float64(b.N), "pacing-ns/chunk")
	b.ReportMetric(float64(serving-pacing)/float64(b.N), "cpu-ns/chunk")
	stats := server.Stats()
	b.ReportMetric(stats.MeanBatch(), "chunks/batch")
}

// processorTimeOf returns the nanoseconds of processor time that the process uses during f.
func processorTimeOf(b *testing.B, f func()) int64 {
	var before, after unix.Timespec
	require.NoError(b, unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &before))
	f()
	require.NoError(b, unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &after))
	return after.Nano() - before.Nano()
}
