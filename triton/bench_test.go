package triton_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// mockVariable makes the test binary a mock, so that a benchmark's figures are those of the client alone.
const mockVariable = "TRTBENCH_TEST_MOCK"

func TestMain(m *testing.M) {
	if os.Getenv(mockVariable) != "" {
		serveMock()
		return
	}
	tritontest.Main(m)
}

// stateLength makes states of 0.44 MB, as those of the reference model.
const stateLength = 110_000

// serveMock tells its addresses and lives as long as its standard input.
func serveMock() {
	mock, err := tritontest.OpenMock(tritontest.MockOptions{}, tritontest.Tiny(), tritontest.Chained(stateLength))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer mock.Close()
	fmt.Println(mock.Addr(), mock.HTTPAddr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// mockProcess starts a mock of its own process, and returns its addresses.
func mockProcess(b *testing.B) (grpc, http string) {
	b.Helper()
	process := exec.Command(os.Args[0], "-test.run=^$")
	process.Env = append(os.Environ(), mockVariable+"=1")
	process.Stderr = os.Stderr
	stdin, err := process.StdinPipe()
	require.NoError(b, err)
	stdout, err := process.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, process.Start())
	b.Cleanup(func() {
		require.NoError(b, stdin.Close())
		require.NoError(b, process.Wait())
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	_, err = fmt.Sscan(line, &grpc, &http)
	require.NoError(b, err)
	return grpc, http
}

// slots is a load.Sink of a closed loop: it gives back the session of each request that ends.
type slots struct {
	free     chan int
	sessions []int // by index
	failed   atomic.Int64
}

func (s *slots) Sent(int64, int64) {}
func (s *slots) Part(int64, int64) {}
func (s *slots) Answered(i, _ int64, status load.Status, _ error) {
	if status != load.StatusOK {
		s.failed.Add(1)
	}
	s.free <- s.sessions[i]
}

const inFlight, benchConns = 64, 16

// BenchmarkRequests keeps 64 requests in flight on 16 connections: small ones, ones of 0.44 MB in both directions, and ones that carry as
// much from each answer to the next request. cpu-ns/op is the processor time of the client.
func BenchmarkRequests(b *testing.B) {
	grpc, http := mockProcess(b)
	for _, c := range []struct {
		name, model string
		carried     bool
	}{{"tiny", "tiny", false}, {"large", "chained", false}, {"carried", "chained", true}} {
		for _, w := range ways {
			b.Run(c.name+"/"+w.name, func(b *testing.B) {
				reach := triton.Options{URL: http}
				if w.protocol == triton.GRPC {
					reach = triton.Options{URL: grpc, Protocol: triton.GRPC}
				}
				client := connect(b, reach)
				m, err := client.Model(b.Context(), c.model, "")
				require.NoError(b, err)
				o := triton.RequestOptions{Streaming: w.streaming, Transport: w.transport}
				if c.carried {
					o.States = m.States()
				}
				requests := target(b, client, c.model, o)
				closedLoop(b, requests)
			})
		}
	}
}

// BenchmarkRealServer does the same with the real server, which answers from its cache.
func BenchmarkRealServer(b *testing.B) {
	server := tritontest.Start(b)
	for _, w := range ways {
		b.Run(w.name, func(b *testing.B) {
			reach := triton.Options{URL: server.HTTP}
			if w.protocol == triton.GRPC {
				reach = triton.Options{URL: server.GRPC, Protocol: triton.GRPC}
			}
			client := connect(b, reach)
			warm(b, client)
			closedLoop(b, target(b, client, "tiny_cached", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport}))
		})
	}
}

// warm fills the cache; over a stream, this version of the server fails at what is not in it.
func warm(b *testing.B, client *triton.Client) {
	b.Helper()
	conns, sink := dial(b, target(b, client, "tiny_cached", triton.RequestOptions{}), load.DialSetup{})
	require.NoError(b, conns.Send(0, load.Request{State: -1}))
	require.Equal(b, load.StatusOK, sink.wait(b, 0).status)
}

// closedLoop sends the benchmark's requests, always the same number at a time.
func closedLoop(b *testing.B, requests *triton.Target) {
	b.Helper()
	sink := &slots{free: make(chan int, inFlight), sessions: make([]int, b.N+inFlight)}
	begin := time.Now()
	dialed, err := requests.Dial(b.Context(), load.DialSetup{Conns: benchConns, States: inFlight, Sink: sink,
		Clock: func() int64 { return int64(time.Since(begin)) }})
	require.NoError(b, err)
	for i := range inFlight {
		sink.free <- i
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := processorTime()
	flush := func() error { return nil }
	if f, can := dialed.(load.Flusher); can {
		flush = f.Flush
	}
	for i := range b.N {
		session := <-sink.free
		sink.sessions[i] = session
		more := len(sink.free) > 0 && i < b.N-1
		if err = dialed.Send(session%benchConns, load.Request{Index: int64(i), State: session, Start: i < inFlight, More: more}); err == nil && !more {
			err = flush()
		}
		if err != nil {
			require.NoError(b, err)
		}
	}
	for range inFlight {
		<-sink.free
	}
	b.ReportMetric(float64(processorTime()-before)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(peakMiB(), "peak-MiB")
	b.StopTimer()
	require.NoError(b, dialed.Close())
	require.Zero(b, sink.failed.Load())
}

func processorTime() time.Duration {
	var used unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// peakMiB returns the largest memory that the process had so far.
func peakMiB() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	var kib float64
	_, _ = fmt.Sscan(after, &kib)
	return kib / 1024
}

// BenchmarkPaced sends at fixed rates for two seconds: how late requests leave, and the processor time of the client for each.
func BenchmarkPaced(b *testing.B) {
	grpc, _ := mockProcess(b)
	for _, rate := range []float64{4000, 8000} {
		for _, w := range ways {
			if w.protocol != triton.GRPC {
				continue
			}
			b.Run(fmt.Sprintf("%.0f/%s", rate, w.name), func(b *testing.B) {
				client := connect(b, triton.Options{URL: grpc, Protocol: triton.GRPC})
				requests := target(b, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
				for b.Loop() {
					before := processorTime()
					recording, err := load.Run(b.Context(), requests, load.Options{Mode: load.ModeRate, Range: load.Level(rate),
						Requests: int(2 * rate), WarmUp: load.Set(time.Duration(0)), Conns: benchConns, Seed: 1})
					require.NoError(b, err)
					used := processorTime() - before
					figures, err := recording.Figures(0)
					require.NoError(b, err)
					lag, _ := figures.Lag.At(0.99)
					b.ReportMetric(float64(used)/float64(figures.OK), "cpu-ns/request")
					b.ReportMetric(float64(lag.Value)/1e3, "lag-p99-us")
				}
			})
		}
	}
}
