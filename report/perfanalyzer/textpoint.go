package perfanalyzer

import (
	"fmt"
	"math"

	"github.com/trtbench/trtbench/load"
)

// busyPercent is the share of time in its own code above which perf_analyzer warns that the client itself takes too long.
const busyPercent = 50

// figures writes the figures of point i.
func (t *Text) figures(r *load.Recording, i int, f *load.CompatFigures) {
	p := &r.Points[i]
	t.client(r, p, f)
	if server, ok := serverTimesOf(p); ok {
		t.server(&server)
		if accounted := server.accounted(); accounted > clientTimesOf(p).wait {
			t.warn("The server accounts for more time in a request than the client waited, on average: there are too few requests to compare. " +
				"Raise --measurement-interval or --measurement-request-count.")
		}
	}
	if t.options.generation(&r.Settings) == load.Compat2402 {
		t.line("")
	}
	t.gpus(p.GPUs())
	if f.OverheadPercent > busyPercent {
		t.warn("The client spent %.0f %% of the time in its own code and not waiting: the figures may be those of the client.", f.OverheadPercent)
	}
	if f.StdDevUs == math.MaxUint64 {
		t.warn("A single request has no standard deviation: %d stands for none.", f.StdDevUs)
	}
}

// client writes what the client saw.
func (t *Text) client(r *load.Recording, p *load.Point, f *load.CompatFigures) {
	s := &r.Settings
	t.line("  Client: ")
	t.line("    Request count: %d", f.Requests)
	if f.DelayedPercent > load.DelayWarningPercent {
		t.fixed = true
		t.line("    Avg send request rate: %s infer/sec", t.number(f.SendRate))
		t.line("    [WARNING] Perf Analyzer was not able to keep up with the desired request rate. %s%% of the requests were delayed. ",
			t.number(f.DelayedPercent))
	}
	if s.Sequence != nil && !s.Sequence.Untagged {
		t.line("    Sequence count: %d (%s seq/sec)", f.Sequences, t.number(f.SequenceThroughput))
	}
	t.line("    Throughput: %s infer/sec", t.number(f.Throughput))
	if t.options.Decoupled {
		t.line("    Response Throughput: %s infer/sec", t.number(f.ResponseThroughput))
	}
	if t.options.Verbose {
		t.line("    Avg client overhead: %.2f%%", f.OverheadPercent)
	}
	if s.Percentile == 0 {
		t.line("    Avg latency: %d usec (standard deviation %d usec)", f.MeanNs/1000, f.StdDevUs)
	}
	for _, q := range f.Percentiles {
		t.line("    p%d latency: %d usec", q.Percentile, q.Ns/1000)
	}
	if t.options.Decoupled {
		t.line("    ")
		return
	}
	t.line("    %s", t.clientTimes(clientTimesOf(p)))
}

// clientTimes writes of what the latency consists.
func (t *Text) clientTimes(c clientTimes) string {
	send, wait := c.send.Microseconds(), c.wait.Microseconds()
	total := fmt.Sprintf("Avg %s time: %d usec ", t.options.protocol(), send+wait)
	switch http := t.options.protocol() == HTTP; {
	case http && t.options.Verbose:
		return total + fmt.Sprintf("(send %d usec + response wait %d usec + receive 0 usec)", send, wait)
	case http:
		return total + fmt.Sprintf("(send/recv %d usec + response wait %d usec)", send, wait)
	case t.options.Verbose:
		return total + fmt.Sprintf("(marshal %d usec + response wait %d usec + unmarshal 0 usec)", send, wait)
	}
	return total + fmt.Sprintf("((un)marshal request/response %d usec + response wait %d usec)", send, wait)
}

// server writes what the server counted.
func (t *Text) server(m *serverTimes) {
	t.line("  Server: ")
	if m.Success.Count == 0 {
		t.line("    Request count: 0")
		return
	}
	t.line("    Inference count: %d", m.Inferences)
	t.line("    Execution count: %d", m.Executions)
	input, infer, output := m.ComputeInput.Mean().Microseconds(), m.ComputeInfer.Mean().Microseconds(), m.ComputeOutput.Mean().Microseconds()
	total := fmt.Sprintf("    Avg request latency: %d usec (overhead %d usec + queue %d usec + ",
		m.Success.Mean().Microseconds(), m.overhead().Microseconds(), m.Queue.Mean().Microseconds())
	compute := fmt.Sprintf("compute input %d usec + compute infer %d usec + compute output %d usec)", input, infer, output)
	if !m.caches() {
		t.line("    Successful request count: %d", m.Success.Count)
		t.line("%s%s", total, compute)
		return
	}
	t.line("    Cache hit count: %d", m.CacheHit.Count)
	t.line("    Cache miss count: %d", m.CacheMiss.Count)
	t.line("    Successful request count: %d", m.Success.Count)
	t.line("%scache hit/miss %d usec)", total, m.cached.Microseconds())
	t.line("      Average Cache Hit Latency: %d usec", m.CacheHit.Mean().Microseconds())
	miss := m.CacheMiss.Mean().Microseconds()
	t.line("      Average Cache Miss Latency: %d usec (cache lookup/insertion %d usec + %s", miss+input+infer+output, miss, compute)
}

// gpus writes the gauges of the server's GPUs.
func (t *Text) gpus(list []load.GPUUsage) {
	if len(list) == 0 {
		return
	}
	t.line("  Server Prometheus Metrics: ")
	for _, gauge := range []struct {
		name string
		of   func(*load.GPUUsage) string
	}{
		{"Avg GPU Utilization", func(g *load.GPUUsage) string { return t.number(100*g.MeanUtilization) + "%" }},
		{"Avg GPU Power Usage", func(g *load.GPUUsage) string { return t.number(g.MeanPowerWatts) + " watts" }},
		{"Max GPU Memory Usage", func(g *load.GPUUsage) string { return bytesOf(g.MaxMemoryUsedBytes) + " bytes" }},
		{"Total GPU Memory", func(g *load.GPUUsage) string { return bytesOf(g.MemoryTotalBytes) + " bytes" }},
	} {
		t.line("    %s:", gauge.name)
		for i := range list {
			t.line("      %s : %s", list[i].UUID, gauge.of(&list[i]))
		}
	}
}

// bytesOf writes a number of bytes without an exponent.
func bytesOf(v float64) string { return fmt.Sprintf("%.0f", v) }
