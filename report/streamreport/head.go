package streamreport

import (
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// fact is one line of what was measured, where, and how.
type fact struct{ Name, Value string }

// facts are the head of a run: what answered first, then what the runs of one command have in common.
func (r *Run) facts() []fact {
	rec := r.Recording
	facts := []fact{
		{"model", strings.TrimSpace(fmt.Sprintf("%s on %s %s", rec.Description.Model.Path, rec.Description.Backend, rec.Description.Version))},
		{"machine", machine(&rec.Description.Device, &rec.Environment)},
		{"speech", speech(&rec.Settings)},
		{"limit", limit(&rec.Settings)},
		{"measured", measured(&rec.Settings)},
	}
	if rec.Settings.Validate {
		facts = append(facts, fact{"answers", "every answer checked against all earlier chunks of its stream"})
	}
	return facts
}

// own is how many of the facts are of the run alone.
const own = 1

func machine(d *record.Device, e *record.Environment) string {
	text := ""
	if d.Kind == record.GPU && d.Name != "" {
		text = d.Name + "; "
	}
	return text + fmt.Sprintf("%s, %d logical CPUs, %s/%s; trtbench %s, %s", e.CPU, e.CPUs, e.OS, e.Arch, e.Build.Version, e.Go)
}

func speech(s *stream.Settings) string {
	text := fmt.Sprintf("a chunk every %v, %s phases, utterances %v", s.ChunkDuration, s.Phases, s.Utterance)
	if s.Once {
		text += ", ended where their audio ends"
	}
	if s.Silence.Low > 0 || s.Silence.High > 0 {
		text += fmt.Sprintf(", silence %v", s.Silence)
	}
	if s.Jitter.Low > 0 || s.Jitter.High > 0 {
		text += fmt.Sprintf(", network jitter %v", s.Jitter)
	}
	if s.Churn > 0 {
		text += fmt.Sprintf(", %g speakers per second leave and are replaced", s.Churn)
	}
	return fmt.Sprintf("%s, seed %d", text, s.Seed)
}

func limit(s *stream.Settings) string {
	return fmt.Sprintf("p%g of the chunk latency at most %v with %g %% confidence, at most %d chunks of a stream waiting",
		s.Percentile, s.Limit, 100*s.Confidence, s.Behind)
}

func measured(s *stream.Settings) string {
	what := ""
	switch {
	case s.Search != nil:
		times := "once"
		if s.Search.Repeats > 1 {
			times = fmt.Sprintf("%d times", s.Search.Repeats)
		}
		what = fmt.Sprintf("the most streams that hold, to within %g %%, held %s", s.Search.Resolution, times)
	case s.Sessions == nil:
	case s.Sessions.End == s.Sessions.Start:
		what = fmt.Sprintf("%d streams", s.Sessions.Start)
	default:
		what = fmt.Sprintf("%d to %d streams by %d", s.Sessions.Start, s.Sessions.End, s.Sessions.Step)
	}
	return fmt.Sprintf("%s; each point %v and more after settling for up to %v, %d chunks at least", what, s.Measure, s.Settle, s.MinChunks)
}
