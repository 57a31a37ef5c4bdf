package onnx

import (
	"strconv"
	"strings"
)

// Model is what an ONNX file says about itself. It is plain data: safe for concurrent reading, nothing to close.
type Model struct {
	Path            string // as it was given
	Bytes           int64  // size of the file itself
	IRVersion       int64  // version of the file format
	Producer        string // program that wrote the file
	ProducerVersion string
	Domain          string // of the model, in reverse DNS notation
	ModelVersion    int64
	Doc             string // what the author says
	Opsets          []Opset
	Metadata        []Property // in the order of the file
	Graph           Graph
	Functions       []Function // operators that the file itself defines
	External        []ExternalFile
}

// Opset is a set of operators that the model uses.
type Opset struct {
	Domain  string // empty for the operators of ONNX itself
	Version int64
}

// Name is the domain of the set; that of ONNX itself, which has none, is called "ai.onnx".
func (o Opset) Name() string { return domainName(o.Domain) }

// Property is a named text.
type Property struct{ Key, Value string }

// Graph is a list of operators with its inputs and outputs. The main graph has one, and so have the bodies of If, Loop and Scan.
type Graph struct {
	Name         string
	Inputs       []Value     // those that the caller must give: inputs with a default value are not among them
	Outputs      []Value     //
	Initializers []Parameter // tensors that the file holds, by name
	Nodes        []Node      // in the order of the file, which is one in which they can be run
}

// Value is an input or output.
type Value struct {
	Name string
	Type Type
}

// Kind tells tensors from what else can go into a model or come out.
type Kind string

// The kinds of values.
const (
	Tensor       Kind = "tensor"
	SparseTensor Kind = "sparse tensor"
	Sequence     Kind = "sequence"
	Map          Kind = "map"
	Optional     Kind = "optional"
	UnknownKind  Kind = "unknown" // the file does not say, or this package does not know
)

// Type is the type of a value.
type Type struct {
	Kind    Kind
	Element DataType // of a tensor; of a map, the type of its keys
	Ranked  bool     // whether the number of dimensions of the tensor is known
	Dims    []Dim    // of a tensor, where Ranked; none for a scalar
	Of      *Type    // what a sequence, map or optional holds; nil when the file does not say
}

// Dim is a dimension of a tensor: fixed, or free, with or without a name. Dimensions of one name are of one size.
type Dim struct {
	Size int64  // -1 where it is free
	Name string // of a free dimension, or empty
}

// Fixed reports whether the model decides the size.
func (d Dim) Fixed() bool { return d.Size >= 0 }

// String is the size, or the name of a free dimension, or "?".
func (d Dim) String() string {
	switch {
	case d.Fixed():
		return strconv.FormatInt(d.Size, 10)
	case d.Name != "":
		return d.Name
	}
	return "?"
}

// Shape writes the dimensions of a tensor: "[batch, 2400, 1]", "scalar", "unknown rank"; and nothing for what is no tensor.
func (t Type) Shape() string {
	switch {
	case t.Kind != Tensor && t.Kind != SparseTensor:
		return ""
	case !t.Ranked:
		return "unknown rank"
	case len(t.Dims) == 0:
		return "scalar"
	}
	texts := make([]string, len(t.Dims))
	for i, d := range t.Dims {
		texts[i] = d.String()
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// ElementText writes the type without the shape of a tensor: "float32", "sequence of float32", "map from int64 to float32".
func (t Type) ElementText() string {
	of := "unknown"
	if t.Of != nil {
		of = t.Of.ElementText()
	}
	switch t.Kind {
	case Tensor:
		return t.Element.String()
	case SparseTensor:
		return "sparse " + t.Element.String()
	case Sequence, Optional:
		return string(t.Kind) + " of " + of
	case Map:
		return "map from " + t.Element.String() + " to " + of
	}
	return "unknown"
}

// Parameter is a tensor whose elements the model brings along. They are not read.
type Parameter struct {
	Name     string
	Type     DataType
	Dims     []int64
	Sparse   bool
	External *External // nil when the elements are in the file itself
}

// Elements returns the number of elements: of a sparse tensor those that are stored. It is the largest number there is
// where the dimensions multiply to more.
func (p *Parameter) Elements() int64 {
	n := int64(1)
	for _, d := range p.Dims {
		n = saturatingProduct(n, max(d, 0))
	}
	return n
}

// Bytes returns what the elements take; 0 for strings and types that are not known.
func (p *Parameter) Bytes() int64 {
	bits := saturatingProduct(p.Elements(), int64(p.Type.Bits()))
	return bits/8 + min(bits%8, 1)
}

// External is a part of another file that holds the elements of a tensor.
type External struct {
	Location string // path of the file, relative to the folder of the model
	Offset   int64  // of the first byte
	Length   int64  // in bytes, -1 up to the end of the file
}

// ExternalFile is a file with weights beside the model.
type ExternalFile struct {
	Location string // relative to the folder of the model, as the model names it
	Path     string // where it is
	Bytes    int64  // size of the file
	Tensors  int    // how many tensors lie in it
}

// Node is an operator that is applied.
type Node struct {
	Name      string // may be empty
	Operator  string
	Domain    string // of the operator; empty for those of ONNX itself
	Inputs    []string
	Outputs   []string
	Constants []Parameter // tensors among the attributes, as of the operator Constant
	Subgraphs []Graph     // graphs among the attributes, as the branches of If
}

// Type is the name of the operator, with its domain where it is not one of ONNX itself: "Gemm", "com.microsoft.FusedConv".
func (n *Node) Type() string {
	if domain := domainName(n.Domain); domain != onnxDomain {
		return domain + "." + n.Operator
	}
	return n.Operator
}

// Function is an operator that the file itself defines by others.
type Function struct {
	Name   string
	Domain string
	Opsets []Opset
	Nodes  []Node
}

const onnxDomain = "ai.onnx"

func domainName(domain string) string {
	if domain == "" {
		return onnxDomain
	}
	return domain
}
