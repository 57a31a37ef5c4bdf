package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/record"
)

func TestVerdictOnAPoint(t *testing.T) {
	good := func() (*Settings, *Point, *Figures, *judgement) {
		settings := (&Options{Mode: ModeRate, Range: Level(1000)}).settings()
		p := &Point{Level: 1000, Asked: 1000, Windows: make([]Window, 5), Merged: 3, Stable: true}
		f := &Figures{
			Requests: 15000, OK: 15000, AskedRate: 1000, SentRate: 1000, AchievedRate: 1000,
			Delay:    Distribution{Count: 15000, Quantiles: []Quantile{{Q: 0.99, Value: 90 * time.Microsecond, Enough: true}}},
			Service:  Distribution{Count: 15000, Mean: 13 * time.Millisecond},
			Response: Distribution{Count: 15000, Mean: 14 * time.Millisecond, Quantiles: []Quantile{{Q: 0.99, Value: 20 * time.Millisecond, Enough: true}}},
		}
		return &settings, p, f, &judgement{settings: &settings, point: p, figures: f}
	}
	for _, c := range []struct {
		name   string
		change func(*Settings, *Point, *Figures, *judgement)
		status record.Status
		codes  []record.Code
		text   string
	}{
		{"good", func(*Settings, *Point, *Figures, *judgement) {}, record.Valid, nil, ""},
		{"a few are missing at the edges", func(_ *Settings, _ *Point, _ *Figures, j *judgement) { j.unsent = 150 }, record.Valid, nil, ""},
		{"behind the schedule", func(_ *Settings, _ *Point, f *Figures, j *judgement) { j.unsent, f.SentRate = 151, 989.9 },
			record.Invalid, []record.Code{CodeClientBottleneck}, "1000 requests/s were asked for, 989.9 were sent and 1000 answered; the sender fell behind by 151"},
		{"the server does not read", func(_ *Settings, _ *Point, _ *Figures, j *judgement) { j.unsent, j.held = 5000, 0.9 },
			record.Invalid, []record.Code{CodeServerSaturated}, "sending was held up for 90 % of the time"},
		{"waiting for answers", func(s *Settings, _ *Point, f *Figures, j *judgement) {
			s.Sync, s.Senders, j.unsent, j.held, f.Service.Mean = true, 4, 5000, 0.9, 25*time.Millisecond
		}, record.Invalid, []record.Code{CodeClientBottleneck}, "4 senders that each wait 25ms for an answer send 160 requests/s at most"},
		{"all sequences wait", func(s *Settings, _ *Point, f *Figures, j *judgement) {
			s.Sequence, j.unsent, f.InFlightEnd, f.Service.Mean = &SequenceSettings{Live: 4, Serial: true}, 5000, 4, 20*time.Millisecond
		}, record.Invalid, []record.Code{CodeClientBottleneck},
			"all 4 sequences waited for answers, 20ms each: with one request of each in flight they send 200 requests/s at most: use more sequences"},
		{"as many sequences as real time takes wait", func(s *Settings, _ *Point, f *Figures, j *judgement) {
			s.Sequence, s.ChunkDuration = &SequenceSettings{Live: 300, Serial: true}, 300*time.Millisecond
			j.unsent, f.InFlightEnd, f.Service.Mean = 5000, 300, 400*time.Millisecond
		}, record.Invalid, []record.Code{CodeServerSaturated}, "they send 750 requests/s at most, and each has 300ms between requests, no less than in real time"},
		{"some sequences wait", func(s *Settings, _ *Point, f *Figures, j *judgement) {
			s.Sequence, j.unsent, f.InFlightEnd = &SequenceSettings{Live: 300, Serial: true}, 5000, 100
		}, record.Invalid, []record.Code{CodeClientBottleneck}, "the sender fell behind by 5000 requests"},
		{"piling up", func(_ *Settings, _ *Point, _ *Figures, j *judgement) { j.piled, j.rise = 151, 57*time.Millisecond },
			record.Invalid, []record.Code{CodeServerSaturated}, "those in flight rose by 151, and the response time by 57ms from the first quarter to the last"},
		{"more in flight, but no slower", func(_ *Settings, _ *Point, _ *Figures, j *judgement) { j.piled, j.rise = 400, 140*time.Millisecond }, record.Valid, nil, ""},
		{"few requests, one more in flight", func(_ *Settings, _ *Point, f *Figures, j *judgement) {
			f.Requests, f.OK, j.piled, j.rise = 50, 50, 3, time.Second
		}, record.Valid, nil, ""},
		{"a closed loop piles nothing up", func(_ *Settings, p *Point, _ *Figures, j *judgement) { p.Asked, j.piled, j.rise = 0, 500, time.Second }, record.Valid, nil, ""},
		{"late", func(_ *Settings, _ *Point, f *Figures, _ *judgement) {
			f.Delay.Quantiles[0].Value = 2100 * time.Microsecond
		},
			record.Warnings, []record.Code{CodeSentLate}, "turned to 1 in 100 requests over 2.1ms late, against 20ms of response time"},
		{"hardly late", func(_ *Settings, _ *Point, f *Figures, _ *judgement) {
			f.Delay.Quantiles[0].Value = 1900 * time.Microsecond
		}, record.Valid, nil, ""},
		{"one in a hundred failed", func(_ *Settings, p *Point, f *Figures, _ *judgement) {
			f.Failed, f.OK, f.Errors = 150, 14850, []ErrorCount{{StatusRejected, 150}}
			p.Failures = []Failure{{StatusLost, "x", 1}, {StatusRejected, "queue full", 100}, {StatusRejected, "y", 50}}
		}, record.Warnings, []record.Code{CodeRequestErrors}, "150 of 15000 requests failed (1 %): 150 × rejected (queue full)"},
		{"more failed", func(_ *Settings, _ *Point, f *Figures, _ *judgement) {
			f.Failed, f.OK, f.Errors = 151, 14849, []ErrorCount{{StatusLost, 151}}
		},
			record.Invalid, []record.Code{CodeRequestErrors}, "151 × connection lost"},
		{"piling up beyond the end", func(_ *Settings, _ *Point, f *Figures, j *judgement) { j.piled, f.Unanswered = 5000, 4000 },
			record.Invalid, []record.Code{CodeServerSaturated, CodeUnanswered}, "those in flight rose by 5000"},
		{"nothing answered", func(_ *Settings, p *Point, f *Figures, j *judgement) {
			f.OK, f.Unanswered, f.AchievedRate, p.Stable, j.piled = 0, 15000, 0, false, 15000
		},
			record.Invalid, []record.Code{CodeNothingAnswered, CodeUnanswered}, "none of 15000 requests was answered"},
		{"unstable", func(_ *Settings, p *Point, _ *Figures, _ *judgement) { p.Stable = false },
			record.Warnings, []record.Code{CodeUnstable}, "of 5 windows no 3 in a row agreed within 10 %"},
		{"over the limit", func(s *Settings, p *Point, _ *Figures, _ *judgement) {
			p.OverLimit, s.LatencyLimit = true, 10*time.Millisecond
		},
			record.Warnings, []record.Code{CodeOverLimit}, "the mean response time is 14ms, the limit is 10ms"},
		{"a percentile over the limit", func(s *Settings, p *Point, _ *Figures, _ *judgement) {
			p.OverLimit, s.LatencyLimit, s.Percentile = true, 10*time.Millisecond, 99
		}, record.Warnings, []record.Code{CodeOverLimit}, "the percentile 99 of the response time is 20ms"},
		{"compat over the limit", func(s *Settings, p *Point, _ *Figures, _ *judgement) {
			p.OverLimit, s.LatencyLimit, s.Compat = true, 10*time.Millisecond, Compat2506
		}, record.Warnings, []record.Code{CodeOverLimit}, "the mean latency is 14ms"},
		{"few requests for the percentile", func(s *Settings, _ *Point, f *Figures, _ *judgement) {
			s.Percentile, f.Response.Quantiles[0].Enough, f.Response.Count = 99, false, 100
		}, record.Warnings, []record.Code{CodeFewRequests}, "100 requests say little about percentile 99; that takes at least 368"},
		{"cut window", func(_ *Settings, p *Point, _ *Figures, _ *judgement) {
			p.Windows[4] = Window{Start: 1, End: 1 + ms(60000), Cut: true}
		},
			record.Warnings, []record.Code{CodeWindowCut}, "a window ended after 1m0s without the 50 requests"},
		{"unfinished", func(_ *Settings, p *Point, _ *Figures, _ *judgement) { p.Unfinished, p.Stable = true, false },
			record.Warnings, []record.Code{record.CodeInterrupted}, "the run ended before this point was complete"},
		{"the gravest comes first", func(_ *Settings, p *Point, f *Figures, j *judgement) {
			p.Stable, p.OverLimit, f.Failed, j.unsent = false, true, 5, 9999
		}, record.Invalid, []record.Code{CodeClientBottleneck, CodeRequestErrors, CodeOverLimit}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			settings, p, f, j := good()
			c.change(settings, p, f, j)
			j.latency = settings.latencyOf(f)
			j.judge()
			assert.Equal(t, c.status, p.Verdict.Status)
			assert.Equal(t, append([]record.Code{}, c.codes...), codes(p.Verdict))
			if c.text != "" {
				assert.Contains(t, p.Verdict.Reasons[0].Evidence, c.text)
			}
		})
	}
}

