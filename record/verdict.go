package record

// Status is the short form of a verdict.
type Status string

// The verdicts, from best to worst.
const (
	Valid    Status = "valid"
	Warnings Status = "warnings" // usable, with something to know
	Invalid  Status = "invalid"  // not to be used as a result
)

// Code names a reason. Codes are stable; the text beside them may change.
type Code string

// Codes that recordings of every kind can carry.
const (
	CodeInterrupted Code = "interrupted"
	CodeFailed      Code = "failed"
)

// Reason says why a verdict is not simply valid.
type Reason struct {
	Code     Code   `json:"code"`
	Evidence string `json:"evidence"`
}

// Verdict says how far a recording can be trusted, and why.
type Verdict struct {
	Status  Status   `json:"status"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// Warn adds a reason that leaves the recording usable.
func (v *Verdict) Warn(code Code, evidence string) {
	if v.Status != Invalid {
		v.Status = Warnings
	}
	v.Reasons = append(v.Reasons, Reason{code, evidence})
}

// Fail adds a reason that makes the recording unusable as a result.
func (v *Verdict) Fail(code Code, evidence string) {
	v.Status = Invalid
	v.Reasons = append(v.Reasons, Reason{code, evidence})
}
