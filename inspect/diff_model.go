package inspect

import (
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/onnx"
)

// models compares two ONNX models.
func (d *Diff) models(a, b *Model) {
	d.section("properties", a.properties(), b.properties())
	d.section("inputs", valueThings(a.Inputs), valueThings(b.Inputs))
	d.section("outputs", valueThings(a.Outputs), valueThings(b.Outputs))
	d.section("parameters by type", parameterThings(a.Parameters), parameterThings(b.Parameters))
	d.section("operators", operatorThings(a.Operators), operatorThings(b.Operators))
	d.section("nodes", nodeThings(a.Nodes), nodeThings(b.Nodes))
	d.section("initializers", initializerThings(a.initializers), initializerThings(b.initializers))
	d.section("metadata", metadataThings(a.Metadata), metadataThings(b.Metadata))
}

func (m *Model) properties() []thing {
	things := []thing{
		single("IR version", countFact("", m.IRVersion)),
		single("written by", textFact("", strings.TrimSpace(m.Producer+" "+m.ProducerVersion))),
		single("model version", textFact("", strings.TrimSpace(fmt.Sprintf("%d %s", m.ModelVersion, m.Domain)))),
	}
	for _, o := range m.Opsets {
		things = append(things, single("opset of "+o.Domain, countFact("", o.Version)))
	}
	for _, f := range m.Functions {
		things = append(things, single("function "+f, textFact("", "defined in the file")))
	}
	return things
}

func valueThings(list []Value) []thing {
	var things []thing
	for _, v := range list {
		things = append(things, thing{v.Name, []string{v.Name}, []fact{textFact("type", v.Type), textFact("shape", v.text)}})
	}
	return things
}

func parameterThings(list []Parameter) []thing {
	var things []thing
	for _, p := range list {
		things = append(things, thing{p.Type, []string{p.Type}, []fact{
			countFact("tensors", p.Tensors), countFact("elements", p.Elements), bytesFact("size", p.Bytes),
		}})
	}
	return things
}

func operatorThings(list []Operator) []thing {
	var things []thing
	for _, o := range list {
		things = append(things, single(o.Name, countFact("", o.Count)))
	}
	return things
}

// nodeThings makes nodes comparable. Many programs give them no names; then the first output tells them apart.
func nodeThings(list []Node) []thing {
	var things []thing
	for _, n := range list {
		output := strings.Join(n.Outputs, ", ")
		t := thing{name: n.Name, keys: []string{n.Name, output}, facts: []fact{
			textFact("operator", n.Operator), textFact("inputs", strings.Join(n.Inputs, ", ")), textFact("outputs", output),
		}}
		if n.Name == "" {
			t.name = n.Operator + " -> " + output
		}
		things = append(things, t)
	}
	return things
}

func initializerThings(list []onnx.Parameter) []thing {
	var things []thing
	for i := range list {
		p := &list[i]
		place := "the file itself"
		if p.External != nil {
			place = p.External.Location
		}
		things = append(things, thing{p.Name, []string{p.Name}, []fact{
			textFact("type", p.Type.String()), textFact("shape", shapeText(p.Dims)), textFact("stored in", place),
		}})
	}
	return things
}

func metadataThings(list []Property) []thing {
	var things []thing
	for _, p := range list {
		things = append(things, single(p.Key, textFact("", p.Value)))
	}
	return things
}
