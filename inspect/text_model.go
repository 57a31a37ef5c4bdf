package inspect

import (
	"fmt"
	"strconv"
	"strings"
)

func (m *Model) write(w *strings.Builder, facts *table, o TextOptions) {
	facts.add("format", fmt.Sprintf("IR version %d, opset %s", m.IRVersion, m.opsets()))
	if m.Producer != "" {
		facts.add("written by", strings.TrimSpace(m.Producer+" "+m.ProducerVersion))
	}
	if m.Domain != "" || m.ModelVersion != 0 {
		facts.add("version", strings.TrimSpace(fmt.Sprintf("%d %s", m.ModelVersion, m.Domain)))
	}
	if m.Doc != "" {
		line, _, more := strings.Cut(m.Doc, "\n")
		if more {
			line += " …"
		}
		facts.add("about", cut(line, lineWidth-14))
	}
	facts.write(w)
	writeValues(w, "Inputs", m.Inputs)
	writeValues(w, "Outputs", m.Outputs)
	m.writeParameters(w)
	m.writeOperators(w)
	if len(m.Metadata) > 0 {
		section(w, "Metadata")
		t := &table{fit: 1}
		for _, p := range m.Metadata {
			t.add(p.Key, strings.Join(strings.Fields(p.Value), " "))
		}
		t.write(w)
	}
	if o.Layers.given() {
		m.writeNodes(w, o.Layers)
	}
}

// opsets writes the versions of the operator sets; that of ONNX itself goes without its name.
func (m *Model) opsets() string {
	var texts []string
	for _, o := range m.Opsets {
		text := strconv.FormatInt(o.Version, 10)
		if o.Domain != "ai.onnx" {
			text = o.Domain + " " + text
		}
		texts = append(texts, text)
	}
	if texts == nil {
		return "not told"
	}
	return strings.Join(texts, ", ")
}

func writeValues(w *strings.Builder, title string, list []Value) {
	section(w, "%s", title)
	t := &table{fit: 0}
	for _, v := range list {
		t.add(v.Name, v.Type, v.text)
	}
	if len(list) == 0 {
		t.add("none")
	}
	t.write(w)
}

func (m *Model) writeParameters(w *strings.Builder) {
	var sum Parameter
	t := &table{fit: -1}
	for _, p := range m.Parameters {
		sum.Tensors += p.Tensors
		sum.Elements += p.Elements
		sum.Bytes += p.Bytes
		t.add(p.Type, plural(p.Tensors, "tensor"), plural(p.Elements, "element"), bytesText(p.Bytes))
	}
	section(w, "Parameters: %s, %s, %s", plural(sum.Tensors, "tensor"), plural(sum.Elements, "element"), bytesText(sum.Bytes))
	t.write(w)
	for _, x := range m.External {
		fmt.Fprintf(w, "  %d of them in %s, %s\n", x.Tensors, x.Name, bytesText(x.Bytes))
	}
}

func (m *Model) writeOperators(w *strings.Builder) {
	count := 0
	var items []string
	for _, o := range m.Operators {
		count += o.Count
		items = append(items, fmt.Sprintf("%s %d", o.Name, o.Count))
	}
	section(w, "Operators: %d of %s", count, plural(len(items), "kind"))
	wrap(w, "  ", items)
	if len(m.Functions) > 0 {
		fmt.Fprintf(w, "  defined in the file: %s\n", strings.Join(m.Functions, ", "))
	}
}

// writeNodes lists the nodes of the main graph as the layers of an engine are, with their tensors in place of a tactic.
func (m *Model) writeNodes(w *strings.Builder, view LayerView) {
	layers := make([]Layer, len(m.Nodes))
	for i, n := range m.Nodes {
		layers[i] = Layer{Index: i, Name: n.Name, Type: n.Operator, Tactic: strings.Join(n.Inputs, ", ") + " -> " + strings.Join(n.Outputs, ", ")}
	}
	section(w, "Nodes: %d", len(layers))
	shown, more := view.of(layers)
	t := &table{head: []string{"#", "operator", "name", "tensors"}, fit: 3}
	for _, l := range shown {
		t.add(strconv.Itoa(l.Index), l.Type, cut(l.Name, 40), l.Tactic)
	}
	t.write(w)
	w.WriteString(more)
}
