package load

import (
	"context"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Server answers requests: a Triton server, a server in this process, a fake in a test.
type Server interface {
	// Describe says what answers: the server, its version, the model and its tensors.
	Describe() record.Description
	// Payloads says which contents the requests may have.
	Payloads() Payloads
	// Dial opens connections to it. When it returns they are all usable: whatever opening costs lies before the first request. The
	// caller closes them.
	Dial(ctx context.Context, setup DialSetup) (Conns, error)
}

// DialSetup is what a server must know before the first request.
type DialSetup struct {
	Conns    int           // independent connections (streams, where the protocol has them), at least 1
	States   int           // sessions whose recurrent state is carried from answer to request; 0: none
	Deadline time.Duration // a request that has no answer by then has failed; 0: none
	Validate bool          // the content of answers is checked against what the payload expects
	Clock    Clock         // gives the times of Sink
	Sink     Sink          // learns what happened
}

// Clock returns nanoseconds since a fixed instant and never goes back.
type Clock func() int64

// Conns are opened connections.
//
// Send may be called from several goroutines at once as long as each connection is used by one of them. It returns as soon as the
// request has left, without waiting for the answer. An error means that the request was not sent and that the sink will hear
// nothing of it; the connection stays usable, or is opened anew by the server's client, as far as that is possible.
type Conns interface {
	Send(conn int, r Request) error
	// Close closes the connections. Requests without an answer fail with StatusLost before it returns. It ends within seconds,
	// whatever the server does. A Send that is held up in the meantime, by a server that does not read, returns an error.
	Close() error
}

// Flusher is what Conns may be besides, to send several requests with one system call: a request with Request.More set may be held
// back until Flush, which the caller calls once the requests that were due are all sent. If it then cannot leave, it ends with
// StatusLost.
type Flusher interface {
	// Flush sends what was held back. Like Send, it may be called from several goroutines at once.
	Flush() error
}

// Request is one request: an index into the columns of the run, and what goes over the wire.
type Request struct {
	Index    int64 // of the request in its run, from 0; it travels as the request's id
	Stream   int   // which payload: stream and step, see Payloads
	Step     int
	Sequence uint64 // id of the sequence on the wire; 0: the request belongs to none
	Start    bool   // first request of its sequence
	End      bool   // last request of its sequence
	State    int    // session, below DialSetup.States, whose state goes along; Start makes it zero; -1: none
	More     bool   // another request follows at once, on this or another connection; see Flusher
}

// Sink is told when requests leave and answers arrive. Its methods are safe for concurrent use, do not block and do not allocate
// in the good case. Times are those of DialSetup.Clock. Sent(i) may come after Answered(i).
type Sink interface {
	// Sent says that the last byte of request i was handed to the operating system.
	Sent(i int64, at int64)
	// Part says that an answer to request i has arrived which is not the last one. The clock is read before its content is.
	Part(i int64, at int64)
	// Answered says that request i has ended: its last answer arrived, or it failed. It comes once for each request that was
	// sent; any further one, and one for a request that never was, are ignored. detail is nil when status is StatusOK.
	Answered(i int64, at int64, status Status, detail error)
}

// Payloads are the contents that requests can have: streams of steps. A sequence takes the steps of one stream in order; other
// requests take them in turn.
type Payloads struct {
	Steps []int // number of steps of each stream, each at least 1
	Bytes int64 // size of the largest request on the wire, without its state
	Batch int   // items in one request, at least 1
	// Checked says that expected outputs are known, so that DialSetup.Validate checks something.
	Checked bool
}

// Status says how a request ended.
type Status uint8

// The ends of a request.
const (
	StatusPending     Status = iota // no answer yet
	StatusOK                        // answered
	StatusLost                      // the connection ended before the answer came
	StatusDeadline                  // no answer within the deadline
	StatusMismatch                  // answered, but the content is not what was expected
	StatusRejected                  // the server refused it: queue full, rate limit
	StatusUnavailable               // the server or the model is not ready
	StatusInvalid                   // the server does not accept this request: name, shape, type, batch
	StatusFailed                    // the server failed while working on it
)

// String returns the word used in reports.
func (s Status) String() string {
	switch s {
	case StatusPending:
		return "pending"
	case StatusOK:
		return "ok"
	case StatusLost:
		return "connection lost"
	case StatusDeadline:
		return "deadline exceeded"
	case StatusMismatch:
		return "wrong content"
	case StatusRejected:
		return "rejected"
	case StatusUnavailable:
		return "unavailable"
	case StatusInvalid:
		return "invalid request"
	}
	return "failed"
}
