package gpuverify

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/telemetry"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample is evidence that nobody has: something of everything that a page can show.
func sample() *Evidence {
	began := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	return &Evidence{
		Schema: Schema, Version: SchemaVersion, Started: began, Finished: began.Add(5 * time.Minute), Argv: []string{"trtbench", "verify", "--onnx=model.onnx"},
		Environment: record.Environment{OS: "linux", Arch: "amd64", Kernel: "6.1", CPU: "A CPU", CPUs: 16, Go: "go1.26", Build: record.Build{Version: "v0.1.0", Revision: "abc123", Modified: true}},
		Driver:      "575.1", TimesJudged: true,
		Libraries: []Library{
			{Major: 10, Version: "10.15.1", Path: "/lib/libnvinfer.so.10", CUDA: "12.9", Device: &record.Device{
				Kind: record.GPU, Name: "A GPU", UUID: "GPU-1", ComputeCapability: "9.0", MemoryBytes: 80 << 30, SMs: 132, ClockMHz: 1980, DriverVersion: "13.0",
			}},
			{Major: 11, Absent: "find TensorRT: not here\ntried: everywhere"},
		},
		Engines: []Engine{{TensorRT: "10.15.1", Name: "streaming_acoustic", Model: record.Model{Bytes: 170_000, SHA256: strings.Repeat("a1", 32)}, PlanBytes: 400_000, Layers: 30, ParseMs: 5.25, BuildMs: 12345.6, CachedMs: 700, Warnings: []string{"a | warning\nof two lines"}}},
		Runs: []RunRow{{TensorRT: "10.15.1", Engine: "streaming_acoustic", Batch: 4, Mode: pipelined, Inferences: 1000, WallMs: 100, Throughput: 10000, SPS: 12000.4,
			LatencyMs: 0.18251, P99Ms: 0.2, EnqueueMs: 0.0101, H2DMs: 0.05, ComputeMs: 0.12, D2HMs: 0.01251}},
		Rounds: []Rounds{{TensorRT: "10.15.1", Engine: "streaming_acoustic", Order: "in turn", Length: 500, Series: []Series{{"graph: compute", []float64{0.12, 0.1212345}}, {"no graph: compute", []float64{0.13, 0.1312345}}}}},
		Capacities: []Capacity{
			{TensorRT: "10.15.1", Engine: "streaming_acoustic", States: "on the device", Instances: 2, ChunkMs: 300, LimitMs: 100, Percentile: 99, Holds: 9000, Breaks: 9300,
				Limiting: "compute", SPS: 8991.25, P50Ms: 21.5, P95Ms: 60, P99Ms: 91.25, Batch: 15.5, Telemetry: &stream.Telemetry{JoulesPerAudioHour: 120.25, Usage: telemetry.Usage{
					Utilization: &telemetry.Range{Mean: 97.5}, EnergyJoules: 3000, EnergySeconds: 10, EnergySource: telemetry.EnergyCounter,
				}}},
			{TensorRT: "10.15.1", Engine: "streaming_acoustic", States: "through the host", Instances: 2, ChunkMs: 300, LimitMs: 100, Percentile: 99},
		},
		Checks: []Check{
			{Name: "lanes", Subject: "one", Status: Passed, Requires: "every lane does its share", Figures: []Figure{{"runs", 192, ""}, {"worst", 1.25e-7, "ms"}}},
			{Name: "lanes", Subject: "two", Status: Failed, Requires: "every lane does its share", Reasons: []string{"lane 1\nhas none", "and 3 more"}},
			{Name: "outputs-of-onnxruntime", Subject: "one", Status: Skipped, Requires: "the outputs are those of ONNX Runtime: within 0.1·|reference|", Reasons: []string{"no library"}},
		},
	}
}

func TestPage(t *testing.T) {
	sim := sample()
	sim.Simulated, sim.Quick, sim.Interrupted, sim.Tool, sim.Failure = true, true, true, "compute-sanitizer", "the device is lost"
	sim.Libraries, sim.Engines, sim.Runs, sim.Rounds, sim.Driver = nil, nil, nil, nil, ""
	sim.Checks = []Check{{Name: "repeat-compute", Subject: "one", Status: Noted, Requires: "it lies within", Reasons: []string{"it does not"}}}
	for name, e := range map[string]*Evidence{"gpu": sample(), "simulated": sim} {
		t.Run(name, func(t *testing.T) {
			var text strings.Builder
			require.NoError(t, WritePage(&text, e))
			golden := "testdata/" + name + ".golden.md"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), text.String())
		})
	}
}

func TestEvidenceAsJSON(t *testing.T) {
	var text strings.Builder
	require.NoError(t, sample().WriteJSON(&text))
	var back Evidence
	decoder := json.NewDecoder(strings.NewReader(text.String()))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&back))
	assert.Equal(t, *sample(), back)
	assert.Contains(t, text.String(), `"mode": {`)
	assert.Contains(t, text.String(), `|reference|`)
}

func TestModeInWords(t *testing.T) {
	assert.Equal(t, "compat 11, transfers, graph, spin, 2 in flight, 2 streams, one thread", pipelined.String())
	assert.Equal(t, "compat 10, no transfers, no graph, block, 1 in flight, 1 streams, threads", Mode{Compat: bench.Compat10, Slots: 1, Lanes: 1, Threads: true}.String())
}
