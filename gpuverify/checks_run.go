package gpuverify

import (
	"fmt"
	"math"
	"slices"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/report"
)

// measured is a run beside what was asked for and what the reports make of it.
type measured struct {
	mode      Mode
	batch     int
	recording *bench.Recording
	summary   *bench.Summary
	chunks    report.Chunks
}

// timed are the samples that count.
func (m *measured) timed() []bench.Sample {
	return m.recording.Samples[bench.FirstTimed(m.recording, m.recording.Settings.WarmUp):]
}

// lanes returns the samples of each lane in the order of their computation.
func (m *measured) lanes() [][]bench.Sample {
	lanes := make([][]bench.Sample, m.mode.Lanes)
	for _, s := range m.recording.Samples {
		if 0 <= s.Lane && int(s.Lane) < len(lanes) {
			lanes[s.Lane] = append(lanes[s.Lane], s)
		}
	}
	return lanes
}

// finding is what a rule says about a run: how far the worst place is from what it should be, in the unit of the rule, and what
// does not hold, if anything.
type finding struct {
	worst float64
	fault string
}

// worse notes how far a place is off. NaN is as far as it gets.
func (f *finding) worse(off, tolerance float64, format string, args ...any) {
	if math.IsNaN(off) {
		off = math.MaxFloat32
	}
	f.worst = max(f.worst, off)
	if off > tolerance && f.fault == "" {
		f.fault = fmt.Sprintf(format, args...)
	}
}

// Clocks. An event of the device is stamped with a resolution of about 0.5 µs, and a position is kept in single precision.
const (
	eventMs   = 0.0005
	betweenMs = 2 * eventMs // of two events
)

// positionMs is how far two positions near p may be off.
func positionMs(p float64) float64 { return betweenMs + 2*math.Abs(p)/(1<<23) }

// relative is the tolerance of a figure that is computed in single precision from n numbers, one after the other.
func relative(n int) float64 { return float64(n+4) / (1 << 24) }

// rule is something that must hold in every run.
type rule struct {
	name     string
	requires string
	worst    string // what worst measures
	unit     string
	check    func(*measured) finding
}

// rules are all of them.
var rules = []rule{
	{"settings", "a run is what it was asked to be: generation, transfers, graph, waiting, inferences in flight, streams, threads; it lasts as long as asked and makes as many rounds", "rounds or ms missing", "", checkSettings},
	{"stages", "every stage takes a finite time of 0 or more; copies take time exactly when there are transfers", "samples that do not", "", checkStages},
	{"latency-sum", "latency = h2d + compute + d2h: in each sample to 1 of 2^22, and the report's means, shortest and longest to single precision of a sum of all", "relative difference", "", checkLatencySum},
	{"event-order", "copies in end before the computation starts, which ends before the copies out start, and a lane does one inference after the other, to the resolution of two events (0.001 ms) and of a position in single precision", "overlap", "ms", checkEventOrder},
	{"compute-within-wall", "the computations of a lane, and the device's time from start to end, fit into the wall time of the host's clock, to 0.001 ms for each inference and 0.1 % between the clocks", "excess", "ms", checkWall},
	{"lanes", "every lane does its share, the same for all with one thread; their compute times add up to the report's total to single precision", "relative difference", "", checkLanes},
	{"enqueue", "the host is done with queueing one inference before it queues the next on the same thread", "overlap", "ms", checkEnqueue},
	{"throughput", "inferences a second = timed inferences / (end of the last that started − first start), to 1 of 2^20", "relative difference", "", checkThroughput},
	{"sps", "seconds of audio a second = timed inferences · batch · 0.3 s / (end of the last that started − first start), to 1 of 2^20", "relative difference", "", checkSPS},
}

