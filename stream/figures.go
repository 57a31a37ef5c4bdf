package stream

import (
	"time"

	"github.com/trtbench/trtbench/load"
)

// Figures are what a point says. Times are those of the chunks that were complete in the measured time, whenever they were answered;
// rates count what was answered in the measured time. A chunk that has no answer counts as late, and its latency is what is known of it.
type Figures struct {
	Sessions int           `json:"sessions"`
	Measured time.Duration `json:"measured_ns"`

	Chunks   int `json:"chunks"`             // complete in the measured time; the sum of the following
	OK       int `json:"ok"`                 // answered
	Failed   int `json:"failed,omitempty"`   // see Errors
	Missing  int `json:"missing,omitempty"`  // without an answer when waiting ended, or never sent
	Restarts int `json:"restarts,omitempty"` // utterances that had to begin anew in the middle, after a failure

	Latency Latencies `json:"latency"`
	Miss    Misses    `json:"misses"`
	Backlog Backlog   `json:"backlog"`
	Rate    Rates     `json:"rates"`
	// Batches is nil when the server does not tell.
	Batches *Batches          `json:"batches,omitempty"`
	Errors  []load.ErrorCount `json:"errors,omitempty"` // of Failed, the most frequent first
}

// Latencies are the times of chunks and utterances, and the parts that a chunk's latency consists of.
type Latencies struct {
	Chunk     load.Distribution `json:"chunk"`     // answered − complete at the speaker: what a listener waits
	First     load.Distribution `json:"first"`     // of these, the first chunks of utterances
	Last      load.Distribution `json:"last"`      // and the last ones: from the end of speech to its last answer
	Utterance load.Distribution `json:"utterance"` // last answer − beginning of speech, of utterances that ended in the measured time and had an answer to all chunks

	Network load.Distribution  `json:"network"`           // due at the client − complete: Options.Jitter
	Wait    load.Distribution  `json:"wait"`              // answer to the chunk before − due; 0 when that was there
	Lag     load.Distribution  `json:"lag"`               // the client's own lateness: sending began − chunk due and session free
	Service load.Distribution  `json:"service"`           // answered − sending began
	Queue   *load.Distribution `json:"queue,omitempty"`   // batch begins to run − sent; nil when the server does not tell
	Compute *load.Distribution `json:"compute,omitempty"` // batch has run − begins to run, copies included
	Deliver *load.Distribution `json:"deliver,omitempty"` // answered − batch has run
}

// Misses count chunks whose answer came late. Those without an answer are late.
type Misses struct {
	Limit      int     `json:"limit"` // later than Options.Limit
	LimitShare float64 `json:"limit_share"`
	Chunk      int     `json:"chunk"` // later than a chunk lasts: the next one was complete already
	ChunkShare float64 `json:"chunk_share"`
	// Utterances counts those that ended in the measured time, and UtterancesOnTime those of them without a late chunk (Limit).
	Utterances       int `json:"utterances"`
	UtterancesOnTime int `json:"utterances_on_time"`
}

// Backlog says how chunks waited for the answer to the chunk before them.
type Backlog struct {
	Waited     int `json:"waited"`      // chunks that did
	Sessions   int `json:"sessions"`    // sessions that had such chunks
	Most       int `json:"most"`        // chunks of one session that waited at the same time
	FellBehind int `json:"fell_behind"` // sessions that had more waiting than Options.Behind
	// CatchUp is how long backlogs lasted: from the instant the first chunk that waited was due to the instant the last one was sent.
	CatchUp load.Distribution `json:"catch_up"`
}

// Rates are what was answered per second of the measured time.
type Rates struct {
	Chunks  float64 `json:"chunks"`  // answered well per second
	SPS     float64 `json:"sps"`     // seconds of audio answered per second: the real-time factor over wall time, of all sessions together
	Offered float64 `json:"offered"` // seconds of audio spoken per second; less than the number of sessions where there is silence
	OnTime  float64 `json:"on_time"` // seconds of audio answered within the limit, per second
	// RTFXCompute is seconds of audio per second for which the model ran, summed over batches that ran side by side; 0 when the server
	// does not tell.
	RTFXCompute float64 `json:"rtfx_compute,omitempty"`
	// ProcessorPerChunk is the processor time of this process for each chunk; with a server in the process, that is included.
	ProcessorPerChunk time.Duration `json:"processor_per_chunk_ns,omitempty"`
}

// Batches are what the server told about its batches.
type Batches struct {
	Count int     `json:"count"`
	Mean  float64 `json:"mean"` // chunks of a batch
	// Sizes counts batches by the number of their chunks, from 0 on.
	Sizes []int `json:"sizes"`
	// Compute is how long a batch with so many chunks ran on average, copies included; 0 where there was none.
	Compute []time.Duration `json:"compute_ns"`
	// Busy is the share of the measured time in which at least one batch ran.
	Busy float64 `json:"busy"`
	// Running is how many batches ran at a time on average, and Most how many at most.
	Running float64 `json:"running"`
	Most    int     `json:"most_running"`
}

// saturated reports whether as many batches ran as ever can, nearly all the time. It is false for nil.
func (b *Batches) saturated() bool { return b != nil && b.Running >= busyShare*float64(b.Most) }
