package stream

import (
	"time"

	"github.com/trtbench/trtbench/load"
)

// Phases says when sessions send, relative to each other.
type Phases string

// The phases.
const (
	PhasesRandom Phases = "random" // chunks of different sessions are complete at instants drawn at random, as with real speakers, who begin each utterance at a phase of its own
	PhasesPulsed Phases = "pulsed" // all chunks are complete at the same instants: hard for a server that needs several batches for them
)

// Options is what a caller may choose about a run. A zero value means the default.
type Options struct {
	// Sessions are the numbers of sessions to measure, one point each: a single number, or a curve. Ignored with FindMax.
	Sessions Levels
	// FindMax looks for the largest number of sessions that holds, see Search.
	FindMax bool
	Search  SearchOptions

	ChunkDuration time.Duration // audio in one chunk; by default 300 ms
	Phases        Phases        // by default PhasesRandom
	Seed          uint64        // of all that is drawn at random
	Utterance     Length        // of speech, from its first chunk to its last; by default fixed, 15 s. Whole chunks, at least one
	// Once ends an utterance where its stream of payloads ends, at the latest, as a file of speech does. Otherwise it goes on with the
	// beginning of the stream, unless answers are compared with what the stream expects.
	Once bool
	// Silence is between two utterances of a speaker; by default none. With random phases up to a chunk duration comes on top, so that
	// the next utterance has another phase.
	Silence Length
	// Churn is how many speakers per second leave, each replaced at once by a new one that begins at a phase of its own.
	Churn  float64
	Jitter Length // what the network adds to the way of each chunk; by default nothing. It is part of the chunk latency

	Limit      time.Duration // of the chunk latency; by default 100 ms
	Percentile float64       // of the chunk latency that Limit is for, more than 0 and less than 100; by default 99
	Confidence float64       // with which a point is said to hold, or to be over the limit; by default 0.99
	// Behind is how many chunks of a session may wait for the answer to the one before them; a session with more has fallen behind.
	// By default 2.
	Behind load.Value[int]

	Settle  time.Duration // what a point waits at most until latencies are steady; by default 10 s
	Measure time.Duration // measured time of a point at least; by default 12 s, more where the confidence asks for more chunks
	// Looks is how often a point may be judged: a point that is too close to the limit is measured for twice as long, then again. By
	// default 3, so that a point is measured for 4 × Measure at most; 2 with FindMax, where what is too close does not hold anyway.
	Looks int

	Conns        int                       // connections; by default one for each session, up to load.MaxConns
	Deadline     load.Value[time.Duration] // after which the server's answer counts as failed; by default 10 s; 0: none
	CheckAnswers bool                      // compare answers with what the payloads expect; see load.StatusMismatch
	// Untagged sessions are not marked as sequences on the wire: the server knows nothing of them, as a model that is given its state.
	Untagged  bool
	MaxErrors load.Value[int] // failed chunks with which a run goes on; below 0: any number. By default 1000
	Drain     time.Duration   // how long the end of a point waits for the answers that are missing; by default load.DefaultDrain
	// Spin is how long the sending thread keeps a processor busy before each chunk, for more precision; by default not at all.
	Spin time.Duration
	// Statistics reads the server's own statistics at the bounds of the measured time, where it has some.
	Statistics bool
	Meter      Meter // reads the device behind the server while points are measured; nil: nothing does

	// OnProgress, when not nil, is called a few times per second while a point runs, by one goroutine at a time.
	OnProgress func(Progress)
	// OnPoint, when not nil, is called when a point is complete, before the next one begins. The recording has no head yet.
	OnPoint func(*Recording, int)
}

// SearchOptions says how the largest number of sessions is looked for.
type SearchOptions struct {
	Start      int     // sessions of the first point; by default 8
	Max        int     // sessions at most; by default MaxSessions
	Resolution float64 // how close the bounds of the result are, in per cent of it; by default 2
	// Repeats is how often the result must hold in all, each time from the beginning; by default 3.
	Repeats int
}

// Defaults of Options.
const (
	DefaultChunkDuration = 300 * time.Millisecond
	DefaultUtterance     = 15 * time.Second
	DefaultLimit         = 100 * time.Millisecond
	DefaultPercentile    = 99.0
	DefaultConfidence    = 0.99
	DefaultBehind        = 2
	DefaultSettle        = 10 * time.Second
	DefaultMeasure       = 12 * time.Second
	DefaultLooks         = 3
	DefaultSearchLooks   = 2
	DefaultDeadline      = 10 * time.Second
	DefaultMaxErrors     = 1000
	DefaultSearchStart   = 8
	DefaultResolution    = 2.0
	DefaultRepeats       = 3
)

// MaxSessions bounds the sessions of a point.
const MaxSessions = 1 << 14

// Progress is how a point goes on. Rates and times are of the moment.
type Progress struct {
	Point    int // number of the point, from 0
	Sessions int
	Phase    Phase
	Elapsed  time.Duration // since the point began
	// Measured is how much of the measured time has passed, and Measure how long that is going to be as far as is known.
	Measured, Measure time.Duration

	SPS      float64 // seconds of audio answered per second
	P50, P99 time.Duration
	Over     int // chunks due in the measured time whose answers took longer than the limit
	Waiting  int // chunks that wait for the answer to the one before them
	Behind   int // chunks due in the measured time that had too many of their session before them, see Options.Behind
	Errors   int // failed chunks
	InFlight int
}

// Phase is a part of a point.
type Phase string

// The phases of a point, in their order.
const (
	PhaseJoining   Phase = "joining"   // speakers begin, one after the other
	PhaseSettling  Phase = "settling"  // all speak; latencies are not steady yet
	PhaseMeasuring Phase = "measuring" //
	PhaseLeaving   Phase = "leaving"   // speakers end what they are saying
)
