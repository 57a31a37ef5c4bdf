package inspect

import (
	"encoding/json"
	"io"

	"github.com/trtbench/trtbench/record"
)

// Schema names the JSON form of a document; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.inspect"
	SchemaVersion = 1
)

// Kind tells what a file is.
type Kind string

// The kinds of files.
const (
	KindEngine    Kind = "engine"           // built by TensorRT
	KindSimulated Kind = "simulated engine" // a plan for the simulated device
	KindONNX      Kind = "onnx"
)

// Document is what is known about one file. Of Engine and ONNX one is set.
type Document struct {
	Kind   Kind         `json:"kind"`
	File   record.Model `json:"file"` // of a model with weights in other files, the hash covers them
	Engine *Engine      `json:"engine,omitempty"`
	ONNX   *Model       `json:"onnx,omitempty"`
	Notes  []string     `json:"notes,omitempty"` // what is not known, and what it would take to know it
}

// WriteJSON writes the document, indented.
func (d *Document) WriteJSON(w io.Writer) error {
	return writeJSON(w, struct {
		Schema  string `json:"schema"`
		Version int    `json:"version"`
		*Document
	}{Schema, SchemaVersion, d})
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
