package compare

import "fmt"

// State is what became of a figure from A to B.
type State string

// The states.
const (
	Same    State = "same"
	Better  State = "better"
	Worse   State = "worse"
	Unclear State = "unclear"
)

// Sentence says how good B is, for the end of a report.
func (s State) Sentence() string {
	switch s {
	case Same:
		return "B is as good as A"
	case Better:
		return "B is better than A"
	case Worse:
		return "B is worse than A"
	}
	return "B is not clearly better or worse than A; measure longer"
}

// Code says why a figure has its state. Codes are stable.
type Code string

// The reasons.
const (
	Within        Code = "within-threshold"  // the interval of the difference lies within the threshold on both sides
	Beyond        Code = "beyond-threshold"  // the interval lies beyond the threshold
	Crosses       Code = "crosses-threshold" // there is a difference, and the interval does not say whether it is beyond the threshold
	Noisy         Code = "too-noisy"         // the interval holds no difference as well as one beyond the threshold
	FewSamples    Code = "few-samples"       // too little was measured for an interval
	PointEstimate Code = "point-estimate"    // only figures are known, not what they were computed from: there is no interval
)

// Row is the comparison of one figure.
type Row struct {
	Name         string  `json:"name"`
	Unit         string  `json:"unit"`
	HigherBetter bool    `json:"higher_is_better"`
	Decides      bool    `json:"decides"` // whether being worse is a regression
	A            float64 `json:"a"`
	B            float64 `json:"b"`
	Percent      float64 `json:"difference_percent"` // of B from A
	LowPercent   float64 `json:"low_percent"`        // with 95 % confidence; both are Percent without an interval
	HighPercent  float64 `json:"high_percent"`
	State        State   `json:"state"`
	Code         Code    `json:"code"`
}

// WithInterval completes a row whose difference lies between low and high, in per cent. threshold is the difference that does not
// matter, in per cent.
func (row *Row) WithInterval(low, high, threshold float64) {
	row.Percent = percent(row.A, row.B)
	row.LowPercent, row.HighPercent = low, high
	row.State, row.Code = judge(low, high, threshold, row.HigherBetter)
}

// WithoutInterval completes a row of which no interval is known, for the reason given: with [PointEstimate] the difference itself is
// judged, with [FewSamples] nothing is said.
func (row *Row) WithoutInterval(why Code, threshold float64) {
	row.Percent = percent(row.A, row.B)
	row.LowPercent, row.HighPercent, row.State = row.Percent, row.Percent, Unclear
	if why == PointEstimate {
		row.State, _ = judge(row.Percent, row.Percent, threshold, row.HigherBetter)
	}
	row.Code = why
}

// Interval writes the interval of the difference; "-" when none is known.
func (row *Row) Interval() string {
	if row.Code == PointEstimate || row.Code == FewSamples {
		return "-"
	}
	return fmt.Sprintf("%+.1f%% to %+.1f%%", row.LowPercent, row.HighPercent)
}

// judge says what follows from where the interval of a difference lies. Beyond the threshold, the direction decides between better and
// worse.
func judge(low, high, threshold float64, higherBetter bool) (State, Code) {
	more, less := Worse, Better
	if higherBetter {
		more, less = Better, Worse
	}
	switch {
	case low >= -threshold && high <= threshold:
		return Same, Within
	case low > threshold:
		return more, Beyond
	case high < -threshold:
		return less, Beyond
	case low > 0 || high < 0:
		return Unclear, Crosses
	}
	return Unclear, Noisy
}

// percent is the difference of b from a; 0 when a is 0.
func percent(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return 100 * (b/a - 1)
}

// Overall is the state that rows have together, of which those count that decide: worse if one is, else better, unclear, same.
func Overall(rows []Row) State {
	var states []State
	for _, row := range rows {
		if row.Decides {
			states = append(states, row.State)
		}
	}
	return Together(states...)
}

// Together is the state that several have together: worse if one is, else better, unclear, same.
func Together(states ...State) State {
	for _, s := range []State{Worse, Better, Unclear} {
		for _, found := range states {
			if found == s {
				return s
			}
		}
	}
	return Same
}
