package load

import (
	"slices"
	"time"
)

// Figures are what a point says: how many requests, how fast, and how long they took.
//
// Times are those of the requests that were due in the measured time, whenever they were answered, so that none is missing because it
// was slow. Rates count what happened in the measured time, whichever request it belonged to, so that neither the answers that come
// after its end nor a queue that grows distort them.
type Figures struct {
	Measured time.Duration `json:"measured_ns"` // length of the measured time
	Windows  int           `json:"windows"`     // windows it consists of

	Requests   int `json:"requests"`             // due in the measured time; the sum of the following
	OK         int `json:"ok"`                   // answered
	Failed     int `json:"failed,omitempty"`     // see Errors
	Unanswered int `json:"unanswered,omitempty"` // sent, but without an answer when waiting ended
	Unsent     int `json:"unsent,omitempty"`     // due, but never sent

	AskedRate    float64 `json:"asked_rate,omitempty"` // requests per second; 0 in a closed loop
	SentRate     float64 `json:"sent_rate"`            // requests sent per second
	AchievedRate float64 `json:"achieved_rate"`        // requests answered per second
	Throughput   float64 `json:"throughput"`           // inferences per second: AchievedRate times the batch
	AnswerRate   float64 `json:"answer_rate"`          // answers per second; more than AchievedRate if requests have several

	// InFlightStart and InFlightEnd are the requests sent and not answered at the bounds of the measured time. LateStart and LateEnd
	// are those due and not sent.
	InFlightStart int `json:"in_flight_start"`
	InFlightEnd   int `json:"in_flight_end"`
	LateStart     int `json:"late_start"`
	LateEnd       int `json:"late_end"`

	Delay    Distribution `json:"delay"`    // actual sending begins − due: what the client alone is to blame for
	Lag      Distribution `json:"lag"`      // actual send − due
	Service  Distribution `json:"service"`  // last answer − actual send
	Response Distribution `json:"response"` // last answer − due
	// FirstAnswer is first answer − due, of requests that had an answer; nil unless some had several.
	FirstAnswer *Distribution `json:"first_answer,omitempty"`

	Sequences *SequenceFigures `json:"sequences,omitempty"` // nil unless requests belonged to some
	Errors    []ErrorCount     `json:"errors,omitempty"`    // of Failed, the most frequent first
}

// ErrorCount says how many requests ended with a status.
type ErrorCount struct {
	Status Status `json:"status"`
	Count  int    `json:"count"`
}

// SPS returns the seconds of audio that were answered per second, when each inference is of one chunk of the given length.
func (f *Figures) SPS(chunk time.Duration) float64 { return f.Throughput * chunk.Seconds() }

// span is a stretch of time on the run's clock. What is due at start belongs to it, and what ends at end.
type span struct{ start, end int64 }

func (s span) dues(at int64) bool { return s.start <= at && at < s.end }
func (s span) ends(at int64) bool { return s.start < at && at <= s.end }

func (s span) seconds() float64 { return float64(s.end-s.start) / 1e9 }

// measure says how to look at the outcomes of a point.
type measure struct {
	span
	until    int64   // when waiting for answers ended
	asked    float64 // requests per second; 0: a closed loop
	due      int     // requests due in the span by the schedule; 0: unknown
	batch    int
	quantile float64 // one more to compute; 0: none
}

// figures computes the figures of a point.
func (m measure) figures(outcomes []Outcome) Figures {
	f := Figures{Measured: time.Duration(m.end - m.start), AskedRate: m.asked}
	c := newColumns(m, len(outcomes))
	var sent, ended, answers int
	var failed [StatusFailed + 1]int
	var before, after backlog
	for i := range outcomes {
		o := &outcomes[i]
		if o.Flags&FlagClosing != 0 {
			continue
		}
		if m.ends(o.Sent) {
			sent++
		}
		if o.Status == StatusOK && m.ends(o.Answered) {
			ended++
			answers += int(max(o.Parts, 1))
		}
		before.add(o, m.start)
		after.add(o, m.end)
		if m.dues(o.Intended) {
			f.count(o, m.fate(o), &failed)
			c.add(o, m.fate(o))
		}
	}
	f.InFlightStart, f.LateStart, f.InFlightEnd, f.LateEnd = before.inFlight, before.late, after.inFlight, after.late
	f.Requests = f.OK + f.Failed + f.Unanswered + f.Unsent
	if missing := m.due - f.Requests; missing > 0 {
		f.Requests, f.Unsent, f.LateEnd = m.due, f.Unsent+missing, f.LateEnd+missing
	}
	if seconds := m.seconds(); seconds > 0 {
		f.SentRate, f.AchievedRate, f.AnswerRate = float64(sent)/seconds, float64(ended)/seconds, float64(answers)/seconds
		f.Throughput = f.AchievedRate * float64(max(m.batch, 1))
	}
	f.Errors = errorsOf(&failed)
	if c.several {
		c.addFirst(outcomes, m)
		f.FirstAnswer = &Distribution{}
	}
	c.describe(&f, m.quantile)
	if c.sequences {
		f.Sequences = m.sequences(outcomes)
	}
	return f
}

// fate is what became of a request, as far as waiting went.
type fate uint8

const (
	fateOK fate = iota
	fateFailed
	fateExpired // failed because it took too long: it would have taken longer still
	fateUnanswered
	fateUnsent
)

// fate tells failures from requests that had no answer when waiting ended, which closing the connections lets fail.
func (m measure) fate(o *Outcome) fate {
	ended := o.Status != StatusPending && !(o.Status == StatusLost && o.Answered >= m.until)
	switch {
	case !ended && o.Sent == 0:
		return fateUnsent
	case !ended:
		return fateUnanswered
	case o.Status == StatusDeadline:
		return fateExpired
	case o.Status == StatusOK:
		return fateOK
	}
	return fateFailed
}

// count counts a request that was due in the measured time.
func (f *Figures) count(o *Outcome, became fate, failed *[StatusFailed + 1]int) {
	switch became {
	case fateOK:
		f.OK++
	case fateUnanswered:
		f.Unanswered++
	case fateUnsent:
		f.Unsent++
	default:
		f.Failed++
		failed[min(o.Status, StatusFailed)]++
	}
}

// waiting says whether a request that was due before an instant waits then: in flight, or for being sent.
func (o *Outcome) waiting(at int64) (inFlight, late bool) {
	ended := o.Answered != 0 && o.Answered <= at
	if ended || o.Intended >= at {
		return false, false
	}
	inFlight = o.Sent != 0 && o.Sent <= at
	return inFlight, !inFlight
}

// backlog counts the requests that wait.
type backlog struct{ inFlight, late int }

func (b *backlog) add(o *Outcome, at int64) {
	switch inFlight, late := o.waiting(at); {
	case inFlight:
		b.inFlight++
	case late:
		b.late++
	}
}

// errorsOf lists the failures, the most frequent first.
func errorsOf(failed *[StatusFailed + 1]int) []ErrorCount {
	var list []ErrorCount
	for status, n := range failed {
		if n > 0 {
			list = append(list, ErrorCount{Status(status), n})
		}
	}
	slices.SortStableFunc(list, func(a, b ErrorCount) int { return b.Count - a.Count })
	return list
}
