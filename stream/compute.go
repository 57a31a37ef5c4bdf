package stream

import (
	"fmt"
	"slices"
	"time"

	"github.com/trtbench/trtbench/load"
)

// Figures computes the figures of point i. The error says that nothing was measured.
func (r *Recording) Figures(i int) (*Figures, error) {
	p := &r.Points[i]
	if p.End <= p.Start {
		return nil, fmt.Errorf("stream: figures of point %d with %d streams: nothing was measured", i, p.Sessions)
	}
	f := newFigures(p, &r.Settings)
	if f.Chunks == 0 {
		return nil, fmt.Errorf("stream: figures of point %d with %d streams: no chunk was complete in the measured time", i, p.Sessions)
	}
	return f, nil
}

func newFigures(p *Point, s *Settings) *Figures {
	m := measuring{Point: p, settings: s, Figures: &Figures{Sessions: p.Sessions, Measured: time.Duration(p.End - p.Start)}}
	m.chunks()
	m.utterances()
	m.backlogs()
	m.rates()
	m.batches()
	return m.Figures
}

// measuring computes the figures of a point.
type measuring struct {
	*Point
	settings *Settings
	*Figures
}

// in reports whether a chunk belongs to the measured time.
func (m *measuring) in(c *Chunk) bool {
	return c.Complete >= m.Start && c.Complete < m.End && c.Flags&FlagLeaving == 0
}

// times collects one kind of time.
type times struct {
	values   []int64
	censored int
}

func (t *times) add(v int64) { t.values = append(t.values, v) }

func (t *times) describe(s *Settings) load.Distribution {
	return load.NewDistribution(t.values, t.censored, s.Percentile/100)
}

// chunks computes what is said of single chunks.
func (m *measuring) chunks() {
	var all, first, last, network, wait, lag, service, queue, compute, deliver times
	failures := map[load.Status]int{}
	for i := range m.Point.Chunks {
		c := &m.Point.Chunks[i]
		if !m.in(c) {
			continue
		}
		m.Figures.Chunks++
		m.count(c, failures)
		answered := c.Answered != 0 && c.Status == load.StatusOK
		latency := c.Latency()
		if !answered { // however soon that was known of a chunk that failed, its listener goes on waiting
			latency = max(m.Until-c.Complete, 0)
		}
		for _, t := range []*times{&all, pick(c.Flags&FlagStart != 0, &first), pick(c.Flags&FlagEnd != 0, &last)} {
			if t != nil {
				t.add(latency)
				if !answered {
					t.censored++
				}
			}
		}
		network.add(c.Due - c.Complete)
		if c.Begun == 0 || c.Answered == 0 {
			continue
		}
		wait.add(c.Ready - c.Due)
		lag.add(c.Lag())
		if !answered {
			continue
		}
		service.add(c.Answered - c.Begun)
		if c.Finished > 0 {
			queue.add(c.Started - or(c.Sent, c.Begun))
			compute.add(c.Finished - c.Started)
			deliver.add(c.Answered - c.Finished)
		}
	}
	s, l := m.settings, &m.Latency
	l.Chunk, l.First, l.Last, l.Network = all.describe(s), first.describe(s), last.describe(s), network.describe(s)
	l.Wait, l.Lag, l.Service = wait.describe(s), lag.describe(s), service.describe(s)
	if len(compute.values) > 0 {
		q, c, d := queue.describe(s), compute.describe(s), deliver.describe(s)
		l.Queue, l.Compute, l.Deliver = &q, &c, &d
	}
	for status, n := range failures {
		m.Figures.Errors = append(m.Figures.Errors, load.ErrorCount{Status: status, Count: n})
	}
	slices.SortFunc(m.Figures.Errors, func(a, b load.ErrorCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return int(a.Status) - int(b.Status)
	})
	if n := float64(m.Figures.Chunks); n > 0 {
		m.Miss.LimitShare, m.Miss.ChunkShare = float64(m.Miss.Limit)/n, float64(m.Miss.Chunk)/n
	}
}

