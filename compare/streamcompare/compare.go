package streamcompare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// Schema names the JSON form of a comparison; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.stream.compare"
	SchemaVersion = 1
)

// Comparison says whether B holds more or fewer sessions than A, and answers faster or slower.
type Comparison struct {
	A           *Side               `json:"a"`
	B           *Side               `json:"b"`
	Threshold   float64             `json:"threshold_percent"`
	Differences compare.Differences `json:"differences"`
	// Criteria are those of the differences that change what it takes for a number of sessions to hold. Capacities and late chunks are
	// then not compared, unless that is asked for.
	Criteria compare.Differences `json:"criteria"`
	Capacity *Capacity           `json:"capacity"` // null when it is not compared
	Levels   []Level             `json:"levels"`   // numbers of sessions that both sides measured, ascending
	OnlyA    []int               `json:"only_a,omitempty"`
	OnlyB    []int               `json:"only_b,omitempty"`
	State    compare.State       `json:"state"` // worse if the capacity or a level is, else better, unclear, same in this order
}

// Level compares what both sides measured with a number of sessions.
type Level struct {
	Sessions int           `json:"sessions"`
	HeldA    Held          `json:"held_a"`
	HeldB    Held          `json:"held_b"`
	Rows     []compare.Row `json:"rows"`
	Late     *Late         `json:"late"` // null when the limits are not the same
	SPS      Pair          `json:"sps"`
	Batch    *Pair         `json:"batch"`                 // chunks in a batch on average; null unless both sides tell
	Energy   *Pair         `json:"joules_per_audio_hour"` // null unless both sides read the energy of the device
	// Decides is false when latencies are no ground for a judgement: neither side holds the sessions, so that they grow for as long as
	// is measured; or one does not, and two searches have the capacities to judge by.
	Decides bool          `json:"decides"`
	State   compare.State `json:"state"`
}

// Held is how many of the points with a number of sessions held.
type Held struct {
	Held   int `json:"held"`
	Points int `json:"points"`
}

// Pair is a figure without an interval.
type Pair struct {
	A float64 `json:"a"`
	B float64 `json:"b"`
}

// Late compares the shares of chunks over the limit. Their difference B − A has an interval where both sides were measured for long
// enough. It decides nothing: the latencies do.
type Late struct {
	Pair
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Known bool    `json:"interval"`
}

// Compare compares B with A. The error is a [*compare.IncomparableError], a fault of the options, or that the recordings have nothing in
// common.
func Compare(a, b *Side, options compare.Options) (*Comparison, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	c := &Comparison{A: a, B: b, Threshold: options.Threshold, Differences: differences(a, b), Criteria: criteria(a.Settings, b.Settings), Levels: []Level{}}
	var invalid []string
	for _, s := range []*Side{a, b} {
		if s.recording.Verdict.Status == record.Invalid {
			invalid = append(invalid, s.Name)
		}
	}
	if err := options.Refuse(c.Differences, invalid); err != nil {
		return nil, err
	}
	comparable := len(c.Criteria) == 0 || options.AllowDifferences
	if comparable && a.capacity.known() && b.capacity.known() {
		c.Capacity = compareCapacity(a.capacity, b.capacity, options.Threshold)
	}
	for _, n := range slices.Sorted(maps.Keys(a.levels)) {
		if b.levels[n] == nil {
			c.OnlyA = append(c.OnlyA, n)
			continue
		}
		c.Levels = append(c.Levels, c.level(n))
	}
	for _, n := range slices.Sorted(maps.Keys(b.levels)) {
		if a.levels[n] == nil {
			c.OnlyB = append(c.OnlyB, n)
		}
	}
	if c.Capacity == nil && len(c.Levels) == 0 {
		return nil, c.nothing()
	}
	c.State = c.state()
	return c, nil
}

// nothing says why nothing was compared.
func (c *Comparison) nothing() error {
	if len(c.Criteria) > 0 {
		refused := compare.IncomparableError{Differences: c.Criteria}
		return &refused
	}
	return fmt.Errorf("streamcompare: %s measured %v streams and %s %v; expected a number that both measured, or a capacity on both sides",
		c.A.Name, c.OnlyA, c.B.Name, c.OnlyB)
}

