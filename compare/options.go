package compare

import (
	"fmt"
	"math"
)

// DefaultThreshold is the difference in per cent that does not matter.
const DefaultThreshold = 5.0

// Options say how to compare.
type Options struct {
	Threshold        float64 // per cent that does not matter, 0 or more
	AllowDifferences bool    // compare although blocking differences exist, or a run is invalid
}

// Validate returns what is wrong with the options.
func (o *Options) Validate() error {
	if !(o.Threshold >= 0) || math.IsInf(o.Threshold, 0) {
		return fmt.Errorf("compare: threshold %v %%; expected 0 or more", o.Threshold)
	}
	return nil
}

// Refuse returns an [*IncomparableError] if something stands against a comparison, and differences are not allowed. invalid names the
// sides whose own verdict is that they must not be used.
func (o *Options) Refuse(differences Differences, invalid []string) error {
	blocking := differences.blocking()
	if o.AllowDifferences || len(blocking)+len(invalid) == 0 {
		return nil
	}
	return &IncomparableError{Differences: blocking, Invalid: invalid}
}

// IncomparableError says why two runs were not compared.
type IncomparableError struct {
	Differences Differences // blocking ones
	Invalid     []string    // sides whose own verdict is that they must not be used
}

// Error lists what stands against a comparison.
func (e *IncomparableError) Error() string {
	text := "compare: the two runs cannot be compared"
	for _, name := range e.Invalid {
		text += fmt.Sprintf("; %s is marked invalid", name)
	}
	for _, d := range e.Differences {
		text += fmt.Sprintf("; %s: %s and %s", d.Name, d.A, d.B)
	}
	return text + "; allow differences if that is meant"
}
