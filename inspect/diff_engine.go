package inspect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// engines compares two engines that were read.
func (d *Diff) engines(a, b *Document) {
	d.section("properties", a.properties(), b.properties())
	d.section("tensors", tensorThings(a.Engine.Read), tensorThings(b.Engine.Read))
	d.section("optimization profiles", profileThings(a.Engine.Read), profileThings(b.Engine.Read))
	la, lb := &a.Engine.Read.Layers, &b.Engine.Read.Layers
	if len(la.List) == 0 && la.Count > 0 || len(lb.List) == 0 && lb.Count > 0 || la.Verbosity == silent || lb.Verbosity == silent {
		d.Notes = append(d.Notes, "one of the engines tells nothing about its layers, so they are not compared")
		return
	}
	if la.detailed() != lb.detailed() {
		d.Notes = append(d.Notes, "one of the engines tells only the names of its layers, so nothing else of them is compared")
	}
	if !la.detailed() || !lb.detailed() {
		d.section("layers", layerThings(la.List, false), layerThings(lb.List, false))
		return
	}
	d.section("layer types", countThings(la.List, orders[ByType]), countThings(lb.List, orders[ByType]))
	d.section("layer precisions", countThings(la.List, orders[ByPrecision]), countThings(lb.List, orders[ByPrecision]))
	d.section("layers", layerThings(la.List, true), layerThings(lb.List, true))
}

// properties are those of the engine as a whole. Size and hash are not among them: they change with each build.
func (d *Document) properties() []thing {
	r := d.Engine.Read
	return []thing{
		single("kind", textFact("", d.describeKind())),
		single("built by", textFact("", d.Engine.builder())),
		single("read by", textFact("", "TensorRT "+r.Library.Version)),
		single("device", textFact("", r.Device)),
		single("name", textFact("", r.Name)),
		single("runs on", textFact("", r.runsOn())),
		single("refittable", textFact("", yesNo(r.Refittable))),
		single("auxiliary streams", countFact("", r.AuxStreams)),
		single("context memory", bytesFact("", r.Memory.ContextBytes)),
		single("streamable weights", bytesFact("", r.Memory.StreamableWeightsBytes)),
		single("number of layers", countFact("", r.Layers.Count)),
	}
}

func tensorThings(r *Loaded) []thing {
	var things []thing
	for i := range r.Tensors {
		t := &r.Tensors[i]
		things = append(things, thing{t.Name, []string{t.Name}, []fact{
			textFact("direction", t.direction()), textFact("type", t.Type), textFact("shape", shapeText(t.Shape)),
			textFact("location", t.Location), textFact("format", t.Format), textFact("memory", t.SharesMemory),
		}})
	}
	return things
}

func profileThings(r *Loaded) []thing {
	var things []thing
	for number, p := range r.Profiles {
		name := "profile " + strconv.Itoa(number)
		facts := []fact{bytesFact("context memory", p.ContextBytes)}
		for _, b := range p.Inputs {
			facts = append(facts, textFact(b.Tensor, shapeText(b.Min)+" to "+shapeText(b.Max)+", best at "+shapeText(b.Opt)))
		}
		things = append(things, thing{name, []string{name}, facts})
	}
	return things
}

// countThings counts the layers that have the same value of a property.
func countThings(layers []Layer, property func(*Layer) string) []thing {
	var things []thing
	for _, c := range countValues(layers, property) {
		things = append(things, single(c.value, countFact("", c.count)))
	}
	return things
}

// layerThings makes layers comparable. The names of fused layers change from build to build, so what they came from counts, too.
func layerThings(layers []Layer, details bool) []thing {
	things := make([]thing, len(layers))
	for i := range layers {
		l := &layers[i]
		t := thing{name: l.Name}
		if !details {
			t.keys = []string{l.Name}
			things[i] = t
			continue
		}
		origins := strings.Join(slices.Sorted(slices.Values(l.Origins)), ", ")
		t.keys = []string{l.Name + "\x00" + origins, "", l.Name, origins}
		if origins != "" {
			t.keys[1] = l.Type + "\x00" + origins
		}
		t.facts = []fact{
			textFact("type", l.Type), textFact("precision", l.Precision), textFact("tactic", l.Tactic),
			textFact("inputs", tensorTexts(l.Inputs)), textFact("outputs", tensorTexts(l.Outputs)),
			textFact("made from", origins),
		}
		things[i] = t
	}
	return things
}

// tensorTexts writes shapes and formats, without the names that each build gives.
func tensorTexts(tensors []LayerTensor) string {
	var texts []string
	for _, t := range tensors {
		text := t.shape()
		if t.Format != "" {
			text = strings.TrimSpace(fmt.Sprintf("%s (%s)", text, t.Format))
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}
