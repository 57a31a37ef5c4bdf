package streamreport

import (
	"fmt"

	"github.com/trtbench/trtbench/stream"
)

// setting is one line of how a run was made.
type setting struct{ Name, Value string }

// settings says how a run was made.
func settings(s *stream.Settings) []setting {
	streams := "search for the most that hold"
	if s.Search != nil {
		streams += fmt.Sprintf(", to within %g %%, held %d times", s.Search.Resolution, s.Search.Repeats)
	} else if s.Sessions != nil {
		streams = fmt.Sprint(s.Sessions.Start)
		if s.Sessions.End != s.Sessions.Start {
			streams = fmt.Sprintf("%d to %d by %d", s.Sessions.Start, s.Sessions.End, s.Sessions.Step)
		}
	}
	speech := fmt.Sprintf("a chunk every %v, %s phases, utterances %v, silence %v", s.ChunkDuration, s.Phases, s.Utterance, s.Silence)
	if s.Churn > 0 {
		speech += fmt.Sprintf(", %g speakers per second leave and are replaced", s.Churn)
	}
	checks := "not checked"
	if s.Validate {
		checks = "every answer checked against all earlier chunks of its session"
	}
	return []setting{
		{"streams", streams},
		{"speech", speech},
		{"network", "jitter " + s.Jitter.String()},
		{"limit", fmt.Sprintf("p%g of the chunk latency at most %v, with %g %% confidence; at most %d chunks of a stream waiting", s.Percentile, s.Limit, 100*s.Confidence, s.Behind)},
		{"measured", fmt.Sprintf("%v and more after settling for up to %v, %d chunks at least, judged up to %d times", s.Measure, s.Settle, s.MinChunks, s.Looks)},
		{"answers", checks},
		{"seed", fmt.Sprint(s.Seed)},
	}
}
