package gpuverify

import (
	"encoding/json"
	"io"
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// Schema names the JSON form of an Evidence; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.evidence"
	SchemaVersion = 1
)

// Evidence is what a verification leaves behind. It is complete unless Interrupted or Failure says why it is not.
type Evidence struct {
	Schema      string             `json:"schema"`
	Version     int                `json:"version"`
	Started     time.Time          `json:"started"`
	Finished    time.Time          `json:"finished"`
	Argv        []string           `json:"argv"`
	Environment record.Environment `json:"environment"` // host and program, the commit among it
	Driver      string             `json:"driver,omitempty"`
	Simulated   bool               `json:"simulated"`        // no GPU stood behind any of it
	Quick       bool               `json:"quick,omitempty"`  // less was run, and shorter
	Tool        string             `json:"tool,omitempty"`   // that all ran under, as compute-sanitizer
	TimesJudged bool               `json:"times_are_judged"` // else a comparison of times that does not hold is noted only
	Interrupted bool               `json:"interrupted"`
	Failure     string             `json:"failure,omitempty"` // what ended the verification early

	Libraries  []Library  `json:"libraries"`
	Engines    []Engine   `json:"engines"`
	Runs       []RunRow   `json:"runs"`
	Rounds     []Rounds   `json:"rounds"`
	Capacities []Capacity `json:"capacities"`
	Checks     []Check    `json:"checks"`
}

// Library is a TensorRT that was verified, or one that was looked for in vain.
type Library struct {
	Major   int            `json:"major"`
	Version string         `json:"version,omitempty"`
	Path    string         `json:"path,omitempty"`
	CUDA    string         `json:"cuda,omitempty"` // version of the CUDA runtime
	Device  *record.Device `json:"device,omitempty"`
	Absent  string         `json:"absent,omitempty"` // why it was not verified
}

// Engine is an engine that was built.
type Engine struct {
	TensorRT   string       `json:"tensorrt"`
	Name       string       `json:"name"` // of the model
	Model      record.Model `json:"model"`
	PlanBytes  int64        `json:"plan_bytes"`
	PlanSHA256 string       `json:"plan_sha256"`
	Layers     int          `json:"layers"` // of the engine
	ParseMs    float64      `json:"parse_ms"`
	BuildMs    float64      `json:"build_ms"`
	CachedMs   float64      `json:"build_with_timing_cache_ms"` // of the same with every tactic known
	Warnings   []string     `json:"warnings,omitempty"`
}

// RunRow holds the figures of a run. Times are in ms; medians are those of trtexec's report.
type RunRow struct {
	TensorRT   string  `json:"tensorrt"`
	Engine     string  `json:"engine"`
	Batch      int     `json:"batch"`
	Mode       Mode    `json:"mode"`
	Inferences int     `json:"inferences"` // timed ones
	WallMs     float64 `json:"wall_ms"`
	Throughput float64 `json:"inferences_per_second"`
	SPS        float64 `json:"sps"` // seconds of audio a second
	LatencyMs  float64 `json:"latency_median_ms"`
	P99Ms      float64 `json:"latency_p99_ms"`
	EnqueueMs  float64 `json:"enqueue_median_ms"`
	H2DMs      float64 `json:"h2d_median_ms"`
	ComputeMs  float64 `json:"compute_median_ms"`
	D2HMs      float64 `json:"d2h_median_ms"`
}

// Rounds are the medians of runs that were done in turn to be compared, in ms.
type Rounds struct {
	TensorRT string      `json:"tensorrt"`
	Engine   string      `json:"engine"`
	Series   []Series    `json:"series"`
	Order    string      `json:"order"`
	Length   Millisecond `json:"length_ms"` // of each run
}

// Capacity is how many sessions a served engine holds in real time, and the figures at that number. Times are in ms.
type Capacity struct {
	TensorRT   string  `json:"tensorrt"`
	Engine     string  `json:"engine"`
	States     string  `json:"states"`    // on the device, or through the host
	Instances  int     `json:"instances"` // batches that run at once
	ChunkMs    float64 `json:"chunk_ms"`  // audio in a chunk
	LimitMs    float64 `json:"limit_ms"`  // of the chunk latency
	Percentile float64 `json:"percentile"`
	Holds      int     `json:"holds"`  // sessions; 0: none was found that hold
	Breaks     int     `json:"breaks"` // smallest number that does not; 0: the search ended before
	Limiting   string  `json:"limiting,omitempty"`
	SPS        float64 `json:"sps"`
	P50Ms      float64 `json:"p50_ms"` // of the chunk latency
	P95Ms      float64 `json:"p95_ms"`
	P99Ms      float64 `json:"p99_ms"`
	Batch      float64 `json:"mean_batch"`

	Telemetry *stream.Telemetry `json:"telemetry,omitempty"` // of the GPU
}

// Millisecond is a time that is written as a number of ms.
type Millisecond float64

// Series is one figure over the rounds.
type Series struct {
	Name   string    `json:"name"`
	Values []float64 `json:"values"`
}

// Status is the outcome of a check.
type Status string

// The outcomes. Noted is that of a comparison of times that does not hold where times are not judged.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Skipped Status = "skipped"
	Noted   Status = "noted"
)

// Check is something that must hold.
type Check struct {
	Name     string   `json:"name"`    // stable
	Subject  string   `json:"subject"` // what was looked at, as "TensorRT 10.15.1, streaming_acoustic"
	Status   Status   `json:"status"`
	Requires string   `json:"requires"` // in words, with the tolerance
	Figures  []Figure `json:"figures,omitempty"`
	Reasons  []string `json:"reasons,omitempty"` // of a failure, each with its place; why it was skipped
}

// Figure is a number that a check looked at.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"`
}

// Count returns how many checks have an outcome.
func (e *Evidence) Count(s Status) int {
	n := 0
	for i := range e.Checks {
		if e.Checks[i].Status == s {
			n++
		}
	}
	return n
}

// Complete reports whether everything was done that was planned.
func (e *Evidence) Complete() bool { return !e.Interrupted && e.Failure == "" }

// WriteJSON writes the evidence, indented.
func (e *Evidence) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(e)
}
