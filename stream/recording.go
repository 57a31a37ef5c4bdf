package stream

import (
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// Recording is what a run leaves behind: where it ran, with which settings, and the times of every chunk.
type Recording struct {
	record.Head
	Settings Settings
	Points   []Point // in the order in which they were measured
	// Result is what a search found; nil without one, or when it found nothing.
	Result *Result
}

// Point is one number of sessions and what came of it.
type Point struct {
	Sessions int       `json:"sessions"`
	Repeat   int       `json:"repeat,omitempty"` // of a search that measures the same number again: 1 for the second time
	Scout    bool      `json:"scout,omitempty"`  // of a search: a short look, to see where to search
	Epoch    time.Time `json:"epoch"`            // instant 0 of the point's clock, on which all its times are

	Start int64 `json:"start_ns"` // measured time begins; 0: it never did
	End   int64 `json:"end_ns"`   // and ends
	Until int64 `json:"until_ns"` // waiting for answers ended

	Settled bool `json:"settled"`         // latencies were steady before measuring began
	Early   bool `json:"early,omitempty"` // ended before its time, because it could not hold any more

	Finding  Finding `json:"finding"`
	Evidence string  `json:"evidence"` // for the finding, in words and figures
	// Limiting is what kept the point from holding; empty when it held.
	Limiting Limiting `json:"limiting,omitempty"`

	// Held is the share of the measured time for which the sending thread was held up, because connections did not take what it sent.
	Held      float64                `json:"held"`
	Processor time.Duration          `json:"processor_ns,omitempty"` // time of the processors that the client used; 0 where the system does not tell
	Others    time.Duration          `json:"others_ns,omitempty"`    // likewise of other programs, and what the host of a virtual machine took away
	Server    []load.ModelStatistics `json:"server,omitempty"`       // what the server counted in the measured time
	Failures  []load.Failure         `json:"failures,omitempty"`     // one of each kind, warm-up included
	Telemetry *Telemetry             `json:"telemetry,omitempty"`    // what the device did in the measured time; nil: nothing was read
	Verdict   record.Verdict         `json:"verdict"`

	// Chunks holds every chunk of the point in the order in which they were due, those before and after the measured time included.
	Chunks []Chunk `json:"-"`
}

// Finding is what a point came to.
type Finding string

// The findings.
const (
	Holds       Finding = "holds"
	OverLimit   Finding = "latency over limit"
	FellBehind  Finding = "streams fell behind"
	Undecided   Finding = "too close to the limit" // to say with the confidence asked for; a search takes it for not holding
	Scouted     Finding = "scouted"                // a short look saw nothing that speaks against the number; that proves nothing
	ClientLate  Finding = "client late"            // the client is to blame: nothing is said about the server
	Errors      Finding = "errors"
	Refused     Finding = "refused" // the server could not be opened for so many sessions
	Interrupted Finding = "interrupted"
	Void        Finding = "void" // the process or the machine stood still, or the clock jumped
)

// Limiting is what stands in the way of more sessions.
type Limiting string

// What limits.
const (
	LimitCompute Limiting = "compute"     // the model runs all the time, or one run takes too long
	LimitCopy    Limiting = "copy"        // copies to and from the device take longer than computing
	LimitQueue   Limiting = "queue delay" // chunks wait although the model has time
	LimitHost    Limiting = "host"        // the way to the server and back
	LimitServer  Limiting = "server"      // which of these is unknown: the server does not tell
	LimitNetwork Limiting = "network"     // Options.Jitter
	LimitClient  Limiting = "client"      // this program
	LimitMemory  Limiting = "memory"      // the states of more sessions do not fit
	LimitRefused Limiting = "refused"     // the server takes no more sessions, for another reason
	LimitErrors  Limiting = "errors"
)

// Result is what a search found: the largest number of sessions that holds lies between Holds and Breaks.
type Result struct {
	Holds   int `json:"holds"`   // largest number that held, every time; 0: not even one session does
	Breaks  int `json:"breaks"`  // smallest number above it that did not; 0: none did, see SearchOptions.Max
	Point   int `json:"point"`   // place in Recording.Points of the first measurement of Holds; -1 if there is none
	Breaker int `json:"breaker"` // likewise of Breaks
	Repeats int `json:"repeats"` // how often Holds held
	// Confirmed is false when the search ended before Holds had been repeated as often as asked for.
	Confirmed bool `json:"confirmed"`
	// Retreats counts how often a number held and then did not, and Advances how often one did not hold and then did: the capacity
	// moves, or something else disturbed the machine.
	Retreats int      `json:"retreats,omitempty"`
	Advances int      `json:"advances,omitempty"`
	Limiting Limiting `json:"limiting,omitempty"` // of Breaks
}

// Codes of the reasons that a verdict can carry, beside those of package record.
const (
	CodeOverLimit  record.Code = "over-limit"
	CodeFellBehind record.Code = "fell-behind"
	CodeUndecided  record.Code = "undecided"
	CodeClientLate record.Code = "client-late"
	CodeErrors     record.Code = "request-errors"
	CodeMismatch   record.Code = "wrong-content" // answers were not what was expected: a session's state is not what its chunks make it
	CodeRefused    record.Code = "refused"
	CodeVoid       record.Code = "void"
	CodeUnsettled  record.Code = "unsettled"    // latencies were not steady when measuring began
	CodeSentLate   record.Code = "sent-late"    // all was sent, but lateness of the client is part of the latencies
	CodeRetreat    record.Code = "unrepeatable" // of a search: the same number came out differently
	CodeNothing    record.Code = "nothing-measured"
)
