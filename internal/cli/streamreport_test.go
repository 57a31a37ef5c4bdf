package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/streamreport"
	"github.com/trtbench/trtbench/stream"
)

// ended is a run of one point that came to a finding.
func ended(finding stream.Finding, change func(r *stream.Recording)) streamreport.Run {
	r := &stream.Recording{Settings: stream.Settings{Limit: 1, Percentile: 99}}
	r.Points = []stream.Point{{Sessions: 4, Start: 1, End: 2, Finding: finding}}
	r.Points[0].Chunks = []stream.Chunk{{Complete: 1, Due: 1, Ready: 1, Begun: 1, Answered: 2, Status: load.StatusOK}}
	r.Verdict.Status = record.Valid
	change(r)
	return streamreport.NewRun("", r)
}

// A report ends as the run did.
func TestReportOfStreamsEndsAsTheRunDid(t *testing.T) {
	as := func(*stream.Recording) {}
	interrupted := func(r *stream.Recording) { r.Interrupted = true }
	failed := func(r *stream.Recording) { r.Verdict.Fail(record.CodeFailed, "the device is lost") }
	invalid := func(r *stream.Recording) { r.Verdict.Fail(stream.CodeErrors, "chunks failed") }
	unmeasured := func(r *stream.Recording) { r.Points[0].Start, r.Points[0].End = 0, 0 }
	for name, c := range map[string]struct {
		runs []streamreport.Run
		want int
		says string
	}{
		"holds":                      {[]streamreport.Run{ended(stream.Holds, as)}, ExitOK, ""},
		"does not hold":              {[]streamreport.Run{ended(stream.OverLimit, as)}, ExitThreshold, "no number of streams"},
		"one of two holds":           {[]streamreport.Run{ended(stream.OverLimit, as), ended(stream.Holds, as)}, ExitOK, ""},
		"invalid":                    {[]streamreport.Run{ended(stream.Errors, invalid)}, ExitInvalid, ""},
		"one of two is invalid":      {[]streamreport.Run{ended(stream.Holds, as), ended(stream.Errors, invalid)}, ExitInvalid, ""},
		"failed":                     {[]streamreport.Run{ended(stream.Errors, failed)}, ExitFailed, ""},
		"interrupted":                {[]streamreport.Run{ended(stream.Holds, interrupted)}, ExitInterrupted, ""},
		"interrupted before a point": {[]streamreport.Run{ended(stream.Interrupted, func(r *stream.Recording) { interrupted(r); unmeasured(r) })}, ExitInterrupted, "nothing was measured"},
		"nothing was measured":       {[]streamreport.Run{ended(stream.Holds, unmeasured)}, ExitFailed, "nothing was measured"},
	} {
		err := toldStreams(&streamreport.Report{Runs: c.runs})
		assert.Equal(t, c.want, exitCode(err), name)
		if c.says != "" {
			assert.ErrorContains(t, err, c.says, name)
		}
	}
}
