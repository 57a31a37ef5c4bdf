package profile

import (
	"math"

	"github.com/trtbench/trtbench/stat"
)

// Profile says how long each layer took. Its figures are computed in single precision and in trtexec's order, so that they
// are equal to trtexec's for the same calls.
type Profile struct {
	Passes int     // inferences that were profiled, one that was cut off at the end included
	Layers []Layer // in the order in which they ran; those that took no time are among them
	Total  Layer   // all layers together
}

// Layer holds the figures of one layer in ms.
type Layer struct {
	Name      string
	TimeMs    float32 // sum over the passes
	AverageMs float32 // over the passes that had this layer
	MedianMs  float32 // over these passes; NaN where it is not known
	Percent   float32 // share of the time of all layers
}

// Profile computes the figures of the calls made so far.
//
// Where the caller has not said where passes end, they follow from the names: the calls repeat, and what repeats is a pass.
// A name may then occur in it several times, the first one too; trtexec takes the second occurrence of the first layer's
// name for a new pass and mixes up the layers after it. If the calls do not repeat, a pass begins with the first
// layer's name, as in trtexec.
//
// A row of the profile is a layer by its name and, where the name repeats, by its turn in the pass. Passes need
// not have the same layers.
func (c *Collector) Profile() *Profile {
	ends, complete := c.passes()
	table := newTable(c.names)
	var totals []float32 // of complete passes
	start := 0
	for i, end := range ends {
		table.add(c.calls[start:end], c.times[start:end])
		if i < complete {
			totals = append(totals, sum(c.times[start:end]))
		}
		start = end
	}
	return table.profile(len(ends), totals)
}

// Restore returns a profile that was written to a file: the layers with their figures, and the number of passes. A file
// does not hold the median of whole passes.
func Restore(passes int, layers []Layer) *Profile {
	var grand float32
	for _, l := range layers {
		grand += l.TimeMs
	}
	p := &Profile{Passes: passes, Layers: layers, Total: total(grand, passes)}
	p.Total.MedianMs = float32(math.NaN())
	return p
}

// table gathers the times of each row.
type table struct {
	names []string
	rows  []row
	byKey map[rowKey]int // places in rows
}

type row struct {
	rowKey
	times []float32
}

// rowKey is a layer: the place of its name and how often the name came before in the pass.
type rowKey struct{ name, turn int32 }

func newTable(names []string) *table {
	return &table{names: names, byKey: make(map[rowKey]int)}
}

// add adds a pass. As long as it runs like the first one, its calls belong to the rows one by one.
func (t *table) add(calls []int32, times []float32) {
	same := 0
	for same < len(calls) && same < len(t.rows) && t.rows[same].name == calls[same] {
		t.rows[same].times = append(t.rows[same].times, times[same])
		same++
	}
	if same == len(calls) {
		return
	}
	turns := make(map[int32]int32)
	for _, name := range calls[:same] {
		turns[name]++
	}
	for i := same; i < len(calls); i++ {
		key := rowKey{calls[i], turns[calls[i]]}
		turns[key.name]++
		place, known := t.byKey[key]
		if !known {
			place = len(t.rows)
			t.rows, t.byKey[key] = append(t.rows, row{rowKey: key}), place
		}
		t.rows[place].times = append(t.rows[place].times, times[i])
	}
}

// profile computes the figures. totals are the times of whole passes.
func (t *table) profile(passes int, totals []float32) *Profile {
	p := &Profile{Passes: passes, Layers: make([]Layer, len(t.rows))}
	var grand float32
	for i, r := range t.rows {
		p.Layers[i].TimeMs = sum(r.times)
		grand += p.Layers[i].TimeMs
	}
	var scratch []float32
	for i, r := range t.rows {
		l := &p.Layers[i]
		l.Name = t.names[r.name]
		l.AverageMs = l.TimeMs / float32(len(r.times))
		l.Percent = share(l.TimeMs, grand)
		scratch = stat.Sort(r.times, scratch)
		l.MedianMs = stat.Median(r.times)
	}
	p.Total = total(grand, passes)
	if len(totals) > 0 {
		stat.Sort(totals, scratch)
		p.Total.MedianMs = stat.Median(totals)
	}
	return p
}

// total returns the row of all layers, without the median.
func total(timeMs float32, passes int) Layer {
	t := Layer{Name: "Total", TimeMs: timeMs, Percent: 100}
	if passes > 0 {
		t.AverageMs = timeMs / float32(passes)
	}
	return t
}

// share returns a part of the whole in percent, 0 when the whole is nothing.
func share(part, whole float32) float32 {
	if whole == 0 {
		return 0
	}
	return float32(part/whole) * 100
}

func sum(times []float32) float32 {
	var s float32
	for _, t := range times {
		s += t
	}
	return s
}