func pick(wanted bool, t *times) *times {
	if wanted {
		return t
	}
	return nil
}

// count says how a chunk ended.
func (m *measuring) count(c *Chunk, failures map[load.Status]int) {
	switch c.Status {
	case load.StatusOK:
		m.OK++
	case load.StatusPending:
		m.Missing++
	default:
		m.Failed++
		failures[c.Status]++
	}
	if c.Flags&FlagRestart != 0 {
		m.Restarts++
	}
	if overLimit(c, int64(m.settings.Limit)) {
		m.Miss.Limit++
	}
	if overLimit(c, int64(m.settings.ChunkDuration)) {
		m.Miss.Chunk++
	}
}

// utterances computes what is said of whole ones.
func (m *measuring) utterances() {
	type state struct {
		began, good, onTime bool
		start               int64
	}
	sessions := make([]state, m.Sessions())
	var whole times
	for i := range m.Point.Chunks {
		c := &m.Point.Chunks[i]
		s := &sessions[c.Session]
		if c.Flags&FlagStart != 0 {
			*s = state{true, true, true, c.Complete - int64(m.settings.ChunkDuration)}
		}
		s.good = s.good && c.Status == load.StatusOK
		s.onTime = s.onTime && !overLimit(c, int64(m.settings.Limit))
		if c.Flags&FlagEnd == 0 || !s.began || !m.in(c) {
			continue
		}
		m.Miss.Utterances++
		if s.onTime {
			m.Miss.UtterancesOnTime++
		}
		if s.good {
			whole.add(c.Answered - s.start)
		}
	}
	m.Latency.Utterance = whole.describe(m.settings)
}

// Sessions is the number of places.
func (m *measuring) Sessions() int { return m.Point.Sessions }

// backlogs computes how chunks waited.
func (m *measuring) backlogs() {
	type state struct {
		since  int64 // the first chunk that waits was due; 0: none waits
		sent   int64 // the last one of them was sent
		waited bool
		behind bool
	}
	sessions := make([]state, m.Sessions())
	var catchUp times
	end := func(s *state) {
		if s.since > 0 {
			catchUp.add(s.sent - s.since)
		}
		s.since = 0
	}
	for i := range m.Point.Chunks {
		c := &m.Point.Chunks[i]
		if !m.in(c) {
			continue
		}
		s := &sessions[c.Session]
		if c.Behind == 0 {
			end(s)
			continue
		}
		m.Backlog.Waited++
		s.waited, s.behind = true, s.behind || int(c.Behind) > m.settings.Behind
		s.since, s.sent = or(s.since, c.Due), or(c.Begun, m.Until)
		m.Backlog.Most = max(m.Backlog.Most, int(c.Behind))
	}
	for i := range sessions {
		s := &sessions[i]
		if s.since > 0 && s.sent == m.Until {
			catchUp.censored++
		}
		end(s)
		if s.waited {
			m.Backlog.Sessions++
		}
		if s.behind {
			m.Backlog.FellBehind++
		}
	}
	m.Backlog.CatchUp = catchUp.describe(m.settings)
}

// rates computes what was answered per second.
func (m *measuring) rates() {
	answered, onTime := 0, 0
	for i := range m.Point.Chunks {
		c := &m.Point.Chunks[i]
		if c.Status == load.StatusOK && c.Answered >= m.Start && c.Answered < m.End {
			answered++
			if c.Latency() <= int64(m.settings.Limit) {
				onTime++
			}
		}
	}
	seconds, chunk := m.Measured.Seconds(), m.settings.ChunkDuration.Seconds()
	m.Rate.Chunks = float64(answered) / seconds
	m.Rate.SPS = m.Rate.Chunks * chunk
	m.Rate.OnTime = float64(onTime) / seconds * chunk
	m.Rate.Offered = float64(m.Figures.Chunks) / seconds * chunk
	if answered > 0 {
		m.Rate.ProcessorPerChunk = m.Processor / time.Duration(answered)
	}
}
