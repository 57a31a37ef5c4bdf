package loadreport

import (
	"fmt"
	"math"
	"strconv"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// Comparison says, for each level that both sides have, whether B is better or worse than A.
type Comparison struct {
	A           *Side               `json:"a"`
	B           *Side               `json:"b"`
	Threshold   float64             `json:"threshold_percent"`
	Differences compare.Differences `json:"differences"`
	Levels      []LevelComparison   `json:"levels"`
	OnlyA       []float64           `json:"only_a,omitempty"` // levels that the other side does not have
	OnlyB       []float64           `json:"only_b,omitempty"`
	State       compare.State       `json:"state"` // worse if a level is, else better, unclear, same in this order
}

// LevelComparison compares one level.
type LevelComparison struct {
	Level float64       `json:"level"`
	Rows  []compare.Row `json:"rows"`
	State compare.State `json:"state"`
}

// deciding are the times of which one that is worse makes the level worse, as does the throughput. The mean follows from the others.
var deciding = map[string]bool{"p50": true, "p99": true}

// Compare compares load test B with load test A. The error is a [*compare.IncomparableError], or that they have no level in common.
func Compare(a, b *Side, options compare.Options) (*Comparison, error) {
	c := &Comparison{A: a, B: b, Threshold: options.Threshold, Differences: sideDifferences(a, b), State: compare.Same}
	var invalid []string
	for _, s := range []*Side{a, b} {
		if s.Recording != nil && s.Recording.Verdict.Status == record.Invalid {
			invalid = append(invalid, s.Name)
		}
	}
	if err := options.Refuse(c.Differences, invalid); err != nil {
		return nil, err
	}
	for _, x := range a.Levels {
		y, both := b.level(x.Mode, x.Level)
		if !both {
			c.OnlyA = append(c.OnlyA, x.Level)
			continue
		}
		c.Levels = append(c.Levels, c.level(&x, &y))
	}
	for _, y := range b.Levels {
		if _, both := a.level(y.Mode, y.Level); !both {
			c.OnlyB = append(c.OnlyB, y.Level)
		}
	}
	if len(c.Levels) == 0 {
		return nil, fmt.Errorf("loadreport: compare: %s has the levels %v and %s has %v; expected one that both have", a.Name, levelsOf(a), b.Name, levelsOf(b))
	}
	for _, l := range c.Levels {
		c.State = compare.Together(c.State, l.State)
	}
	return c, nil
}

func levelsOf(s *Side) []float64 {
	var levels []float64
	for _, l := range s.Levels {
		levels = append(levels, l.Level)
	}
	return levels
}

// level compares the figures that both sides have at a level.
func (c *Comparison) level(x, y *SideLevel) LevelComparison {
	l := LevelComparison{Level: x.Level}
	rate := compare.Row{Name: "throughput", Unit: "inferences/s", HigherBetter: true, Decides: true, A: x.Throughput, B: y.Throughput}
	rate.WithoutInterval(compare.PointEstimate, c.Threshold)
	l.Rows = append(l.Rows, rate)
	for _, t := range x.Times {
		u, both := y.time(t.Name)
		if !both {
			continue
		}
		row := compare.Row{Name: t.Name, Unit: "ms", Decides: deciding[t.Name], A: typeset.InMilliseconds(t.Value), B: typeset.InMilliseconds(u.Value)}
		if t.Exact || u.Exact {
			row.WithoutInterval(compare.PointEstimate, c.Threshold)
		} else {
			row.WithInterval(percent(typeset.InMilliseconds(t.High), typeset.InMilliseconds(u.Low)), percent(typeset.InMilliseconds(t.Low), typeset.InMilliseconds(u.High)), c.Threshold)
		}
		l.Rows = append(l.Rows, row)
	}
	l.State = compare.Overall(l.Rows)
	return l
}

// sideDifferences lists what differs, as far as both sides tell.
func sideDifferences(a, b *Side) compare.Differences {
	list := compare.Differences{}
	if a.Recording == nil || b.Recording == nil {
		return list
	}
	add := list.Add
	x, y := a.Recording, b.Recording
	add(true, "model", x.Description.Model.Path, y.Description.Model.Path)
	add(true, "mode", x.Settings.Mode, y.Settings.Mode)
	add(true, "inferences in a request", x.Settings.Batch, y.Settings.Batch)
	add(true, "waiting for answers", x.Settings.Sync, y.Settings.Sync)
	add(true, "sequences", sequencesOf(x.Settings.Sequence), sequencesOf(y.Settings.Sequence))
	add(false, "sequences alive", liveOf(x.Settings.Sequence), liveOf(y.Settings.Sequence))
	add(false, "arrival", x.Settings.Arrival, y.Settings.Arrival)
	add(false, "server", x.Description.Backend+" "+x.Description.Version, y.Description.Backend+" "+y.Description.Version)
	if v, w := x.Description.Transport, y.Description.Transport; v != "" && w != "" {
		add(false, "transport", v, w)
	}
	add(false, "rules", x.Settings.Compat, y.Settings.Compat)
	add(false, "client", x.Environment.CPU, y.Environment.CPU)
	return list
}

func percentileName(p float64) string {
	return "p" + strconv.FormatFloat(math.Round(p*1e6)/1e6, 'g', -1, 64)
}

func percent(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return 100 * (b/a - 1)
}
