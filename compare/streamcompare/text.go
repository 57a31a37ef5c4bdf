package streamcompare

import (
	"fmt"
	"io"
	"strings"

	"github.com/trtbench/trtbench/report"
)

// WriteText writes the comparison for people.
func (c *Comparison) WriteText(w io.Writer) error {
	var text strings.Builder
	line := func(format string, args ...any) {
		text.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
	}
	for _, side := range []struct {
		letter string
		*Side
	}{{"A", c.A}, {"B", c.B}} {
		d, simulated := side.Description, ""
		if d.Simulated {
			simulated = ", SIMULATED: invented times"
		}
		line("%s: %s (%s on %s%s)", side.letter, side.Name, d.Model.Path, strings.TrimSpace(d.Backend+" "+d.Version), simulated)
	}
	for _, l := range c.Differences.Lines() {
		line("%s", l)
	}
	for _, d := range c.Criteria {
		line("differs: %s: %s | %s  (capacities and late chunks are hardly comparable)", d.Name, d.A, d.B)
	}
	line("")
	c.writeCapacity(line)
	for i := range c.Levels {
		line("")
		c.Levels[i].write(line)
	}
	line("")
	c.writeRest(line)
	line("%s (differences up to %s %% do not matter)", c.State.Sentence(), report.Number(c.Threshold))
	_, err := io.WriteString(w, text.String())
	return err
}

// printf writes a line.
type printf func(format string, args ...any)

func (c *Comparison) writeCapacity(line printf) {
	k := c.Capacity
	if k == nil {
		why := "a side has no number of streams that is known to hold or not to hold"
		if len(c.Criteria) > 0 {
			why = "what it takes to hold is not the same"
		}
		line("Capacity is not compared: %s.", why)
		return
	}
	change, interval := "-", "-"
	if k.Percent != nil {
		change = fmt.Sprintf("%+.1f%%", *k.Percent)
	}
	switch {
	case k.LowPercent != nil && k.HighPercent != nil:
		interval = fmt.Sprintf("%+.1f%% to %+.1f%%", *k.LowPercent, *k.HighPercent)
	case k.LowPercent != nil:
		interval = fmt.Sprintf("%+.1f%% or more", *k.LowPercent)
	}
	s := c.A.Settings
	line(header, "Streams that hold", "A", "B", "B vs A", "range", "")
	line("  %-15s %12s %12s %9s  %-21s %-8s %s", fmt.Sprintf("p%g ≤ %v", s.Percentile, s.Limit), k.A, k.B, change, interval, k.State, k.Code)
	if k.Code == Overlap {
		line("  The ranges have numbers in common: no difference is shown.")
	}
}

const header = "%-17s %12s %12s %9s  %-21s %s"

func (l *Level) write(line printf) {
	line(header, fmt.Sprintf("%d streams", l.Sessions), "A", "B", "B vs A", "95 % interval", l.judgement())
	for i := range l.Rows {
		row := &l.Rows[i]
		line("  %-15s %12s %12s %+8.1f%%  %-21s %-8s %s", row.Name+" ms", report.Number(row.A), report.Number(row.B), row.Percent, row.Interval(), row.State, row.Code)
	}
	if k := l.Late; k != nil {
		interval := "-"
		if k.Known {
			interval = fmt.Sprintf("%+.2f to %+.2f points", 100*k.Low, 100*k.High)
		}
		line("  %-15s %11.2f%% %11.2f%% %+8.2f   %s", "late", 100*k.A, 100*k.B, 100*(k.B-k.A), interval)
	}
	pair := func(name string, p Pair) {
		change := "-"
		if p.A != 0 {
			change = fmt.Sprintf("%+.1f%%", 100*(p.B/p.A-1))
		}
		line("  %-16s %11s %12s %9s", name, report.Number(p.A), report.Number(p.B), change)
	}
	pair("SPS", l.SPS)
	if l.Batch != nil {
		pair("mean batch", *l.Batch)
	}
	if l.Energy != nil {
		pair("J per audio hour", *l.Energy)
	}
}

// judgement says what the level came to, and whether it counts.
func (l *Level) judgement() string {
	text := fmt.Sprintf("A %s, B %s", l.HeldA, l.HeldB)
	if l.Decides {
		return string(l.State) + "; " + text
	}
	return "does not decide; " + text
}

// String says whether a number of sessions held.
func (h Held) String() string {
	switch {
	case h.Points == 1 && h.Held == 1:
		return "holds"
	case h.Held == 0:
		return "does not hold"
	}
	return fmt.Sprintf("held %d of %d times", h.Held, h.Points)
}

func (c *Comparison) writeRest(line printf) {
	for _, side := range []struct {
		letter string
		*Side
		only []int
	}{{"A", c.A, c.OnlyA}, {"B", c.B, c.OnlyB}} {
		if len(side.only) > 0 {
			line("Only %s measured %v streams.", side.letter, side.only)
		}
		for _, k := range side.Skipped {
			line("Left out: %d streams of %s: %s.", k.Sessions, side.letter, k.Finding)
		}
	}
}
