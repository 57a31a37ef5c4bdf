package load

// Outcome is what is kept of a request: times in nanoseconds on the run's clock, no tensors. Zero means that it did not happen.
type Outcome struct {
	Intended int64 // when it was due; in a closed loop, when its place became free
	Sent     int64 // when its last byte was handed to the operating system
	First    int64 // when its first answer arrived; equal to Answered unless there were several
	Answered int64 // when it ended
	Sequence uint64
	Parts    uint32 // answers that arrived
	Conn     uint32 // connection that carried it
	Status   Status
	Flags    Flags
}

// Flags says what a request was.
type Flags uint8

// Bits of Flags.
const (
	FlagStart   Flags = 1 << iota // first of its sequence
	FlagEnd                       // last of its sequence
	FlagClosing                   // sent only to end a sequence; outside of every figure
	FlagWarmUp                    // sent before measuring began
	FlagCut                       // its sequence ended early
)

// Lag is how late the request was sent, in nanoseconds.
func (o *Outcome) Lag() int64 { return o.Sent - o.Intended }

// Service is the time from the actual sending to the last answer, in nanoseconds.
func (o *Outcome) Service() int64 { return o.Answered - o.Sent }

// Response is the time from the instant at which the request was due to its last answer, in nanoseconds.
func (o *Outcome) Response() int64 { return o.Answered - o.Intended }