// state joins what decides.
func (c *Comparison) state() compare.State {
	var states []compare.State
	if c.Capacity != nil {
		states = append(states, c.Capacity.State)
	}
	for i := range c.Levels {
		if c.Levels[i].Decides {
			states = append(states, c.Levels[i].State)
		}
	}
	if len(states) == 0 {
		return compare.Unclear
	}
	return compare.Together(states...)
}

// level compares a number of sessions that both sides measured.
func (c *Comparison) level(sessions int) Level {
	a, b := c.A.levels[sessions], c.B.levels[sessions]
	l := Level{
		Sessions: sessions, HeldA: Held{a.held, a.points}, HeldB: Held{b.held, b.points},
		SPS: Pair{a.audio / a.seconds, b.audio / b.seconds},
	}
	switch {
	case a.held > 0 && b.held > 0:
		l.Decides = true
	case a.held > 0 || b.held > 0:
		l.Decides = c.Capacity == nil || !c.A.Searched || !c.B.Searched
	}
	for _, q := range c.quantiles() {
		l.Rows = append(l.Rows, c.row(fmt.Sprintf("p%g", q.percentile), q.percentile/100, q.decides && l.Decides, &a.latency, &b.latency))
	}
	for _, part := range []struct {
		name string
		a, b *sample
	}{{"queue p50", &a.queue, &b.queue}, {"compute p50", &a.compute, &b.compute}} {
		if len(part.a.values) > 0 && len(part.b.values) > 0 {
			l.Rows = append(l.Rows, c.row(part.name, 0.5, false, part.a, part.b))
		}
	}
	if c.A.Settings.Limit == c.B.Settings.Limit {
		l.Late = late(a.late.share(), b.late.share())
	}
	if a.batches > 0 && b.batches > 0 {
		l.Batch = &Pair{a.batched / a.batches, b.batched / b.batches}
	}
	if a.powered > 0 && b.powered > 0 {
		l.Energy = &Pair{a.energy / a.powered, b.energy / b.powered}
	}
	l.State = compare.Overall(l.Rows)
	return l
}

// quantile is one of the chunk latency that is compared.
type quantile struct {
	percentile float64
	decides    bool
}

// quantiles are those of the report, and the one that the limit is for. The median, the 99th percentile and the limit's decide.
func (c *Comparison) quantiles() []quantile {
	list := []quantile{{50, true}, {95, false}, {99, true}}
	for _, s := range []*stream.Settings{c.A.Settings, c.B.Settings} {
		i, known := slices.BinarySearchFunc(list, s.Percentile, func(q quantile, p float64) int { return cmp.Compare(q.percentile, p) })
		if !known {
			list = slices.Insert(list, i, quantile{percentile: s.Percentile})
		}
		list[i].decides = true
	}
	return list
}

// row compares a quantile of one kind of time.
func (c *Comparison) row(name string, q float64, decides bool, a, b *sample) compare.Row {
	x, y := a.quantile(q), b.quantile(q)
	row := compare.Row{Name: name, Unit: "ms", Decides: decides, A: x.value / float64(time.Millisecond), B: y.value / float64(time.Millisecond)}
	if low, high, ok := change(x, y); ok {
		row.WithInterval(low, high, c.Threshold)
	} else {
		row.WithoutInterval(compare.FewSamples, c.Threshold)
	}
	return row
}

// late compares two shares.
func late(a, b estimate) *Late {
	l := &Late{Pair: Pair{a.value, b.value}, Low: b.value - a.value, High: b.value - a.value, Known: a.known && b.known}
	if l.Known {
		l.Low, l.High = difference(a, b)
	}
	return l
}

// WriteJSON writes the comparison, indented.
func (c *Comparison) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Schema  string `json:"schema"`
		Version int    `json:"version"`
		*Comparison
	}{Schema, SchemaVersion, c})
}
