package load

import "time"

// Mode says how requests come about.
type Mode string

// The modes. In an open loop requests are due by a schedule, whatever the server does; in a closed loop the answer to one lets the
// next one go.
const (
	ModeConcurrency Mode = "concurrency"  // closed loop: so many requests in flight, each level of the range in turn
	ModeRate        Mode = "request_rate" // open loop: so many requests per second, each level of the range in turn
	ModeIntervals   Mode = "intervals"    // open loop: given gaps, over and over
	ModeSchedule    Mode = "schedule"     // open loop: given instants, once
	ModeRamp        Mode = "ramp"         // open loop: a rate that goes from one end of the range to the other
	ModeSteps       Mode = "steps"        // closed loop that grows while it runs: perf_analyzer's periodic concurrency
)

// Open reports whether requests are due by a schedule.
func (m Mode) Open() bool {
	return m != ModeConcurrency && m != ModeSteps
}

// Arrival says how the requests of ModeRate are spread.
type Arrival string

// The ways to spread requests.
const (
	ArrivalConstant Arrival = "constant"
	ArrivalPoisson  Arrival = "poisson"
	ArrivalGamma    Arrival = "gamma" // in bursts, see Options.Burst
)

// Search says which levels of a range are measured.
type Search string

// The ways through a range.
const (
	SearchLinear Search = "linear" // every step from its start on
	SearchBinary Search = "binary" // the highest level that passes, by halving
)

// WindowMode says what ends a window.
type WindowMode string

// The ends of a window. The words are perf_analyzer's.
const (
	WindowTime  WindowMode = "time_windows"
	WindowCount WindowMode = "count_windows"
)

// Options is what a caller may choose about a run. A zero value means the default; those differ between the profiles in a few places,
// which are named.
type Options struct {
	Compat Compat // perf_analyzer's rules, or CompatNone for honest ones

	Mode      Mode    // by default ModeConcurrency
	Range     Range   // levels; by default Level(1)
	Search    Search  // by default SearchLinear
	Arrival   Arrival // by default ArrivalConstant
	Burst     float64 // of ArrivalGamma: variance of the gaps over that of Poisson's, see pace.NewGamma
	Seed      uint64  // of all that is drawn at random
	Intervals []time.Duration
	Schedule  []time.Duration // instants since the start, ascending
	RampTime  time.Duration   // of ModeRamp
	StepEvery int             // of ModeSteps: answers of the newest requests before the next step; by default 10

	Conns        int  // connections, or streams where the protocol has them; by default what the mode needs
	Senders      int  // goroutines that send on a schedule; by default 1, or 4 when Sync
	Sync         bool // each sender waits for the answer before it sends again
	Deadline     Value[time.Duration]
	CheckAnswers bool // compare the contents of answers with what the payloads expect
	Sequence     SequenceOptions

	// MaxErrors is the number of failed requests with which a run goes on; below 0: any number. By default 1000, in compat 0.
	MaxErrors Value[int]
	// Drain is how long the end of a point waits for the answers that are missing; by default DefaultDrain.
	Drain time.Duration

	WindowMode     WindowMode
	WindowTime     time.Duration // of a time window; by default 5 s. Compat windows are 1.2 times as long
	WindowRequests int           // of a count window; by default 50
	// WindowLimit ends a count window in any case, unless twice the time that its requests take at the rate asked for is longer; by
	// default 60 s.
	WindowLimit time.Duration
	MaxTrials   int // windows of a point at most; by default 10
	// Stability is by how many per cent the largest of the last three windows may exceed the smallest, in throughput and latency; by
	// default 10.
	Stability Value[float64]
	// Percentile, more than 0 and less than 100, takes the place of the mean latency in stability and latency limit.
	Percentile float64
	// LatencyLimit ends the search when mean or percentile reach it; 0: none. It is one of the response time, in compat of the
	// service time.
	LatencyLimit time.Duration
	// Requests makes a point a single window of exactly so many requests; 0: windows until they agree.
	Requests int
	// WarmUp is the time for which a point sends before its first window. By default 1 s, but 0 in compat, with WarmUpRequests, and
	// in the modes that play something once.
	WarmUp         Value[time.Duration]
	WarmUpRequests int // requests sent before the first window, besides WarmUp

	ChunkDuration   time.Duration // audio in one inference, for reports; 0: none
	Statistics      bool          // read the server's own statistics at the bounds of windows, where it has some
	MetricsInterval time.Duration // between readings of the server's GPU gauges; 0: they are not read

	// OnProgress, when not nil, is called a few times per second while a point runs, by one goroutine at a time.
	OnProgress func(Progress)
	// OnPoint, when not nil, is called when a point is complete, before the next one begins. The recording has no head yet.
	OnPoint func(*Recording, int)
}

// SequenceOptions says which sequences requests form.
type SequenceOptions struct {
	Use       bool           // they form some; without it the rest is ignored
	Live      int            // sequences alive at a time in an open loop; by default 4. In a closed loop it is the level
	Length    int            // requests of a sequence; by default 20, or what the payload's stream has
	Variation Value[float64] // lengths differ by up to so many per cent to both sides; by default 20
	FirstID   uint64         // 0 with IDSpan 0: a random start, which no other process has
	IDSpan    uint64         // ids are FirstID up to, and without, FirstID+IDSpan
	Serial    bool           // one request of a sequence in flight
	State     bool           // each answer's state is sent with the next request; implies Serial
	// Untagged sequences are not marked on the wire: the server knows nothing of them, as a model that is given its state.
	Untagged bool
}

// Defaults of Options. Those that perf_analyzer has are its own.
const (
	DefaultWindowTime     = 5 * time.Second
	DefaultWindowRequests = 50
	DefaultWindowLimit    = time.Minute
	DefaultMaxTrials      = 10
	DefaultStability      = 10.0
	DefaultMaxErrors      = 1000
	DefaultDeadline       = 30 * time.Second // in compat: none
	DefaultWarmUp         = time.Second
	DefaultConns          = 4
	DefaultSyncSenders    = 4
	DefaultLiveSequences  = 4
	DefaultSequenceLength = 20
	DefaultVariation      = 20.0
	DefaultStepEvery      = 10
)

// Bounds on options.
const (
	MaxConcurrency = 1 << 16
	MaxConns       = 1 << 14
	MaxSenders     = 1024
	MaxDuration    = 10 * 365 * 24 * time.Hour
)
