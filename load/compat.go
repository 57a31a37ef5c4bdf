package load

import (
	"fmt"
	"time"
)

// Compat names the perf_analyzer whose rules a run follows.
type Compat string

// The generations of perf_analyzer that can be followed: that of the 24.02 SDK, and that of 25.06. CompatNone has the honest rules.
const (
	CompatNone Compat = ""
	Compat2402 Compat = "24.02"
	Compat2506 Compat = "25.06"
)

// compatRules is all that differs between the profiles, apart from defaults that Options name.
type compatRules struct {
	delayTolerance     time.Duration // lateness up to this is no delay
	throughputSuffices bool          // asynchronous runs accept windows that agree in throughput only
}

var compatRulesOf = map[Compat]compatRules{
	CompatNone: {delayTolerance: time.Millisecond},
	Compat2402: {},
	Compat2506: {delayTolerance: time.Millisecond, throughputSuffices: true},
}

func (c Compat) validate() error {
	if _, known := compatRulesOf[c]; !known {
		return fmt.Errorf("compat is %q: perf_analyzer's rules are known for %s and %s; use one of these", string(c), Compat2402, Compat2506)
	}
	return nil
}
