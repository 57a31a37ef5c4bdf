package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
)

// amountFlag is a length of time that perf_analyzer takes as a plain number of milliseconds; a unit may stand behind it: 100, 2.5, 100ms, 2s.
type amountFlag struct{ value *time.Duration }

func (f amountFlag) Set(text string) (err error) {
	*f.value, err = parseAmount(text, time.Millisecond)
	return err
}

// parseAmount reads a length of time: a plain number of the unit, or a number with one of its own.
func parseAmount(text string, unit time.Duration) (time.Duration, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return d, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(math.Abs(n)*float64(unit) <= float64(load.MaxDuration)) {
		name := "milliseconds"
		if unit == time.Second {
			name = "seconds"
		}
		return 0, fmt.Errorf("%q is no length of time; expected %s, or a number with its unit as 2s", text, name)
	}
	return time.Duration(math.Round(n * float64(unit))), nil
}

func (f amountFlag) Type() string { return "ms" }

func (f amountFlag) String() string {
	if f.value == nil || *f.value == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*f.value)/float64(time.Millisecond), 'g', -1, 64)
}

// levelsFlag is a range of loads, START:END:STEP.
type levelsFlag struct{ value *load.Range }

func (f levelsFlag) Set(text string) error {
	r, err := load.ParseRange(text)
	if err == nil {
		*f.value = r
	}
	return err
}

func (f levelsFlag) Type() string { return "START:END:STEP" }

func (f levelsFlag) String() string {
	if f.value == nil || *f.value == (load.Range{}) {
		return ""
	}
	return fmt.Sprintf("%g:%g:%g", f.value.Start, f.value.End, f.value.Step)
}

// idsFlag is a range of sequence ids, START:END, without the end. The end may be left out.
type idsFlag struct{ first, span *uint64 }

// defaultIDSpan is the number of ids behind a start without an end, as perf_analyzer has it.
const defaultIDSpan = math.MaxUint32

func (f idsFlag) Set(text string) error {
	start, end, bounded := strings.Cut(text, ":")
	first, err := strconv.ParseUint(start, 10, 63)
	if err != nil || first == 0 {
		return fmt.Errorf("%q is no range of ids; expected START or START:END, whole numbers from 1 on", text)
	}
	*f.first, *f.span = first, defaultIDSpan
	if !bounded {
		return nil
	}
	last, err := strconv.ParseUint(end, 10, 63)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no range of ids; expected START or START:END, whole numbers from 1 on", text)
	case last <= first:
		return fmt.Errorf("%q has no id: they go from START up to, and without, END; expected an END above START", text)
	}
	*f.span = last - first
	return nil
}

func (f idsFlag) Type() string { return "START:END" }

func (f idsFlag) String() string {
	if f.first == nil || *f.first == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", *f.first, *f.first+*f.span)
}

// compatFlag chooses whose rules a run follows.
type compatFlag struct{ value *load.Compat }

// compats are the names on the command line.
var compats = map[string]load.Compat{
	"none": load.CompatNone, "perf_analyzer": load.Compat2402, "perf_analyzer-24.02": load.Compat2402, "perf_analyzer-25.06": load.Compat2506,
}

func (f compatFlag) Set(text string) error {
	compat, known := compats[text]
	if !known {
		return fmt.Errorf("%q; expected perf_analyzer, which is perf_analyzer-24.02, or perf_analyzer-25.06, or none", text)
	}
	*f.value = compat
	return nil
}

func (f compatFlag) Type() string { return "PROFILE" }

func (f compatFlag) String() string {
	if f.value == nil || *f.value == load.CompatNone {
		return ""
	}
	return "perf_analyzer-" + string(*f.value)
}
