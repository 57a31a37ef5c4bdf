package load

// Outcome is what is kept of a request: times in nanoseconds on the run's clock, no tensors. Zero means that it did not happen.
// It fills a cache line, so that those who write neighbouring outcomes do not disturb each other.
type Outcome struct {
	Intended int64  // when it was due; in a closed loop, when its place became free
	Begun    int64  // when the sender turned to it: later than Intended only by the sender's own lateness
	Sent     int64  // when its last byte was handed to the operating system; 0: it could not be sent
	First    int64  // when its first answer arrived; equal to Answered unless there were several
	Answered int64  // when it ended
	Sequence uint64 // id of its sequence; 0: it belongs to none
	Parts    uint32 // answers that arrived
	Conn     uint32 // connection that carried it
	Place    uint32 // live sequence, place of the closed loop, or else the connection
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
	FlagCut                       // its failure ended its sequence early
	FlagLate                      // the sender came to it after it was due, rather than having waited for it
)

// Delay is how late the sender turned to the request, in nanoseconds: what the client alone is to blame for.
func (o *Outcome) Delay() int64 { return o.Begun - o.Intended }

// Lag is how late the request was sent, in nanoseconds: Delay, and the time for which its writing was held up.
func (o *Outcome) Lag() int64 { return o.Sent - o.Intended }

// Service is the time from the actual sending to the last answer, in nanoseconds.
func (o *Outcome) Service() int64 { return o.Answered - o.Sent }

// Call is the time from the sender turning to the request to its last answer, in nanoseconds: Service, and the time that sending took. It is
// what perf_analyzer calls latency, whose clock is read right before the call that sends.
func (o *Outcome) Call() int64 { return o.Answered - o.Begun }

// Response is the time from the instant at which the request was due to its last answer, in nanoseconds.
func (o *Outcome) Response() int64 { return o.Answered - o.Intended }