func checkSettings(m *measured) (f finding) {
	s := &m.recording.Settings
	got := Mode{s.Compat, s.Transfers, s.Graph, s.Spin, s.Slots, s.Lanes, s.Threads}
	if got != m.mode {
		f.worse(1, 0, "ran with %v", got)
	}
	least := s.Iterations
	if m.mode.Compat == bench.Compat11 {
		least++
	}
	for lane, samples := range m.lanes() {
		f.worse(float64(least-len(samples)), 0, "lane %d has %d inferences; expected at least %d", lane, len(samples), least)
	}
	if n := len(m.recording.Samples); n > 0 {
		took := m.recording.Finished.Sub(m.recording.Started)
		f.worse((s.Duration-took).Seconds()*1e3, 0, "took %v; expected at least %v", took, s.Duration)
	}
	return f
}

func checkStages(m *measured) (f finding) {
	bad := 0.0
	for _, s := range m.timed() {
		fault := ""
		for _, t := range []float32{s.H2D, s.Compute, s.D2H, s.ComputeStart} {
			if !(t >= 0) || math.IsInf(float64(t), 0) {
				fault = fmt.Sprintf("a stage takes %v ms", t)
			}
		}
		if copies := s.H2D > 0 && s.D2H > 0; m.mode.Transfers && !copies || !m.mode.Transfers && (s.H2D != 0 || s.D2H != 0) {
			fault = fmt.Sprintf("copies take %v ms in and %v ms out", s.H2D, s.D2H)
		}
		if s.Compute == 0 {
			fault = "the computation takes no time"
		}
		if fault != "" {
			bad++
			f.worse(bad, 0, "at %.3f ms: %s", s.ComputeStart, fault)
		}
	}
	return f
}

func checkLatencySum(m *measured) (f finding) {
	samples := m.timed()
	low, high, sum := math.Inf(1), 0.0, 0.0
	for i, s := range samples {
		latency := float64(s.H2D) + float64(s.Compute) + float64(s.D2H)
		told := float64(m.recording.Timing(len(m.recording.Samples) - len(samples) + i).Latency())
		f.worse(off(told, latency), 1.0/(1<<22), "at %.3f ms: latency is %v ms, its parts add up to %v ms", s.ComputeStart, told, latency)
		low, high, sum = min(low, latency), max(high, latency), sum+latency
	}
	n := len(samples)
	for _, c := range []struct {
		name       string
		told, want float64
	}{
		{"mean", float64(m.summary.Latency.Mean), sum / float64(n)},
		{"mean of the parts", float64(m.summary.H2D.Mean) + float64(m.summary.Compute.Mean) + float64(m.summary.D2H.Mean), sum / float64(n)},
		{"shortest", float64(m.summary.Latency.Min), low},
		{"longest", float64(m.summary.Latency.Max), high},
	} {
		f.worse(off(c.told, c.want), relative(n), "%s of the latency is %v ms in the report and %v ms in the samples", c.name, c.told, c.want)
	}
	return f
}

// off is the relative difference of two numbers.
func off(a, b float64) float64 {
	if a == b {
		return 0
	}
	return math.Abs(a-b) / max(math.Abs(a), math.Abs(b))
}

func checkEventOrder(m *measured) (f finding) {
	for lane, samples := range m.lanes() {
		var before bench.Positions
		for i := range samples {
			s := &samples[i]
			f.worse(-float64(s.H2DToCompute), betweenMs, "lane %d at %.3f ms: computes %v ms before its inputs are there", lane, s.ComputeStart, -s.H2DToCompute)
			f.worse(-float64(s.ComputeToD2H), betweenMs, "lane %d at %.3f ms: copies out %v ms before the end of the computation", lane, s.ComputeStart, -s.ComputeToD2H)
			p := s.Positions()
			if i > 0 {
				tolerance := positionMs(float64(p.D2HEnd))
				f.worse(float64(before.ComputeEnd-p.ComputeStart), tolerance, "lane %d at %.3f ms: computes before the inference ahead has ended, at %.3f ms", lane, p.ComputeStart, before.ComputeEnd)
				if m.mode.Transfers {
					f.worse(float64(before.H2DEnd-p.H2DStart), tolerance, "lane %d at %.3f ms: copies in before those of the inference ahead have ended, at %.3f ms", lane, p.H2DStart, before.H2DEnd)
					f.worse(float64(before.D2HEnd-p.D2HStart), tolerance, "lane %d at %.3f ms: copies out before those of the inference ahead have ended, at %.3f ms", lane, p.D2HStart, before.D2HEnd)
				}
			}
			before = p
		}
	}
	return f
}

