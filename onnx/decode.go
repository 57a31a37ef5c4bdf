package onnx

import (
	"slices"
)

// decoder turns the fields of a file into a model. Field numbers are those of the public ONNX protocol.
type decoder struct {
	scanner
	graphs bool // whether the file has a graph
}

// model reads the outermost message. Two models in a row are one, as protocol buffers have it: their lists are joined.
func (d *decoder) model(m *Model) error {
	const (
		irVersion, producer, producerVersion, domain, version, doc = 1, 2, 3, 4, 5, 6
		graph, opset, metadata, function                           = 7, 8, 14, 25
	)
	err := d.fields(func(f field) error {
		switch f.number {
		case irVersion:
			return f.put(&m.IRVersion)
		case producer:
			return d.putText(f, &m.Producer)
		case producerVersion:
			return d.putText(f, &m.ProducerVersion)
		case domain:
			return d.putText(f, &m.Domain)
		case version:
			return f.put(&m.ModelVersion)
		case doc:
			return d.putText(f, &m.Doc)
		case graph:
			d.graphs = true
			return d.graph(f, &m.Graph)
		case opset:
			return d.opset(f, &m.Opsets)
		case metadata:
			return d.property(f, &m.Metadata)
		case function:
			m.Functions = append(m.Functions, Function{})
			return d.function(f, &m.Functions[len(m.Functions)-1])
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.Graph.leaveOutDefaults()
	m.External = m.externalFiles()
	return nil
}

func (d *decoder) opset(f field, to *[]Opset) error {
	const domain, version = 1, 2
	var o Opset
	err := d.message(f, func(f field) error {
		switch f.number {
		case domain:
			return d.putText(f, &o.Domain)
		case version:
			return f.put(&o.Version)
		}
		return nil
	})
	*to = append(*to, o)
	return err
}

func (d *decoder) property(f field, to *[]Property) error {
	const key, value = 1, 2
	var p Property
	err := d.message(f, func(f field) error {
		switch f.number {
		case key:
			return d.putText(f, &p.Key)
		case value:
			return d.putText(f, &p.Value)
		}
		return nil
	})
	*to = append(*to, p)
	return err
}

func (d *decoder) function(f field, to *Function) error {
	const name, node, opset, domain = 1, 7, 9, 10
	return d.message(f, func(f field) error {
		switch f.number {
		case name:
			return d.putText(f, &to.Name)
		case node:
			return d.node(f, &to.Nodes)
		case opset:
			return d.opset(f, &to.Opsets)
		case domain:
			return d.putText(f, &to.Domain)
		}
		return nil
	})
}

func (d *decoder) graph(f field, to *Graph) error {
	const node, name, initializer, input, output, sparse = 1, 2, 5, 11, 12, 15
	return d.message(f, func(f field) error {
		switch f.number {
		case node:
			return d.node(f, &to.Nodes)
		case name:
			return d.putText(f, &to.Name)
		case initializer:
			return d.parameter(f, &to.Initializers)
		case input:
			return d.value(f, &to.Inputs)
		case output:
			return d.value(f, &to.Outputs)
		case sparse:
			return d.sparse(f, &to.Initializers)
		}
		return nil
	})
}

// leaveOutDefaults removes inputs that have a value in the file: old files list every parameter as an input, too.
func (g *Graph) leaveOutDefaults() {
	known := make(map[string]bool, len(g.Initializers))
	for i := range g.Initializers {
		known[g.Initializers[i].Name] = true
	}
	g.Inputs = slices.DeleteFunc(g.Inputs, func(v Value) bool { return known[v.Name] })
}

func (d *decoder) node(f field, to *[]Node) error {
	const input, output, name, operator, attribute, domain = 1, 2, 3, 4, 5, 7
	var n Node
	err := d.message(f, func(f field) error {
		switch f.number {
		case input:
			return d.addText(f, &n.Inputs)
		case output:
			return d.addText(f, &n.Outputs)
		case name:
			return d.putText(f, &n.Name)
		case operator:
			return d.putText(f, &n.Operator)
		case attribute:
			return d.attribute(f, &n)
		case domain:
			return d.putText(f, &n.Domain)
		}
		return nil
	})
	*to = append(*to, n)
	return err
}

// attribute reads the tensors and graphs of an attribute; numbers and texts are of no interest.
func (d *decoder) attribute(f field, n *Node) error {
	const tensor, graph, tensors, graphs, sparse, sparses = 5, 6, 10, 11, 22, 23
	return d.message(f, func(f field) error {
		switch f.number {
		case tensor, tensors:
			return d.parameter(f, &n.Constants)
		case sparse, sparses:
			return d.sparse(f, &n.Constants)
		case graph, graphs:
			n.Subgraphs = append(n.Subgraphs, Graph{})
			sub := &n.Subgraphs[len(n.Subgraphs)-1]
			err := d.graph(f, sub)
			sub.leaveOutDefaults()
			return err
		}
		return nil
	})
}

func (d *decoder) value(f field, to *[]Value) error {
	const name, typ = 1, 2
	v := Value{Type: Type{Kind: UnknownKind}}
	err := d.message(f, func(f field) error {
		switch f.number {
		case name:
			return d.putText(f, &v.Name)
		case typ:
			return d.typ(f, &v.Type)
		}
		return nil
	})
	*to = append(*to, v)
	return err
}

func (d *decoder) putText(f field, to *string) (err error) {
	*to, err = d.text(f)
	return err
}

func (d *decoder) addText(f field, to *[]string) error {
	text, err := d.text(f)
	*to = append(*to, text)
	return err
}

// put sets a number from a field.
func (f field) put(to *int64) (err error) {
	*to, err = f.number64()
	return err
}
