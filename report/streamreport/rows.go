package streamreport

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// ascending returns the places of the points in the order of their numbers of sessions.
func (r *Run) ascending() []int {
	order := make([]int, len(r.Recording.Points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Recording.Points[a].Sessions, r.Recording.Points[b].Sessions) })
	return order
}

// points is the table of the points of a run, ascending.
func (r *Report) points(run *Run) *grid {
	var rows []tableRow
	for _, i := range run.ascending() {
		point := &run.Recording.Points[i]
		rows = append(rows, tableRow{[]string{fmt.Sprint(point.Sessions)}, point, run.Figures[i], verdict(point)})
	}
	return r.table([]gridCell{{"streams", false}}, "finding", rows)
}

// runs is the table of all runs.
func (r *Report) runs() *grid {
	var rows []tableRow
	for i := range r.Runs {
		run := &r.Runs[i]
		row := tableRow{before: []string{run.title(), run.Capacity()}, after: run.Outcome()}
		if best := run.shown(); best >= 0 {
			row.point, row.figures = &run.Recording.Points[best], run.Figures[best]
		}
		rows = append(rows, row)
	}
	return r.table([]gridCell{{"served by", true}, {"streams", true}}, "outcome", rows)
}

// title is the name of a run, with a mark where its times are invented.
func (r *Run) title() string {
	if r.Recording.Description.Simulated {
		return r.Name + " (simulated)"
	}
	return r.Name
}

// evidence says why points did not hold, and what is to be known of those that did, ascending. Each thing is said once. Of the steps
// of a search, those count that its result stands on, and those where something went wrong.
func (r *Run) evidence() []string {
	var lines []string
	say := func(p *stream.Point, text string) {
		if line := fmt.Sprintf("%d streams: %s", p.Sessions, text); text != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, i := range r.ascending() {
		p := &r.Recording.Points[i]
		if p.Finding == stream.Scouted || r.step(i) {
			continue
		}
		if p.Finding != stream.Holds {
			say(p, p.Evidence)
		}
		for _, reason := range p.Verdict.Reasons {
			if reason.Evidence != p.Evidence {
				say(p, reason.Evidence)
			}
		}
	}
	for _, reason := range r.Recording.Verdict.Reasons {
		switch reason.Code {
		case stream.CodeRetreat, stream.CodeSpeed, stream.CodeBusy, record.CodeFailed: // what no point says
			lines = append(lines, reason.Evidence)
		}
	}
	return lines
}

// step reports whether a point is only on the way of a search to its result.
func (r *Run) step(i int) bool {
	q, p := r.Recording.Result, &r.Recording.Points[i]
	if q == nil || i == q.Breaker || p.Sessions == q.Holds && p.Finding == stream.Holds {
		return false
	}
	return p.Finding == stream.Holds || p.Finding == stream.OverLimit || p.Finding == stream.FellBehind || p.Finding == stream.Undecided && p.Sessions != q.Breaks
}
