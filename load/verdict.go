package load

import (
	"fmt"
	"strings"
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stat"
)

// Codes of the reasons that the verdict on a point can carry, beside those of package record. The verdict on a recording carries those
// of its points.
const (
	CodeNothingAnswered  record.Code = "nothing-answered"  // no request was answered
	CodeRequestErrors    record.Code = "request-errors"    // requests failed
	CodeClientBottleneck record.Code = "client-bottleneck" // the client did not send what was asked for
	CodeServerSaturated  record.Code = "server-saturated"  // requests were sent on time and piled up
	CodeUnstable         record.Code = "unstable"          // the windows do not agree
	CodeOverLimit        record.Code = "over-limit"        // the latency limit was reached
	CodeSentLate         record.Code = "sent-late"         // all was sent, but lateness is part of the response times
	CodeUnanswered       record.Code = "unanswered"        // requests had no answer when waiting ended
	CodeWindowCut        record.Code = "window-cut"        // a count window ended without its requests
	CodeServerUnread     record.Code = "server-unread"     // statistics or gauges of the server could not be read; of a recording only
	CodeFewRequests      record.Code = "few-requests"      // too few to say much about the percentile asked for
)

// Limits of the verdict.
const (
	deliveredShare = 0.99 // of the rate asked for must be sent and answered
	errorShare     = 0.01 // of the requests may fail in a point that counts
	leastShortfall = 3    // requests: fewer missing ones are the edges of a window
	queueShare     = 0.5  // of the rise in response times that a queue explains must be seen to call it one
	lateShare      = 0.10 // of the response time may be lateness
	heldShare      = 0.5  // of their time for which senders must have been held up to blame the server for it
	waitingShare   = 0.9  // of the sequences must wait for an answer to say that the others could not be sent for lack of them
)

// judgement is what the verdict on a point looks at.
type judgement struct {
	settings *Settings
	point    *Point
	figures  *Figures
	latency  time.Duration // that is compared with the limit
	unsent   int           // requests by which the sender fell behind the schedule
	piled    int           // requests by which the number in flight rose
	held     float64       // share of the senders' time that went into sending
	rise     time.Duration // of the median response from the first to the last quarter of the requests
}

// judge writes the verdict on a point.
func (j *judgement) judge() {
	v := &j.point.Verdict
	v.Status = record.Valid
	f := j.figures
	nothing := f.OK == 0 && f.AchievedRate == 0
	if nothing {
		v.Fail(CodeNothingAnswered, fmt.Sprintf("none of %d requests was answered%s", f.Requests, j.failures()))
	}
	if share := float64(f.Failed) / float64(max(f.Requests, 1)); share > errorShare {
		v.Fail(CodeRequestErrors, j.errors(share))
	}
	if j.point.Asked > 0 && f.Requests > 0 && !nothing {
		j.delivery()
	}
	if f.Failed > 0 && float64(f.Failed) <= errorShare*float64(f.Requests) {
		v.Warn(CodeRequestErrors, j.errors(float64(f.Failed)/float64(f.Requests)))
	}
	if j.point.Unfinished {
		v.Warn(record.CodeInterrupted, "the run ended before this point was complete")
	}
	if !j.point.Stable && !j.point.Unfinished && v.Status != record.Invalid {
		v.Warn(CodeUnstable, fmt.Sprintf("of %d windows no %d in a row agreed within %g %% in throughput and latency",
			len(j.point.Windows), j.settings.stability().windows, j.settings.Stability))
	}
	if j.point.OverLimit {
		v.Warn(CodeOverLimit, fmt.Sprintf("the %s is %v, the limit is %v", j.settings.latencyName(), j.latency.Round(time.Microsecond),
			j.settings.LatencyLimit))
	}
	j.quality()
}

