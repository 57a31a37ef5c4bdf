package stream

import "github.com/trtbench/trtbench/load"

// Chunk is what is kept of a chunk of audio: times in nanoseconds on the point's clock. Zero means that it did not happen.
type Chunk struct {
	Complete int64 // its last sample was spoken
	Due      int64 // it is at the client: Complete, and what the network took
	Ready    int64 // it could be sent: Due, or the answer to the chunk before it, whichever is later; 0: it never could
	Begun    int64 // the client turned to it
	Sent     int64 // its last byte left
	Answered int64 // its answer arrived, or it failed

	Batched  int64 // it was put into a batch; as the next two, 0 when the server does not tell
	Started  int64 // the batch began to run
	Finished int64 // the batch had run

	next int64 // index of the session's next chunk

	Session   uint32 // place of its speaker, from 0
	Utterance uint32 // of the session, from 0
	Number    uint32 // in its utterance, from 0
	Behind    uint16 // chunks of the session that were due and not answered when it was due; 0: the session was free
	Batch     uint16 // chunks of the batch
	Status    load.Status
	Flags     Flags
}

// Flags says what a chunk was.
type Flags uint8

// Bits of Flags.
const (
	FlagStart   Flags = 1 << iota // first of its utterance
	FlagEnd                       // last of its utterance
	FlagRestart                   // the session's state began anew: the chunk before it failed
	FlagLeaving                   // sent when the point was over, to end the session; outside of every figure
	FlagNew                       // first chunk of a speaker
	FlagGone                      // last chunk of a speaker who leaves
)

// Latency is how long the chunk's listener waited, in nanoseconds: from the instant it was complete at the speaker to its answer.
func (c *Chunk) Latency() int64 { return c.Answered - c.Complete }

// Lag is the client's own lateness, in nanoseconds.
func (c *Chunk) Lag() int64 { return c.Begun - c.Ready }
