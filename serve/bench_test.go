package serve

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkScheduling measures the processor time that a chunk costs besides its computation, at the rate of 1,229 speakers: 4,096
// chunks a second come in on time, and the executor takes no time. The processor time is that of the process without what the same
// sender takes for its sleeping, which is reported beside it.
func BenchmarkScheduling(b *testing.B) {
	const rate = 4096
	for name, policy := range map[string]Policy{"preferred": DefaultPolicy(), "deadline": Deadline{Limit: 100 * ms}, "adaptive": Adaptive{}, "immediate": Immediate{}} {
		b.Run(name, func(b *testing.B) {
			benchmarkServer(b, policy, func(i int, start time.Time) {
				if i%32 == 0 { // a sender that wakes up every 8 ms
					time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / rate)))
				}
			})
		})
	}
}

// BenchmarkThroughput measures how fast chunks of many sessions can be put through one instance.
func BenchmarkThroughput(b *testing.B) {
	benchmarkServer(b, Immediate{}, func(int, time.Time) {})
}

func benchmarkServer(b *testing.B, policy Policy, pace func(i int, start time.Time)) {
	const sessions = 1229
	executor := &idleExecutor{model: tinyModel(true)}
	server, err := Open(b.Context(), executor, Options{Sessions: sessions, Policy: policy})
	require.NoError(b, err)
	free := make(chan *Call, sessions)
	for range sessions {
		session, err := server.OpenSession()
		require.NoError(b, err)
		c := &Call{Session: session, Chunk: Chunk{Inputs: [][]byte{make([]byte, 4)}, Outputs: [][]byte{make([]byte, 4)}}}
		c.Done = func(c *Call) { free <- c }
		free <- c
	}
	b.ReportAllocs()
	b.ResetTimer()
	used, start := processorTime(b), time.Now()
	for i := range b.N {
		pace(i, start)
	}
	pacing := processorTime(b) - used
	b.ReportMetric(float64(pacing)/float64(b.N), "pacing-ns/chunk")
	used, start = processorTime(b), time.Now()
	for i := range b.N {
		pace(i, start)
		if err := server.Enqueue(<-free); err != nil {
			b.Fatal(err)
		}
	}
	require.NoError(b, server.Close())
	b.ReportMetric(float64(processorTime(b)-used-pacing)/float64(b.N), "cpu-ns/chunk")
	stats := server.Stats()
	b.ReportMetric(stats.MeanBatch(), "chunks/batch")
}

// processorTime returns the nanoseconds of processor time that the process has used.
func processorTime(b *testing.B) int64 {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}