func checkWall(m *measured) (f finding) {
	host := m.recording.Finished.Sub(m.recording.Started).Seconds() * 1e3
	var first, last float64
	first = math.Inf(1)
	for lane, samples := range m.lanes() {
		if len(samples) == 0 {
			continue
		}
		compute := 0.0
		for i := range samples {
			compute += float64(samples[i].Compute)
		}
		from, to := samples[0].Positions(), samples[len(samples)-1].Positions()
		span := float64(to.ComputeEnd) - float64(from.ComputeStart)
		tolerance := float64(len(samples))*betweenMs + positionMs(float64(to.D2HEnd))
		f.worse(compute-span, tolerance, "lane %d computes %.3f ms within %.3f ms", lane, compute, span)
		first, last = min(first, float64(from.H2DStart)), max(last, float64(to.D2HEnd))
	}
	if len(m.recording.Samples) > 0 {
		f.worse(last-first-host, 0.1+host/1000, "the device was at work for %.3f ms and the host saw %.3f ms", last-first, host)
	}
	return f
}

func checkLanes(m *measured) (f finding) {
	lanes := m.lanes()
	total := 0
	for lane, samples := range lanes {
		total += len(samples)
		if len(samples) == 0 || !m.mode.Threads && len(samples) != len(lanes[0]) {
			f.worse(1, 0, "lane %d has %d inferences, lane 0 has %d", lane, len(samples), len(lanes[0]))
		}
	}
	if n := len(m.recording.Samples); total != n {
		f.worse(1, 0, "%d of %d inferences belong to a lane", total, n)
	}
	sum := 0.0
	for _, s := range m.timed() {
		sum += float64(s.Compute)
	}
	told := float64(m.summary.ComputeTotalMs)
	f.worse(off(told, sum), relative(m.summary.Inferences), "the lanes compute for %v ms and the report says %v ms", sum, told)
	return f
}

func checkEnqueue(m *measured) (f finding) {
	threads := [][]bench.Sample{slices.Clone(m.recording.Samples)}
	if m.mode.Threads {
		threads = m.lanes()
	}
	for thread, samples := range threads {
		slices.SortStableFunc(samples, func(a, b bench.Sample) int { return int(a.EnqueueStart - b.EnqueueStart) })
		for i, s := range samples {
			f.worse(float64(s.EnqueueStart-s.EnqueueEnd)/1e6, 0, "thread %d: an inference is queued before it was begun", thread)
			if i > 0 {
				early := float64(samples[i-1].EnqueueEnd-s.EnqueueStart) / 1e6
				f.worse(early, 0, "thread %d: an inference is begun to be queued %v ms before the one ahead was", thread, early)
			}
		}
	}
	return f
}

// wallMs is the time from the first start to the end of the inference that started last, as trtexec counts it.
func (m *measured) wallMs() float64 {
	samples := m.timed()
	first, last := samples[0].Positions(), samples[len(samples)-1].Positions()
	return float64(last.D2HEnd) - float64(first.H2DStart)
}

// wallTolerance is that of a figure divided by the wall time, which is the difference of two positions in single precision.
func (m *measured) wallTolerance() float64 {
	wall := m.wallMs()
	samples := m.timed()
	return 1.0/(1<<20) + 2*float64(samples[len(samples)-1].Positions().D2HEnd)/(1<<23)/wall
}

func checkThroughput(m *measured) (f finding) {
	want := float64(len(m.timed())) / m.wallMs() * 1e3
	told := float64(m.summary.ThroughputQPS)
	f.worse(off(told, want), m.wallTolerance(), "the report says %v inferences a second and the samples %v", told, want)
	return f
}

func checkSPS(m *measured) (f finding) {
	want := float64(len(m.timed())*m.batch) * chunkDuration.Seconds() / m.wallMs() * 1e3
	f.worse(off(m.chunks.SPS, want), m.wallTolerance(), "the report says %v and the samples %v", m.chunks.SPS, want)
	return f
}
