package streamreport

import (
	"encoding/json"
	"io"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// Schema names the JSON report; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.stream"
	SchemaVersion = 1
)

// Document is the JSON report. Times are in nanoseconds, rates per second.
type Document struct {
	Schema  string        `json:"schema"`
	Version int           `json:"version"`
	Runs    []DocumentRun `json:"runs"`
	Taxes   []Tax         `json:"server_tax"`
}

// DocumentRun is one server that was measured.
type DocumentRun struct {
	Name     string           `json:"name"`
	Kind     Kind             `json:"kind"`
	Head     *record.Head     `json:"run"`
	Settings *stream.Settings `json:"settings"`
	Result   *stream.Result   `json:"result"` // null without a search
	Best     int              `json:"best"`   // place in Points of the one that stands for the run, -1 when nothing was measured
	Points   []DocumentPoint  `json:"points"`
}

// DocumentPoint is one number of sessions.
type DocumentPoint struct {
	*stream.Point
	Figures *stream.Figures `json:"figures"` // null when nothing was measured
}

// Document builds the JSON report.
func (r *Report) Document() *Document {
	d := &Document{Schema: Schema, Version: SchemaVersion, Runs: []DocumentRun{}, Taxes: append([]Tax{}, r.Taxes()...)}
	for i := range r.Runs {
		run := &r.Runs[i]
		rec := run.Recording
		out := DocumentRun{Name: run.Name, Kind: run.Kind, Head: &rec.Head, Settings: &rec.Settings, Result: rec.Result, Best: run.shown(), Points: []DocumentPoint{}}
		for k := range rec.Points {
			out.Points = append(out.Points, DocumentPoint{&rec.Points[k], run.Figures[k]})
		}
		d.Runs = append(d.Runs, out)
	}
	return d
}

// Write writes the document, indented.
func (d *Document) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}
