package streamcompare

import (
	"slices"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// Side is one of two recordings that are compared. Make one with [NewSide].
type Side struct {
	Name        string              `json:"name"` // as a rule, of the file
	Description *record.Description `json:"description"`
	Settings    *stream.Settings    `json:"settings"`
	Searched    bool                `json:"searched"` // for its capacity; else its points are of numbers that were given
	Skipped     []Skipped           `json:"skipped"`  // numbers of sessions of which nothing is compared

	recording *stream.Recording
	capacity  Range
	levels    map[int]*level
}

// Skipped is a number of sessions whose latencies say nothing about the server.
type Skipped struct {
	Sessions int            `json:"sessions"`
	Finding  stream.Finding `json:"finding"`
}

// level is what a side measured with a number of sessions, all points of it together.
type level struct {
	held, points            int
	latency, queue, compute sample
	late                    clusters
	seconds, audio          float64 // measured, and answered therein
	batches, batched        float64 // batches, and chunks in them; 0 when the server does not tell
	energy, powered         float64 // J per hour of audio times seconds of audio, and the latter, of points whose device was read
}

// NewSide computes what a recording says. The recording must not change afterwards.
func NewSide(name string, r *stream.Recording) *Side {
	s := &Side{
		Name: name, Description: &r.Description, Settings: &r.Settings, Searched: r.Result != nil, Skipped: []Skipped{},
		recording: r, capacity: rangeOf(r), levels: map[int]*level{},
	}
	for i := range r.Points {
		p := &r.Points[i]
		if p.Scout {
			continue
		}
		f, err := r.Figures(i)
		if err != nil || !useful(p.Finding) { // the error says that nothing was measured
			s.Skipped = append(s.Skipped, Skipped{p.Sessions, p.Finding})
			continue
		}
		l := s.levels[p.Sessions]
		if l == nil {
			l = &level{}
			s.levels[p.Sessions] = l
		}
		l.add(p, f, &r.Settings)
	}
	s.Skipped = slices.DeleteFunc(s.Skipped, func(k Skipped) bool { return s.levels[k.Sessions] != nil })
	return s
}

// meter names the device whose energy was read; empty when none was.
func (s *Side) meter() string {
	for i := range s.recording.Points {
		if t := s.recording.Points[i].Telemetry; t != nil && t.JoulesPerAudioHour > 0 {
			return t.Device
		}
	}
	return ""
}

// useful reports whether the latencies of a point are those of the server.
func useful(f stream.Finding) bool {
	return f == stream.Holds || f == stream.OverLimit || f == stream.FellBehind || f == stream.Undecided
}

// add adds a point. The latency of a chunk without an answer is the time for which it was waited for.
func (l *level) add(p *stream.Point, f *stream.Figures, s *stream.Settings) {
	l.points++
	if p.Finding == stream.Holds {
		l.held++
	}
	l.seconds += f.Measured.Seconds()
	l.audio += f.Rate.SPS * f.Measured.Seconds()
	if f.Batches != nil {
		l.batches += float64(f.Batches.Count)
		l.batched += f.Batches.Mean * float64(f.Batches.Count)
	}
	if t := p.Telemetry; t != nil && t.JoulesPerAudioHour > 0 {
		audio := f.Rate.SPS * f.Measured.Seconds()
		l.energy, l.powered = l.energy+t.JoulesPerAudioHour*audio, l.powered+audio
	}
	from := l.latency.blocks
	for i := range p.Chunks {
		c := &p.Chunks[i]
		if c.Complete < p.Start || c.Complete >= p.End || c.Flags&stream.FlagLeaving != 0 {
			continue
		}
		block := from + int((c.Complete-p.Start)/int64(time.Second))
		answered := c.Answered != 0 && c.Status == load.StatusOK
		latency := c.Latency()
		if !answered { // as with stream.Figures
			latency = max(p.Until-c.Complete, 0)
		}
		l.latency.add(latency, block)
		l.late.add(!answered || latency > int64(s.Limit), block)
		if answered && c.Finished > 0 {
			sent := c.Sent
			if sent == 0 {
				sent = c.Begun
			}
			l.queue.add(c.Started-sent, block)
			l.compute.add(c.Finished-c.Started, block)
		}
	}
}
