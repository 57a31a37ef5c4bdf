package streamreport

import (
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// hints say what to do next about a run that does not say all that it could.
func (r *Run) hints() []string {
	var hints []string
	add := func(format string, args ...any) { hints = append(hints, fmt.Sprintf(format, args...)) }
	s, in := &r.Recording.Settings, r.interval()
	if n := r.with(stream.ClientLate); n != "" {
		add("the client was late with %s streams, which says nothing about the server: leave processors free for it, or let it run on a machine of its own; "+
			"--spin=200us makes it more precise", n)
	}
	if n := r.numbers(broken); n != "" {
		add("chunks failed with %s streams, which says nothing about how many the server holds: see to what failed first, and measure again", n)
	}
	if n := r.with(stream.Undecided); n != "" {
		add("%s streams are too close to the limit to say: --duration=%v and more tells", n, 4*s.Measure)
	}
	if n := r.with(stream.Void); n != "" {
		add("what was measured with %s streams is void: measure again on a machine that does not sleep or stand still", n)
	}
	if n := r.warned(stream.CodeUnsettled); n != "" {
		add("latencies were not steady with %s streams: --settle=%v waits longer", n, 2*max(s.Settle, stream.DefaultSettle))
	}
	if r.said(stream.CodeBusy) {
		add("other programs had time of the processors that the server could have used: measure on a quiet machine")
	}
	if q := r.Recording.Result; q != nil {
		switch {
		case r.said(stream.CodeSpeed) && !r.said(stream.CodeBusy):
			add("the model did not run equally fast all the time, and the result is for when it was slow: fix the clocks of the device, or stop what else runs on the machine")
		case q.Retreats+q.Advances > 0:
			add("the same number of streams came out differently: other programs take time from the server, or its capacity moves")
		case !q.Confirmed && q.Holds > 0:
			add("%d streams held %d of %d times: the search was not completed", q.Holds, q.Repeats, s.Search.Repeats)
		}
		if q.Holds > 0 && q.Breaks == 0 && q.Confirmed {
			add("the search ended at %d streams: --search-max takes it further", q.Holds)
		}
		return hints
	}
	if text := r.next(in, len(hints) > 0); text != "" {
		hints = append(hints, text)
	}
	return hints
}

// next says which numbers of sessions a curve leaves to be measured; "" when what went wrong, of which something was said, comes first.
func (r *Run) next(in interval, said bool) string {
	breaker := r.breaker(in)
	switch least := r.leastBroken(); {
	case least > 0 && least < in.holds:
		return fmt.Sprintf("%d streams hold although %d do not: the capacity moves; --find-max repeats what it finds", in.holds, least)
	case in.holds > 0 && breaker == nil:
		return fmt.Sprintf("%d streams hold and more were not tried: --find-max finds the most", in.holds)
	case breaker == nil || broken(breaker) || breaker.Finding == stream.ClientLate: // it says nothing about the server
		return ""
	case breaker.Finding == stream.Refused && breaker.Limiting != stream.LimitMemory:
		return fmt.Sprintf("the server could not be opened for %d streams: see to why, and measure again", in.breaks)
	case in.holds > 0:
		return fmt.Sprintf("the most lies between %d and %d streams: --find-max finds it", in.holds, in.breaks)
	case said:
		return ""
	case breaker.Limiting == stream.LimitMemory:
		return fmt.Sprintf("there is no memory for the states of %d streams: try as many as fit; --find-max finds the most", in.breaks)
	}
	return fmt.Sprintf("not even %d streams hold: try fewer; --find-max finds the most", in.breaks)
}

// broken reports whether chunks of a point failed for another reason than that the server had too many of them.
func broken(p *stream.Point) bool {
	return p.Finding == stream.Errors && (len(p.Failures) == 0 || slices.ContainsFunc(p.Failures, func(f load.Failure) bool {
		return f.Status != load.StatusRejected && f.Status != load.StatusDeadline
	}))
}

// with writes the numbers of sessions of the points that came to a finding: "400", "400 and 500"; "" when there are none.
func (r *Run) with(finding stream.Finding) string {
	return r.numbers(func(p *stream.Point) bool { return p.Finding == finding })
}

// said reports whether the verdict on the whole run has a reason.
func (r *Run) said(code record.Code) bool { return has(&r.Recording.Verdict, code) }

func has(v *record.Verdict, code record.Code) bool {
	return slices.ContainsFunc(v.Reasons, func(reason record.Reason) bool { return reason.Code == code })
}

// warned writes likewise those whose verdict has a reason.
func (r *Run) warned(code record.Code) string {
	return r.numbers(func(p *stream.Point) bool { return has(&p.Verdict, code) })
}

func (r *Run) numbers(wanted func(*stream.Point) bool) string {
	var numbers []int
	for i := range r.Recording.Points {
		if p := &r.Recording.Points[i]; wanted(p) && !r.step(i) {
			numbers = append(numbers, p.Sessions)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	text := ""
	for i, n := range numbers {
		switch {
		case i > 0 && i == len(numbers)-1:
			text += " and "
		case i > 0:
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	return text
}

// leastBroken returns the smallest number of sessions that certainly did not hold, 0 when there is none.
func (r *Run) leastBroken() int {
	least := 0
	for i := range r.Recording.Points {
		p := &r.Recording.Points[i]
		if (p.Finding == stream.OverLimit || p.Finding == stream.FellBehind) && (least == 0 || p.Sessions < least) {
			least = p.Sessions
		}
	}
	return least
}
