package load

import (
	"fmt"
	"strconv"
	"strings"
)

// Range are levels of load, in requests per second or requests in flight, both ends included. An End of 0 is open: levels rise until
// one is over the latency limit.
type Range struct {
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Step  float64 `json:"step"`
}

// Level returns the range that holds one level.
func Level(level float64) Range { return Range{level, level, 1} }

// ParseRange reads START, START:END or START:END:STEP, as perf_analyzer's ranges are written. The end is the start if it is not given,
// and the step 1. Whether the numbers make sense is for [Options.Validate] to say.
func ParseRange(text string) (Range, error) {
	fields := strings.Split(text, ":")
	if len(fields) > 3 {
		return Range{}, fmt.Errorf("load: range %q has %d parts; expected START:END:STEP, of which the end and the step may be left out", text, len(fields))
	}
	numbers := make([]float64, len(fields))
	for i, field := range fields {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return Range{}, fmt.Errorf("load: range %q: %q is no number; expected START:END:STEP, as in 2048:4096:256", text, field)
		}
		numbers[i] = v
	}
	r := Level(numbers[0])
	if len(numbers) > 1 {
		r.End = numbers[1]
	}
	if len(numbers) > 2 {
		r.Step = numbers[2]
	}
	return r, nil
}

// single reports whether the range has one level.
func (r Range) single() bool { return r.Start == r.End }
