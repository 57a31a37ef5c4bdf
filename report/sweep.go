package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// SweepSchema names the JSON form of a sweep.
const SweepSchema = "trtbench.sweep"

// SweepDocument is the JSON report of a sweep.
type SweepDocument struct {
	Schema   string          `json:"schema"`
	Version  int             `json:"version"`
	Head     *record.Head    `json:"run,omitempty"` // of the first run of the first point
	Settings *bench.Settings `json:"settings,omitempty"`
	Rounds   int             `json:"rounds"`
	Points   []SweepPoint    `json:"points"`
}

// SweepPoint is a point of a sweep in the unit that a streaming service is planned in.
type SweepPoint struct {
	bench.PointFigures
	Shapes          []record.Tensor `json:"tensors"`
	Batch           int             `json:"chunks_per_inference"`
	ChunksPerSecond float64         `json:"chunks_per_second"`
	SPS             float64         `json:"sps,omitempty"` // seconds of audio a second, where the length of a chunk is known
}

// NewSweep builds the report of a sweep. chunk is the audio in one chunk, 0 when unknown. Points without timed inferences are an
// error, see [bench.PointResult.Figures].
func NewSweep(results []bench.PointResult, chunk time.Duration) (*SweepDocument, error) {
	doc := &SweepDocument{Schema: SweepSchema, Version: 1, Rounds: bench.SweepRounds, Points: []SweepPoint{}}
	for i := range results {
		figures, err := results[i].Figures()
		if err != nil {
			return nil, fmt.Errorf("report: sweep: %s: %w", results[i].Name, err)
		}
		r := results[i].Recordings[0]
		if doc.Head == nil {
			doc.Head, doc.Settings = &r.Head, &r.Settings
		}
		p := SweepPoint{PointFigures: *figures, Shapes: r.Description.Tensors, Batch: Batch(r.Description.Tensors)}
		p.ChunksPerSecond = p.Rate * float64(p.Batch)
		p.SPS = p.ChunksPerSecond * chunk.Seconds()
		doc.Points = append(doc.Points, p)
	}
	return doc, nil
}

// Write writes the document, indented.
func (d *SweepDocument) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// WriteText writes the sweep as a table, with where the figures come from above it.
func (d *SweepDocument) WriteText(log *Log) {
	Header(log, d.Head, d.Settings)
	log.Info("")
	log.Info("=== Sweep (%d interleaved rounds) ===", d.Rounds)
	sps := slices.ContainsFunc(d.Points, func(p SweepPoint) bool { return p.SPS > 0 })
	width := len("batch 1024")
	for _, p := range d.Points {
		width = max(width, len(p.Name))
	}
	line := fmt.Sprintf("%-*s %12s %12s %9s %12s %12s %12s", width, "", "inferences/s", "chunks/s", "spread", "compute p50", "latency p50", "latency p99")
	if sps {
		line += fmt.Sprintf(" %10s", "SPS")
	}
	log.Info("%s", line)
	uncertain := false
	for _, p := range d.Points {
		mark := ""
		if !p.P99Known {
			mark, uncertain = "*", true
		}
		line := fmt.Sprintf("%-*s %12s %12s %8.1f%% %12s %12s %12s", width, p.Name, Number(p.Rate), Number(p.ChunksPerSecond), p.spread(),
			Number(p.ComputeMs), Number(p.LatencyMs), Number(p.P99Ms)+mark)
		if sps {
			line += fmt.Sprintf(" %10s", Number(p.SPS))
		}
		log.Info("%s", line)
	}
	log.Info("Times in ms; spread is how far the rounds differ in inferences/s, from the slowest to the fastest.")
	if uncertain {
		log.Info("* too few inferences to know how precise this is")
	}
	log.Info("")
}

// spread returns how far the rates of the rounds differ, in percent of their median.
func (p *SweepPoint) spread() float64 {
	if p.Rate == 0 {
		return 0
	}
	return 100 * (slices.Max(p.Rates) - slices.Min(p.Rates)) / p.Rate
}