func TestVerdictOnARun(t *testing.T) {
	point := func(status record.Status, code record.Code) Point {
		return Point{Level: 5, Verdict: record.Verdict{Status: status, Reasons: []record.Reason{{Code: code, Evidence: "x"}}}}
	}
	good := Point{Verdict: record.Verdict{Status: record.Valid}}
	for _, c := range []struct {
		name   string
		points []Point
		want   record.Status
	}{
		{"good", []Point{good, good}, record.Valid},
		{"one is bad", []Point{good, point(record.Invalid, CodeServerSaturated)}, record.Warnings},
		{"all are bad", []Point{point(record.Invalid, CodeServerSaturated)}, record.Invalid},
		{"one has a warning", []Point{point(record.Warnings, CodeUnstable), good}, record.Warnings},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &Recording{Head: record.Head{Verdict: record.Verdict{Status: record.Valid}}, Points: c.points}
			r.judge(nil)
			assert.Equal(t, c.want, r.Verdict.Status)
			for _, reason := range r.Verdict.Reasons {
				assert.Equal(t, "at 5: x", reason.Evidence)
			}
		})
	}
}

func TestRiseNeedsRequests(t *testing.T) {
	m := measure{span: span{ms(1000), ms(2000)}, until: ms(3000)}
	assert.Zero(t, riseOf([]Outcome{answered(1000, 1010), answered(1900, 2500)}, m))
	assert.Zero(t, riseOf(nil, m))
}
