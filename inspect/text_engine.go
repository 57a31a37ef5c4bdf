package inspect

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (e *Engine) write(w *strings.Builder, facts *table, o TextOptions) {
	if e.BuiltBy != "" {
		facts.add("built by", e.builder())
	}
	if e.Read == nil {
		facts.write(w)
		return
	}
	r := e.Read
	r.addFacts(facts)
	facts.write(w)
	r.writeTensors(w)
	r.writeProfiles(w)
	r.Layers.write(w, o.Layers)
}

// builder is the version that built the engine.
func (e *Engine) builder() string {
	text := "TensorRT " + e.BuiltBy
	if e.Build > 0 {
		text += fmt.Sprintf(" (build %d)", e.Build)
	}
	return text
}

func (r *Loaded) addFacts(facts *table) {
	mark := ""
	if r.Library.Simulated {
		mark = ", SIMULATED"
	}
	facts.add("read by", fmt.Sprintf("TensorRT %s%s", r.Library.Version, mark))
	facts.add("library", r.Library.Path)
	facts.add("device", r.Device)
	if r.Name != "" {
		facts.add("name", r.Name)
	}
	facts.add("runs on", r.runsOn())
	facts.add("context memory", bytesText(r.Memory.ContextBytes))
	if r.Memory.StreamableWeightsBytes > 0 {
		facts.add("streamable weights", bytesText(r.Memory.StreamableWeightsBytes))
	}
	facts.add("refittable", yesNo(r.Refittable))
	facts.add("auxiliary streams", strconv.Itoa(r.AuxStreams))
}

// runsOn says in words which devices the engine runs on.
func (r *Loaded) runsOn() string {
	switch r.HardwareCompatibility {
	case "ampere+":
		return "devices of the generation Ampere and later"
	case "sameComputeCapability":
		return "devices of the same compute capability"
	}
	return "the kind of device that it was built on"
}

func (r *Loaded) writeTensors(w *strings.Builder) {
	section(w, "Tensors: %d", len(r.Tensors))
	t := &table{head: []string{"", "name", "type", "shape", "location", "format"}, fit: 5}
	for _, v := range r.Tensors {
		t.add(v.direction(), v.Name, v.Type, shapeText(v.Shape), v.Location, v.Format+v.remark())
	}
	t.write(w)
}

func (t *Tensor) direction() string {
	if t.Input {
		return "in"
	}
	return "out"
}

func (t *Tensor) remark() string {
	switch {
	case t.SharesMemory != "":
		return ", in the memory of " + t.SharesMemory
	case t.Values:
		return ", carries sizes"
	}
	return ""
}

func (r *Loaded) writeProfiles(w *strings.Builder) {
	section(w, "Optimization profiles: %d", len(r.Profiles))
	t := &table{head: []string{"#", "context memory", "input", "min", "opt", "max"}, fit: 2}
	for number, p := range r.Profiles {
		first := []string{strconv.Itoa(number), bytesText(p.ContextBytes)}
		for _, b := range p.Inputs {
			t.add(first[0], first[1], b.Tensor, shapeText(b.Min), shapeText(b.Opt), shapeText(b.Max))
			first = []string{"", ""}
		}
		if len(p.Inputs) == 0 {
			t.add(first[0], first[1], "all shapes are fixed")
		}
	}
	t.write(w)
}

func (l *Layers) write(w *strings.Builder, view LayerView) {
	section(w, "Layers: %d", l.Count)
	if remark := l.remark(); remark != "" {
		fmt.Fprintf(w, "  %s: build the engine with --profilingVerbosity=detailed for more\n", remark)
	}
	if l.Verbosity == silent {
		return
	}
	for _, by := range []struct {
		title string
		key   func(*Layer) string
	}{{"types", orders[ByType]}, {"precisions", orders[ByPrecision]}} {
		var texts []string
		for _, c := range countValues(l.List, by.key) {
			texts = append(texts, fmt.Sprintf("%s %d", c.value, c.count))
		}
		if texts != nil {
			texts[0] = by.title + ": " + texts[0]
			wrap(w, "  ", texts)
		}
	}
	shown, more := view.of(l.List)
	t := &table{head: []string{"#", "name"}, fit: 1}
	if l.detailed() {
		t.head = []string{"#", "name", "type", "precision", "output", "tactic"}
	}
	for i := range shown {
		row := []string{strconv.Itoa(shown[i].Index), shown[i].Name}
		if l.detailed() {
			row = append(row, shown[i].Type, shown[i].Precision, shown[i].output(), cut(shown[i].Tactic, 24))
		}
		t.add(row...)
	}
	if len(shown) > 0 {
		t.write(w)
	}
	w.WriteString(more)
}

// silent is the verbosity of an engine that tells nothing about its layers.
const silent = "none"

// remark says what is missing of what is told about layers.
func (l *Layers) remark() string {
	switch {
	case l.Verbosity == silent:
		return "nothing is told about them"
	case !l.detailed() && len(l.List) > 0:
		return "only their names are told"
	}
	return ""
}

// detailed reports whether there is more than names.
func (l *Layers) detailed() bool {
	return slices.ContainsFunc(l.List, func(l Layer) bool { return l.Type != "" })
}

// output is the shape of the first output.
func (l *Layer) output() string {
	if len(l.Outputs) == 0 {
		return ""
	}
	return l.Outputs[0].shape()
}

// shape is empty when nothing is told about it.
func (t *LayerTensor) shape() string {
	if t.Shape == nil {
		return ""
	}
	return shapeText(t.Shape)
}

// valueCount is how often a value occurs.
type valueCount struct {
	value string
	count int
}

// countValues counts the values of a property, the most frequent first. Layers without it are left out.
func countValues(layers []Layer, property func(*Layer) string) []valueCount {
	places := map[string]int{}
	var counts []valueCount
	for i := range layers {
		v := property(&layers[i])
		if v == "" {
			continue
		}
		place, known := places[v]
		if !known {
			place = len(counts)
			places[v] = place
			counts = append(counts, valueCount{value: v})
		}
		counts[place].count++
	}
	slices.SortStableFunc(counts, func(a, b valueCount) int { return cmp.Compare(b.count, a.count) })
	return counts
}
