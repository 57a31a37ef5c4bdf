package onnx

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"
)

// AllNodes yields every node of the model: those of the main graph, of the graphs inside nodes, and of functions.
func (m *Model) AllNodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		if !eachNode(m.Graph.Nodes, yield) {
			return
		}
		for i := range m.Functions {
			if !eachNode(m.Functions[i].Nodes, yield) {
				return
			}
		}
	}
}

func eachNode(nodes []Node, yield func(*Node) bool) bool {
	for i := range nodes {
		if !yield(&nodes[i]) {
			return false
		}
		for j := range nodes[i].Subgraphs {
			if !eachNode(nodes[i].Subgraphs[j].Nodes, yield) {
				return false
			}
		}
	}
	return true
}

// Parameters yields every tensor that the model brings along: initializers of all graphs, and constants of nodes.
func (m *Model) Parameters() iter.Seq[*Parameter] {
	return func(yield func(*Parameter) bool) {
		each := func(list []Parameter) bool {
			for i := range list {
				if !yield(&list[i]) {
					return false
				}
			}
			return true
		}
		if !each(m.Graph.Initializers) {
			return
		}
		for n := range m.AllNodes() {
			if !each(n.Constants) {
				return
			}
			for i := range n.Subgraphs {
				if !each(n.Subgraphs[i].Initializers) {
					return
				}
			}
		}
	}
}

// Usage is how often an operator is applied.
type Usage struct {
	Operator string // as Node.Type names it
	Count    int
}

// Operators counts operators over the whole model, bodies of nodes and functions included: a function that is applied twice counts its
// own nodes once. The most frequent come first, those of one count by name.
func (m *Model) Operators() []Usage {
	counts := map[string]int{}
	for n := range m.AllNodes() {
		counts[n.Type()]++
	}
	var all []Usage
	for operator, count := range counts {
		all = append(all, Usage{operator, count})
	}
	slices.SortFunc(all, func(a, b Usage) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Operator, b.Operator))
	})
	return all
}

// ParameterSum is what the parameters of one type come to.
type ParameterSum struct {
	Type     DataType
	Tensors  int
	Elements int64
	Bytes    int64
}

// ParameterSums adds the parameters up, a sum for each type. The type that takes most comes first.
func (m *Model) ParameterSums() []ParameterSum {
	sums := map[DataType]ParameterSum{}
	for p := range m.Parameters() {
		s := sums[p.Type]
		s.Type = p.Type
		s.Tensors++
		s.Elements = saturatingSum(s.Elements, p.Elements())
		s.Bytes = saturatingSum(s.Bytes, p.Bytes())
		sums[p.Type] = s
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b ParameterSum) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Type, b.Type))
	})
}

// externalFiles lists the files that parameters lie in, in the order in which the model names them.
func (m *Model) externalFiles() []ExternalFile {
	var files []ExternalFile
	places := map[string]int{}
	for p := range m.Parameters() {
		if p.External == nil {
			continue
		}
		place, known := places[p.External.Location]
		if !known {
			place = len(files)
			places[p.External.Location] = place
			files = append(files, ExternalFile{Location: p.External.Location})
		}
		files[place].Tensors++
	}
	return files
}

// saturatingProduct multiplies two numbers of at least 0, up to the largest there is.
func saturatingProduct(a, b int64) int64 {
	if a != 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}

// saturatingSum adds two numbers of at least 0, up to the largest there is.
func saturatingSum(a, b int64) int64 {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}
