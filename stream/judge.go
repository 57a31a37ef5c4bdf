package stream

import (
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// busyShare is the part of the time above which the model has no time left.
const busyShare = 0.9

// heldShare is the part of the time above which the connections are to blame for lateness: they do not take what is sent.
const heldShare = 0.5

// usedShare is the part of the processors' time above which this process has none left.
const usedShare = 0.7

// judgement finds out what a point came to.
type judgement struct {
	point    *Point
	settings *Settings
	figures  *Figures
	tally    tally
	gap      string
	overrun  bool
}

func (j *judgement) quantile() string {
	name := fmt.Sprintf("p%g", j.settings.Percentile)
	q, ok := j.figures.Latency.Chunk.At(j.settings.Percentile / 100)
	if !ok {
		return name + " of the chunk latency is unknown"
	}
	at := ""
	if n := j.figures.Latency.Chunk.Censored; n > 0 {
		at = "at least "
	}
	return fmt.Sprintf("%s of the chunk latency is %s%v, the limit %v; %d of %d chunks were later", name, at,
		q.Value.Round(10*time.Microsecond), j.settings.Limit, j.tally.over, j.tally.chunks)
}

// judge writes finding, evidence, limiting reason and verdict.
func (p *Point) judge(s *Settings, gap string, overrun bool) {
	j := judgement{point: p, settings: s, gap: gap, overrun: overrun, figures: &Figures{}}
	if p.End > p.Start {
		j.figures = newFigures(p, s)
		for i := range p.Chunks {
			if m := (measuring{Point: p}); m.in(&p.Chunks[i]) {
				j.tally.add(&p.Chunks[i], s, p.Start)
			}
		}
	}
	finding, evidence := j.find()
	p.Finding, p.Evidence = finding, evidence
	if finding == OverLimit || finding == FellBehind || finding == Undecided {
		p.Limiting = j.limiting()
	}
	j.verdict()
	j.telemetry()
}

// find returns what the point came to, the gravest first.
func (j *judgement) find() (Finding, string) {
	t, f := &j.tally, j.figures
	decided := j.settings.decide(t.chunks, t.over, t.inflation(j.settings))
	behind := f.Backlog.FellBehind
	share := 1 - j.settings.Percentile/100
	switch {
	case j.gap != "":
		return Void, j.gap
	case j.point.Finding == Interrupted:
		return Interrupted, j.point.Evidence
	case j.overrun, t.errors > 0:
		return Errors, j.failures()
	case t.chunks == 0:
		return Undecided, "no chunk was complete in the measured time"
	case j.point.Scout && decided != above && behind == 0 && !j.point.Early:
		return Scouted, j.quantile()
	case decided == within && behind == 0:
		return Holds, j.quantile()
	case j.own() && (float64(t.late) > share*float64(t.chunks) || behind == 0 && t.server < t.over && j.settings.decide(t.chunks, t.server, 1) == within):
		q, _ := f.Latency.Lag.At(j.settings.Percentile / 100)
		return ClientLate, fmt.Sprintf("the client sent p%g of the chunks %v late or more; without its lateness %d of %d were over the limit, with it %d",
			j.settings.Percentile, q.Value.Round(10*time.Microsecond), t.server, t.chunks, t.over)
	case behind > 0:
		return FellBehind, fmt.Sprintf("%d of %d streams had more than %d chunks waiting, %d at most; %s",
			behind, j.point.Sessions, j.settings.Behind, f.Backlog.Most, j.quantile()) + j.impossible()
	case decided == above:
		return OverLimit, j.quantile() + j.impossible()
	case j.point.Early:
		return OverLimit, j.quantile() + ": too many for this point to hold any more, so that it was ended" + j.impossible()
	}
	return Undecided, j.quantile()
}

// impossible says why no smaller number of sessions is going to hold either, where that is so; else it is empty.
func (j *judgement) impossible() string {
	l := &j.figures.Latency
	if l.Compute == nil {
		return ""
	}
	limit := j.settings.Limit
	compute, known := l.Compute.At(0.5)
	queue, known2 := l.Queue.At(0.5)
	batch := j.figures.Batches
	const alone = 1.5 // chunks of a batch on average: most have a batch of their own
	switch {
	case !known || !known2 || batch == nil:
		return ""
	case compute.Value > limit && batch.Mean < alone:
		return fmt.Sprintf("; one chunk computes for %s at p50 and the limit is %v: no number of streams can hold; raise the limit or make the model faster",
			rounded(compute.Value), limit)
	case compute.Value > limit:
		return fmt.Sprintf("; a batch of %.1f chunks computes for %s at p50 and the limit is %v: raise the limit, make batches smaller or the model faster",
			batch.Mean, rounded(compute.Value), limit)
	case queue.Value+compute.Value > limit && !batch.saturated() && j.figures.Backlog.Waited == 0:
		return fmt.Sprintf("; chunks wait for others for %s and compute for %s at p50, and the limit is %v: let the server wait less, or raise the limit",
			rounded(queue.Value), rounded(compute.Value), limit)
	}
	return ""
}

func rounded(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

// own reports whether lateness of the client is its own fault: not that of connections that take nothing, nor of a server in the same
// process that has no time left and takes that of the client too. Where a device computes, the processors have time all the same.
func (j *judgement) own() bool {
	all := float64(j.figures.Measured) * float64(runtime.GOMAXPROCS(0))
	used := float64(j.point.Processor)
	return j.point.Held <= heldShare && !(j.figures.Batches.saturated() && (used == 0 || used > usedShare*all))
}

func (j *judgement) failures() string {
	if len(j.point.Failures) == 0 {
		return "chunks failed"
	}
	f := j.point.Failures[0]
	return fmt.Sprintf("%d chunks failed; the first of %d as %q: %s", j.tally.errors, f.Count, f.Status, f.Text)
}

// limiting returns what kept a point from holding.
func (j *judgement) limiting() Limiting {
	var network, lag, queue, compute, host, all float64
	told := false
	for i := range j.point.Chunks {
		c := &j.point.Chunks[i]
		if m := (measuring{Point: j.point}); !m.in(c) || c.Answered == 0 || j.tally.over > 0 && !overLimit(c, int64(j.settings.Limit)) {
			continue
		}
		network += float64(c.Due - c.Complete)
		lag += float64(c.Lag())
		all += float64(c.Latency())
		if c.Finished > 0 {
			told = true
			queue += float64(c.Started - c.Begun)
			compute += float64(c.Finished - c.Started)
			host += float64(c.Answered - c.Finished)
		}
	}
	switch b := j.figures.Batches; {
	case network > all/2:
		return LimitNetwork
	case lag > all/2:
		return LimitClient
	case b.saturated():
		return LimitCompute
	case !told:
		return j.counted()
	case queue >= max(compute, host):
		return LimitQueue
	case host > compute:
		return LimitHost
	}
	return LimitCompute
}

// counted returns what limits by what the server counted of itself.
func (j *judgement) counted() Limiting {
	var queue, compute, copies time.Duration
	for _, m := range j.point.Server {
		queue += m.Queue.Time
		compute += m.ComputeInfer.Time
		copies += m.ComputeInput.Time + m.ComputeOutput.Time
	}
	switch {
	case queue+compute+copies == 0:
		return LimitServer
	case copies > max(compute, queue):
		return LimitCopy
	case j.saturated():
		return LimitCompute
	case queue > compute:
		return LimitQueue
	}
	return LimitCompute
}

// saturated reports whether less was answered than was spoken, so that a queue is not one that the server chose to have.
func (j *judgement) saturated() bool {
	return j.figures.Rate.SPS < 0.97*j.figures.Rate.Offered
}

// verdict says how far the point can be trusted.
func (j *judgement) verdict() {
	p, v := j.point, &j.point.Verdict
	v.Status = record.Valid
	switch p.Finding {
	case Void:
		v.Fail(CodeVoid, p.Evidence)
	case Interrupted:
		v.Warn(record.CodeInterrupted, p.Evidence)
	case Errors:
		v.Fail(CodeErrors, p.Evidence)
	case ClientLate:
		v.Fail(CodeClientLate, p.Evidence)
	case OverLimit:
		v.Warn(CodeOverLimit, p.Evidence)
	case FellBehind:
		v.Warn(CodeFellBehind, p.Evidence)
	case Undecided:
		v.Warn(CodeUndecided, p.Evidence)
	}
	for _, f := range p.Failures {
		if f.Status == load.StatusMismatch {
			v.Fail(CodeMismatch, fmt.Sprintf("%d answers were wrong; the first: %s", f.Count, f.Text))
		}
	}
	if p.Start == 0 && p.Finding != Refused {
		v.Fail(CodeNothing, "the point ended before measuring began")
		return
	}
	if !p.Settled && p.Finding == Holds {
		v.Warn(CodeUnsettled, fmt.Sprintf("latencies were not steady after %v", j.settings.Settle))
	}
	if share := 1 - j.settings.Percentile/100; p.Finding == Holds && float64(j.tally.late) > math.Max(share*float64(j.tally.chunks), 1) {
		v.Warn(CodeSentLate, fmt.Sprintf("%d chunks were sent late by more than %g %% of the limit", j.tally.late, 100*lateShare))
	}
}
