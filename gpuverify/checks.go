package gpuverify

import (
	"fmt"
	"math"
)

// maxReasons is how many reasons of a failure are kept; the rest are counted.
const maxReasons = 5

// verdict collects what a check finds.
type verdict struct {
	check  Check
	faults int
}

func newVerdict(name, subject, requires string) *verdict {
	return &verdict{check: Check{Name: name, Subject: subject, Requires: requires}}
}

// fail notes something that does not hold.
func (v *verdict) fail(format string, args ...any) {
	if v.faults++; v.faults <= maxReasons {
		v.check.Reasons = append(v.check.Reasons, fmt.Sprintf(format, args...))
	}
}

// figure adds a number. What is no number in JSON becomes a fault.
func (v *verdict) figure(name string, value float64, unit string) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		v.fail("%s is %v", name, value)
		value = 0
	}
	v.check.Figures = append(v.check.Figures, Figure{name, value, unit})
}

// end returns the check with its outcome.
func (v *verdict) end() Check {
	if v.faults > maxReasons {
		v.check.Reasons = append(v.check.Reasons, fmt.Sprintf("and %d more", v.faults-maxReasons))
	}
	v.check.Status = Passed
	if v.faults > 0 {
		v.check.Status = Failed
	}
	return v.check
}

// endTimes is end for a comparison of times: where they are not judged, one that does not hold is noted.
func (v *verdict) endTimes(judged bool) Check {
	c := v.end()
	if c.Status == Failed && !judged {
		c.Status = Noted
		c.Reasons = append(c.Reasons, "times are not judged here")
	}
	return c
}

// skip returns a check that was not made.
func skip(name, subject, requires, reason string) Check {
	return Check{Name: name, Subject: subject, Status: Skipped, Requires: requires, Reasons: []string{reason}}
}
