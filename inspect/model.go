package inspect

import (
	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/record"
)

// Model is what is known about an ONNX model.
type Model struct {
	IRVersion       int64       `json:"ir_version"`
	Producer        string      `json:"producer,omitempty"`
	ProducerVersion string      `json:"producer_version,omitempty"`
	Domain          string      `json:"domain,omitempty"`
	ModelVersion    int64       `json:"model_version,omitempty"`
	Doc             string      `json:"doc,omitempty"`
	Graph           string      `json:"graph,omitempty"` // name of the main graph
	Opsets          []Opset     `json:"opsets"`
	Inputs          []Value     `json:"inputs"`
	Outputs         []Value     `json:"outputs"`
	Parameters      []Parameter `json:"parameters"` // a sum for each type, that which takes most first
	External        []External  `json:"external_files,omitempty"`
	Operators       []Operator  `json:"operators"` // the most frequent first; bodies of nodes and functions are counted, too
	Functions       []string    `json:"functions,omitempty"`
	Metadata        []Property  `json:"metadata,omitempty"`
	Nodes           []Node      `json:"nodes"` // of the main graph

	initializers []onnx.Parameter // of the main graph, for a comparison
}

// Opset is a set of operators that a model uses.
type Opset struct {
	Domain  string `json:"domain"`
	Version int64  `json:"version"`
}

// Value is an input or output of a model.
type Value struct {
	Name string `json:"name"`
	Type string `json:"type"`  // "float32", or of what is no tensor, "sequence of float32"
	Dims []any  `json:"shape"` // sizes; names of free dimensions; null where there is no name. null when the rank is not known
	text string // the shape
}

// Parameter is what the parameters of one type come to: initializers and constants.
type Parameter struct {
	Type     string `json:"type"`
	Tensors  int    `json:"tensors"`
	Elements int64  `json:"elements"`
	Bytes    int64  `json:"bytes"`
}

// External is a file with weights beside the model.
type External struct {
	Name    string `json:"name"` // relative to the folder of the model
	Bytes   int64  `json:"bytes"`
	Tensors int    `json:"tensors"` // that lie in it
}

// Operator is how often an operator is applied.
type Operator struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Property is a named text.
type Property struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Node is an operator that is applied.
type Node struct {
	Name     string   `json:"name,omitempty"`
	Operator string   `json:"operator"`
	Inputs   []string `json:"inputs"`
	Outputs  []string `json:"outputs"`
}

// NewModel describes an ONNX model. hash is that of [onnx.Model.Hash].
func NewModel(m *onnx.Model, hash string) *Document {
	d := &Model{
		IRVersion: m.IRVersion, Producer: m.Producer, ProducerVersion: m.ProducerVersion, Domain: m.Domain, ModelVersion: m.ModelVersion,
		Doc: m.Doc, Graph: m.Graph.Name, Inputs: values(m.Graph.Inputs), Outputs: values(m.Graph.Outputs),
		Opsets: []Opset{}, Parameters: []Parameter{}, Operators: []Operator{}, Nodes: []Node{},
		initializers: m.Graph.Initializers,
	}
	for _, o := range m.Opsets {
		d.Opsets = append(d.Opsets, Opset{o.Name(), o.Version})
	}
	for _, p := range m.ParameterSums() {
		d.Parameters = append(d.Parameters, Parameter{p.Type.String(), p.Tensors, p.Elements, p.Bytes})
	}
	for _, x := range m.External {
		d.External = append(d.External, External{x.Location, x.Bytes, x.Tensors})
	}
	for _, o := range m.Operators() {
		d.Operators = append(d.Operators, Operator{o.Operator, o.Count})
	}
	for i := range m.Functions {
		d.Functions = append(d.Functions, m.Functions[i].Domain+"."+m.Functions[i].Name)
	}
	for _, p := range m.Metadata {
		d.Metadata = append(d.Metadata, Property(p))
	}
	for i := range m.Graph.Nodes {
		n := &m.Graph.Nodes[i]
		d.Nodes = append(d.Nodes, Node{n.Name, n.Type(), append([]string{}, n.Inputs...), append([]string{}, n.Outputs...)})
	}
	return &Document{Kind: KindONNX, File: record.Model{Path: m.Path, Bytes: m.Bytes, SHA256: hash}, ONNX: d}
}

func values(list []onnx.Value) []Value {
	all := []Value{}
	for _, v := range list {
		value := Value{Name: v.Name, Type: v.Type.ElementText(), text: v.Type.Shape()}
		if v.Type.Ranked {
			value.Dims = []any{}
		}
		for _, d := range v.Type.Dims {
			switch {
			case d.Fixed():
				value.Dims = append(value.Dims, d.Size)
			case d.Name != "":
				value.Dims = append(value.Dims, d.Name)
			default:
				value.Dims = append(value.Dims, nil)
			}
		}
		all = append(all, value)
	}
	return all
}
