package loadreport

import (
	"encoding/json"
	"io"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// Schema names the JSON report; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.load"
	SchemaVersion = 1
)

// Document is the JSON report of a load test. Times are in nanoseconds, rates per second.
type Document struct {
	Schema   string          `json:"schema"`
	Version  int             `json:"version"`
	Head     *record.Head    `json:"run"`
	Settings *load.Settings  `json:"settings"`
	Points   []DocumentPoint `json:"points"`
	// Best is the place of the highest level that passed in Points, -1 when none did.
	Best int `json:"best"`
	// Ended says why levels that were asked for are missing.
	Ended *record.Reason `json:"ended,omitempty"`
}

// DocumentPoint is one level.
type DocumentPoint struct {
	*load.Point
	Figures *load.Figures         `json:"figures"` // null when the run ended before the level had a window
	SPS     *float64              `json:"sps,omitempty"`
	Server  *load.ModelStatistics `json:"server,omitempty"` // what it counted in the windows of the figures
	Batch   float64               `json:"mean_batch,omitempty"`
	GPUs    []load.GPUUsage       `json:"gpus,omitempty"`
	// Compat are perf_analyzer's figures of the same requests.
	Compat *load.CompatFigures `json:"perf_analyzer,omitempty"`
}

// Document builds the JSON report.
func (r *Report) Document() *Document {
	rec := r.Recording
	d := &Document{Schema: Schema, Version: SchemaVersion, Head: &rec.Head, Settings: &rec.Settings, Points: []DocumentPoint{}, Best: rec.Best(), Ended: rec.Ended}
	for i := range r.Points {
		point := &r.Points[i]
		p := DocumentPoint{Point: point.Point, Figures: point.Figures, GPUs: point.GPUs()}
		if served, known := point.Served(); known {
			p.Server, p.Batch = &served, served.MeanBatch()
		}
		if point.Figures != nil && rec.Settings.ChunkDuration > 0 {
			sps := point.Figures.SPS(rec.Settings.ChunkDuration)
			p.SPS = &sps
		}
		if figures, err := rec.CompatFigures(i); err == nil {
			p.Compat = figures
		}
		d.Points = append(d.Points, p)
	}
	return d
}

// Write writes the document, indented.
func (d *Document) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}
