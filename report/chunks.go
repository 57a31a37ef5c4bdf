package report

import (
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// Chunks describes a run in the unit that a streaming service is planned in.
type Chunks struct {
	PerInference int     `json:"per_inference"`  // chunks computed together: the batch
	PerSecond    float64 `json:"per_second"`     // over the wall time; 0 when that is too short to tell
	DurationMs   float64 `json:"duration_ms"`    // audio in one chunk; 0 when unknown
	SPS          float64 `json:"sps,omitempty"`  // seconds of audio computed per second of wall time
	LatencyP50Ms float64 `json:"latency_p50_ms"` // of the inference that a chunk is in
	LatencyP99Ms float64 `json:"latency_p99_ms"` // nearest rank

}

// NewChunks derives the figures per chunk. duration is the audio in one chunk, 0 when unknown: then there is no SPS.
//
// SPS = chunks per second · seconds per chunk.
func NewChunks(s *bench.Summary, source *record.Description, duration time.Duration) Chunks {
	batch := Batch(source.Tensors)
	c := Chunks{
		PerInference: batch,
		DurationMs:   float64(duration) / float64(time.Millisecond),
	}
	if s.WallMs > 0 {
		c.PerSecond = float64(s.Inferences*batch) / (float64(s.WallMs) / 1000)
	}
	for _, q := range s.Latency.Robust.Quantiles {
		switch q.Q {
		case 0.5:
			c.LatencyP50Ms = q.Value
		case 0.99:
			c.LatencyP99Ms = q.Value
		}
	}
	if duration > 0 {
		c.SPS = c.PerSecond * duration.Seconds()

	}
	return c
}

// Batch returns the number of chunks in one inference: the leading dimension that all inputs share, else 1.
func Batch(tensors []record.Tensor) int {
	batch := 0
	for _, t := range tensors {
		switch {
		case !t.Input:
		case len(t.Shape) == 0 || t.Shape[0] < 1 || batch > 0 && t.Shape[0] != batch:
			return 1
		default:
			batch = t.Shape[0]
		}
	}
	return max(batch, 1)
}

// Write writes the figures per chunk, each with what it means.
func (c Chunks) Write(log *Log) {
	log.Info("=== Per chunk ===")
	log.Info("Chunks in one inference: %d (leading dimension of the inputs)", c.PerInference)
	log.Info("Latency per chunk: p50 = %s ms, p99 = %s ms (time of the inference that the chunk is in, back to back)",
		Number(c.LatencyP50Ms), Number(c.LatencyP99Ms))
	log.Info("Chunks per second: %s", Number(c.PerSecond))
	if c.DurationMs > 0 {
		log.Info("Seconds of audio per second (SPS): %s (chunks per second x %s s per chunk)", Number(c.SPS), Number(c.DurationMs/1000))
	}
	log.Info("")
}