// delivery blames whoever kept the rate from being reached.
func (j *judgement) delivery() {
	v := &j.point.Verdict
	tolerated := tolerated(j.figures.Requests)
	switch {
	case j.unsent > tolerated && j.held > heldShare && !j.settings.Sync:
		v.Fail(CodeServerSaturated, fmt.Sprintf(
			"%s; sending was held up for %.0f %% of the time, because the server did not take the requests", j.rates(), 100*j.held))
	case j.unsent > tolerated && j.waits():
		v.Fail(j.awaited())
	case j.unsent > tolerated:
		v.Fail(CodeClientBottleneck, fmt.Sprintf("%s; the sender fell behind by %d requests%s", j.rates(), j.unsent, j.capacity()))
	case j.piled > tolerated && (j.queues() || j.figures.Unanswered > tolerated):
		v.Fail(CodeServerSaturated, fmt.Sprintf(
			"%s; requests left on time, those in flight rose by %d, and the response time by %v from the first quarter to the last",
			j.rates(), j.piled, j.rise.Round(time.Millisecond)))
	default:
		j.lateness()
	}
}

// waits reports whether requests were not sent because the sequences they belong to waited for answers, one request of each in flight.
func (j *judgement) waits() bool {
	q := j.settings.Sequence
	return q != nil && q.Serial && !j.settings.Sync && float64(max(j.figures.InFlightStart, j.figures.InFlightEnd)) >= waitingShare*float64(q.Live)
}

// awaited blames the server where as many speakers in real time would have had to wait too, else the client, which has too few of them.
func (j *judgement) awaited() (record.Code, string) {
	s, f := j.settings, j.figures
	live := s.Sequence.Live
	text := fmt.Sprintf("%s; all %d sequences waited for answers, %v each: with one request of each in flight they send %.4g requests/s at most",
		j.rates(), live, f.Service.Mean.Round(time.Microsecond), float64(live)/f.Service.Mean.Seconds())
	if turn := time.Duration(float64(live*s.Batch) / f.AskedRate * float64(time.Second)); s.ChunkDuration > 0 && float64(turn) >= waitingShare*float64(s.ChunkDuration) {
		return CodeServerSaturated, fmt.Sprintf("%s, and each has %v between requests, no less than in real time", text, turn.Round(time.Millisecond))
	}
	return CodeClientBottleneck, text + ": use more sequences"
}

// tolerated returns how many of the requests that were due may be missing.
func tolerated(due int) int { return max(int((1-deliveredShare)*float64(due)), leastShortfall) }

// queues reports whether response times rose as they do when requests pile up: the last ones wait for all that piled up before them. It
// tells a queue from what is in flight anyway.
func (j *judgement) queues() bool {
	const distance = 0.75 // between the middles of the quarters
	return j.rise.Seconds() > queueShare*distance*float64(j.piled)/j.figures.AchievedRate
}

// lateness warns of response times that are the client's.
func (j *judgement) lateness() {
	delay, known := j.figures.Delay.At(0.99)
	response, _ := j.figures.Response.At(0.99)
	if known && delay.Value > time.Millisecond && float64(delay.Value) > lateShare*float64(response.Value) {
		j.point.Verdict.Warn(CodeSentLate, fmt.Sprintf("the client turned to 1 in 100 requests over %v late, against %v of response time",
			delay.Value.Round(time.Microsecond), response.Value.Round(time.Microsecond)))
	}
}

// rates states what was asked for and what came of it.
func (j *judgement) rates() string {
	f := j.figures
	return fmt.Sprintf("%.6g requests/s were asked for, %.6g were sent and %.6g answered", f.AskedRate, f.SentRate, f.AchievedRate)
}

// capacity explains what the senders can do at most.
func (j *judgement) capacity() string {
	service := j.figures.Service.Mean.Seconds()
	if !j.settings.Sync || service == 0 {
		idle, processors := j.point.load()
		return fmt.Sprintf("; its senders had nothing to do for %.0f %% of the time, and the client used %.2g processors: use more senders, or "+
			"a machine with more to spare", 100*idle, processors)
	}
	return fmt.Sprintf("; %d senders that each wait %v for an answer send %.4g requests/s at most: use more, or do not wait",
		j.settings.Senders, j.figures.Service.Mean.Round(time.Microsecond), float64(j.settings.Senders)/service)
}

