package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
)

// timeFlag is a time given as a plain number of a unit, as trtexec takes it.
type timeFlag struct {
	value *bench.Value[time.Duration]
	unit  time.Duration
	name  string // of the unit
}

func (f *timeFlag) Set(text string) error {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%q is not a number of %s", text, f.name)
	}
	if math.IsNaN(x) || math.Abs(x)*float64(f.unit) > float64(bench.MaxDuration) {
		return fmt.Errorf("%q is not a length of time; expected a number of %s, at most %v", text, f.name, bench.MaxDuration)
	}
	*f.value = bench.Set(time.Duration(math.Round(x * float64(f.unit))))
	return nil
}

func (f *timeFlag) Type() string { return f.name }

func (f *timeFlag) String() string {
	if f.value == nil {
		return ""
	}
	if d, set := f.value.Get(); set {
		return strconv.FormatFloat(float64(d)/float64(f.unit), 'g', -1, 64)
	}
	return ""
}

// intFlag is a whole number that may be left to its default.
type intFlag struct{ value *bench.Value[int] }

func (f *intFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("%q is not a whole number", text)
	}
	*f.value = bench.Set(n)
	return nil
}

func (f *intFlag) Type() string { return "int" }

func (f *intFlag) String() string {
	if f.value == nil {
		return ""
	}
	if n, set := f.value.Get(); set {
		return strconv.Itoa(n)
	}
	return ""
}

// switchFlag sets a setting to a fixed value when it is given: --useSpinWait and --noSpinWait are two of them.
type switchFlag struct {
	value *bench.Value[bool]
	to    bool
}

func (f *switchFlag) Set(text string) error {
	given, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", text)
	}
	if given {
		*f.value = bench.Set(f.to)
	}
	return nil
}

func (f *switchFlag) Type() string     { return "bool" }
func (f *switchFlag) String() string   { return "false" }
func (f *switchFlag) IsBoolFlag() bool { return true }

// addSwitch adds a switchFlag, which needs no value on the command line.
func addSwitch(flags *pflag.FlagSet, value *bench.Value[bool], name string, to bool, help string) {
	flags.Var(&switchFlag{value, to}, name, help)
	flags.Lookup(name).NoOptDefVal = "true"
}

// percentilesFlag is a list of percentiles that replaces the default list. An empty list keeps it.
type percentilesFlag struct{ values *[]float32 }

func (f *percentilesFlag) Set(text string) error {
	if text == "" {
		return nil
	}
	var list []float32
	for _, field := range strings.Split(text, ",") {
		p, err := strconv.ParseFloat(strings.TrimSpace(field), 32)
		if err != nil || !(p >= 0 && p <= 100) {
			return fmt.Errorf("%q is not a percentile; expected numbers from 0 to 100, separated by commas", field)
		}
		list = append(list, float32(p))
	}
	*f.values = list
	return nil
}

func (f *percentilesFlag) Type() string { return "P1,P2,…" }

func (f *percentilesFlag) String() string {
	if f.values == nil {
		return ""
	}
	var fields []string
	for _, p := range *f.values {
		fields = append(fields, strconv.FormatFloat(float64(p), 'g', -1, 32))
	}
	return strings.Join(fields, ",")
}

// shareFlag is a share in percent, with or without its sign.
type shareFlag struct {
	percent float64
	set     bool
}

func (f *shareFlag) Set(text string) error {
	p, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(p >= 0 && p <= 100) {
		return fmt.Errorf("%q is no share; expected 0%% to 100%%", text)
	}
	f.percent, f.set = p, true
	return nil
}

func (f *shareFlag) Type() string { return "percent" }

func (f *shareFlag) String() string {
	if !f.set {
		return ""
	}
	return strconv.FormatFloat(f.percent, 'g', -1, 64) + "%"
}

// thresholdFlag is a difference in percent, with or without its sign.
type thresholdFlag float64

func (f *thresholdFlag) Set(text string) error {
	p, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil || !(p >= 0) || math.IsInf(p, 0) {
		return fmt.Errorf("%q is no difference; expected 0%% or more", text)
	}
	*f = thresholdFlag(p)
	return nil
}

func (f *thresholdFlag) Type() string   { return "percent" }
func (f *thresholdFlag) String() string { return strconv.FormatFloat(float64(*f), 'g', -1, 64) + "%" }
