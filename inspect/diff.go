package inspect

import (
	"fmt"
	"io"

	"github.com/trtbench/trtbench/record"
)

// DiffSchema names the JSON form of a comparison; its version grows with [SchemaVersion].
const DiffSchema = "trtbench.inspect.diff"

// Result is what a comparison of two files comes to.
type Result string

// The results of comparisons.
const (
	Identical     Result = "identical"      // the files are the same, byte for byte
	SameStructure Result = "same structure" // other bytes, as other weights, but all that is compared is alike
	Different     Result = "different"
)

// Diff says how file B differs from file A.
type Diff struct {
	Result   Result    `json:"result"`
	A        Side      `json:"a"`
	B        Side      `json:"b"`
	Sections []Section `json:"sections"`
	Notes    []string  `json:"notes,omitempty"`
}

// Side is one of two files that are compared.
type Side struct {
	Kind Kind         `json:"kind"`
	File record.Model `json:"file"`
}

// Section compares things of one sort, as layers.
type Section struct {
	Name  string `json:"name"`
	Alike int    `json:"alike"`           // things that are the same in both files
	Items []Item `json:"items,omitempty"` // those that are not: first what changed or was removed, in the order of A
}

// State says what became of a thing.
type State string

// The states of things that differ.
const (
	Added   State = "added" // in B only
	Removed State = "removed"
	Changed State = "changed"
)

// Item is a thing that differs.
type Item struct {
	State   State    `json:"state"`
	Name    string   `json:"name"`
	NameInB string   `json:"name_in_b,omitempty"` // where it is another: found by what it came from
	Changes []Change `json:"changes"`             // of what is added or removed, all properties
}

// Change is a property that differs. It is empty on the side that lacks it.
type Change struct {
	What    string   `json:"what,omitempty"` // empty where the thing has this property only
	A       string   `json:"a"`
	B       string   `json:"b"`
	Percent *float64 `json:"percent,omitempty"` // of a number: how much more B is
}

// Compare compares two files of one kind. The error of files that cannot be compared says why.
func Compare(a, b *Document) (*Diff, error) {
	d := &Diff{A: Side{a.Kind, a.File}, B: Side{b.Kind, b.File}, Sections: []Section{}}
	identical := a.File.SHA256 == b.File.SHA256
	switch {
	case (a.ONNX == nil) != (b.ONNX == nil):
		return nil, fmt.Errorf("inspect: %s is of kind %s and %s of kind %s; expected two engines or two ONNX models",
			a.File.Path, a.Kind, b.File.Path, b.Kind)
	case a.ONNX != nil:
		d.models(a.ONNX, b.ONNX)
	case a.Engine.Read != nil && b.Engine.Read != nil:
		d.engines(a, b)
	case !identical:
		return nil, fmt.Errorf("inspect: %s and %s: their layers can only be compared by a TensorRT that reads both", a.File.Path, b.File.Path)
	}
	d.Result = SameStructure
	if identical {
		d.Result = Identical
	}
	for _, s := range d.Sections {
		if len(s.Items) > 0 {
			d.Result = Different
		}
	}
	return d, nil
}

// WriteJSON writes the comparison, indented.
func (d *Diff) WriteJSON(w io.Writer) error {
	return writeJSON(w, struct {
		Schema  string `json:"schema"`
		Version int    `json:"version"`
		*Diff
	}{DiffSchema, SchemaVersion, d})
}
