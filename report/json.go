package report

import (
	"encoding/json"
	"io"
	"math"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// Schema names the JSON report; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.report"
	SchemaVersion = 1
)

// Document is the JSON report of one run: named fields instead of lines to be parsed. Times are in milliseconds.
type Document struct {
	Schema   string          `json:"schema"`
	Version  int             `json:"version"`
	Head     *record.Head    `json:"run,omitempty"`
	Settings *bench.Settings `json:"settings,omitempty"`
	// Source says where the figures come from when there is no Head: they were imported.
	Source *record.Description `json:"source,omitempty"`

	Percentiles []float32 `json:"percentiles"` // those asked for
	Summary     Figures   `json:"summary"`
	Chunks      *Chunks   `json:"chunks,omitempty"`

	Analysis     *bench.Analysis `json:"analysis,omitempty"`         // of a recording
	OneAtATimeMs *Distribution   `json:"one_at_a_time_ms,omitempty"` // host latency at depth 1, where it was measured

	OneAtATimeDeadline *bench.Deadline `json:"one_at_a_time_deadline,omitempty"`
}

// SetOneAtATime adds the host latency with one inference at a time.
func (d *Document) SetOneAtATime(m *bench.Metric) { d.OneAtATimeMs = newDistribution(m) }

// Figures are the figures of a summary. Metrics of stages that were not measured are absent.
type Figures struct {
	WarmUpQueries  int             `json:"warm_up_queries"`
	WarmUpMs       float32         `json:"warm_up_ms"`
	Queries        int             `json:"queries"`
	Inferences     int             `json:"inferences"`
	WallMs         float32         `json:"wall_ms"`
	ThroughputQPS  *float32        `json:"throughput_qps"` // null when the wall time is too short to tell
	ComputeTotalMs float32         `json:"compute_total_ms"`
	LatencyMs      *Distribution   `json:"latency_ms"`
	EnqueueMs      *Distribution   `json:"enqueue_ms,omitempty"`
	H2DMs          *Distribution   `json:"h2d_ms,omitempty"`
	ComputeMs      *Distribution   `json:"compute_ms,omitempty"`
	D2HMs          *Distribution   `json:"d2h_ms,omitempty"`
	Averages       []bench.Average `json:"averages,omitempty"`
	Warnings       []bench.Warning `json:"warnings,omitempty"`
}

// Distribution is a metric as it stands in the JSON report.
type Distribution struct {
	Min         float32       `json:"min"`
	Max         float32       `json:"max"`
	Mean        float32       `json:"mean"`
	Median      float32       `json:"median"`
	Percentiles []float32     `json:"percentiles"`          // in the order of Document.Percentiles
	CVPercent   *float32      `json:"cv_percent,omitempty"` // absent when the mean is 0 or it is not known
	Robust      *bench.Robust `json:"robust,omitempty"`     // absent when single inferences are not known
}

// NewDocument builds the JSON report. head, settings and chunks may be nil for a trace that is no recording.
func NewDocument(head *record.Head, settings *bench.Settings, s *bench.Summary, percentiles []float32, chunks *Chunks, source *record.Description) *Document {
	when := func(stage record.Stage, m *bench.Metric) *Distribution {
		if !source.Measures(stage) {
			return nil
		}
		return newDistribution(m)
	}
	var imported *record.Description
	if head == nil {
		imported = source
	}
	return &Document{
		Source: imported,
		Schema: Schema, Version: SchemaVersion,
		Head: head, Settings: settings, Percentiles: percentiles, Chunks: chunks,
		Summary: Figures{
			WarmUpQueries: s.WarmUpQueries, WarmUpMs: s.WarmUpMs, Queries: s.Queries, Inferences: s.Inferences,
			WallMs: s.WallMs, ThroughputQPS: finite(s.ThroughputQPS), ComputeTotalMs: s.ComputeTotalMs,
			LatencyMs: newDistribution(&s.Latency),
			EnqueueMs: when(record.StageEnqueue, &s.Enqueue),
			H2DMs:     when(record.StageH2D, &s.H2D),
			ComputeMs: when(record.StageCompute, &s.Compute),
			D2HMs:     when(record.StageD2H, &s.D2H),
			Averages:  s.Averages, Warnings: s.Warnings,
		},
	}
}

func newDistribution(m *bench.Metric) *Distribution {
	d := &Distribution{Min: m.Min, Max: m.Max, Mean: m.Mean, Median: m.Median, Percentiles: m.Percentiles}
	if len(m.Robust.Quantiles) > 0 {
		d.Robust = &m.Robust
	}
	d.CVPercent = finite(m.CVPercent)
	return d
}

// finite returns a number that JSON can hold, or nil.
func finite(v float32) *float32 {
	if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) {
		return nil
	}
	return &v
}

// Write writes the document, indented.
func (d *Document) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}
