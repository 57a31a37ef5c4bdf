package loadreport

import (
	"io"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// WriteExplanation writes what each figure means.
func WriteExplanation(w io.Writer, s *load.Settings) error {
	p := typeset.NewPrinter(w)
	p.Line("")
	p.Line("What the figures mean:")
	for _, line := range []string{
		"asked     requests per second that the schedule wants",
		"sent      requests that left this client, per second of the measured time",
		"answered  requests whose last answer arrived, per second of the measured time",
		"lag       from the instant at which a request was due to its last byte leaving: what this client, or a server that does not read, adds",
		"service   from its last byte leaving to its last answer: perf_analyzer's latency but for the write",
		"response  from the instant at which it was due to its last answer: what a user waits; lag plus service",
		"max       the slowest request of the measured time",
		"errors    requests that failed; they are in no distribution, but those that ran into the deadline or were not answered count with the time until then",
		"batch     inferences that the server gave to the model at a time, from its own statistics",
		"*         there are too few requests to say with 95 % confidence how precise this quantile is",
		"measured  the requests that were due in the last windows that agree, whenever they were answered; quantiles by nearest rank, no averaging of windows",
	} {
		p.Wrap(12, "  "+line)
	}
	if s.ChunkDuration > 0 {
		p.Line("  SPS       seconds of audio answered per second: inferences/s x %v, the audio in one inference (--chunk-duration)", s.ChunkDuration)
	}
	p.Wrap(12, "  !         the figures of this level must not be used: less than 99 % of the requests were sent (client-bottleneck), or those sent piled "+
		"up (server-saturated), or over 1 % failed (request-errors)")
	return p.Err()
}