// load returns the share of the time for which senders were idle, and the number of processors that the client used.
func (p *Point) load() (idle, processors float64) {
	var sum time.Duration
	for i := range p.Windows {
		sum += p.Windows[i].Idle
	}
	if len(p.Windows) == 0 {
		return 0, 0
	}
	all := spanOf(p.Windows).seconds()
	return sum.Seconds() / all, p.Processor.Seconds() / all
}

// quality notes what makes the figures less sure.
func (j *judgement) quality() {
	f, v := j.figures, &j.point.Verdict
	if f.Unanswered > 0 {
		v.Warn(CodeUnanswered, fmt.Sprintf("%d requests had no answer when waiting for them ended; they count with the time until then", f.Unanswered))
	}
	for _, w := range j.point.merged() {
		if w.Cut {
			v.Warn(CodeWindowCut, fmt.Sprintf("a window ended after %v without the %d requests asked for",
				w.Duration().Round(time.Millisecond), or(j.settings.Requests, j.settings.WindowRequests)))
			break
		}
	}
	if q, known := f.Response.At(j.settings.Percentile / 100); known && !q.Enough {
		v.Warn(CodeFewRequests, fmt.Sprintf("%d requests say little about percentile %g; that takes at least %d", f.Response.Count,
			j.settings.Percentile, stat.MinimumForQuantile(q.Q, Confidence)))
	}
}

// errors says how many requests failed, and how.
func (j *judgement) errors(share float64) string {
	return fmt.Sprintf("%d of %d requests failed (%.2g %%)%s", j.figures.Failed, j.figures.Requests, 100*share, j.failures())
}

// failures lists the failures' counts and what was said about the first of each.
func (j *judgement) failures() string {
	var parts []string
	for _, e := range j.figures.Errors {
		part := fmt.Sprintf("%d × %s", e.Count, e.Status)
		for _, failure := range j.point.Failures {
			if failure.Status == e.Status && failure.Text != "" {
				part += " (" + failure.Text + ")"
				break
			}
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// latencyOf returns the response time that is compared with the limit: its mean, or the percentile asked for.
func (s *Settings) latencyOf(f *Figures) time.Duration {
	if q, found := f.Response.At(s.Percentile / 100); found {
		return q.Value
	}
	return f.Response.Mean
}

func (s *Settings) latencyName() string {
	of := "response time"
	if s.Compat != CompatNone {
		of = "latency"
	}
	if s.Percentile > 0 {
		return fmt.Sprintf("percentile %g of the %s", s.Percentile, of)
	}
	return "mean " + of
}

// riseOf returns by how much the median response of the last quarter of the requests due in a span is above that of the first quarter;
// 0 when there are too few to compare.
func riseOf(outcomes []Outcome, m measure) time.Duration {
	const enough = 10 // requests in a quarter
	quarter := (m.end - m.start) / 4
	median := func(s span) (int64, bool) {
		var responses []int64
		for i := range outcomes {
			o := &outcomes[i]
			if !s.dues(o.Intended) || o.Flags&FlagClosing != 0 {
				continue
			}
			switch m.fate(o) {
			case fateOK, fateExpired:
				responses = append(responses, o.Response())
			case fateUnanswered, fateUnsent:
				responses = append(responses, m.until-o.Intended)
			}
		}
		if len(responses) < enough {
			return 0, false
		}
		stat.SortInts(responses, nil)
		return responses[len(responses)/2], true
	}
	first, some := median(span{m.start, m.start + quarter})
	last, others := median(span{m.end - quarter, m.end})
	if !some || !others {
		return 0
	}
	return time.Duration(last - first)
}
