package gpuverify

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
)

// Bytes of a session's part of a batch of the reference model.
const (
	signalBytes   = 4 * signalSamples
	logprobsBytes = 4 * frames * tokens
	stateBytes    = 2 * stateSize
)

// manner says in the subject of a check how states are kept.
func manner(subject string, travel bool) string {
	return subject + choose(travel, ", states travel", ", states on the device")
}

// checkCopies says whether nothing but audio and outputs crossed between host and device.
func checkCopies(subject string, t *talk) Check {
	v := newVerdict("copies-of-chunks", manner(subject, t.travel), "of each chunk the audio goes to the device and the outputs come back, exactly, and nothing else crosses: "+
		"states are copied within the device, into the batch unless they are zero, and out of it. Where states travel, for comparison, they cross with every chunk, there and back. "+
		"The copies are counted where they are made, and by the simulated device where there is one")
	n := int64(t.chunks)
	want := serve.Counters{Batches: t.counted.Batches, Items: n, HostBytes: n * signalBytes, ReplyBytes: n * logprobsBytes, StateBytes: (2*n - int64(t.starts)) * stateBytes}
	if t.travel {
		want.HostBytes, want.ReplyBytes, want.StateBytes = want.HostBytes+n*stateBytes, want.ReplyBytes+n*stateBytes, 0
	}
	if n == 0 {
		v.fail("no chunk was answered")
	}
	if t.counted != want {
		v.fail("counted: %+v; expected %+v", t.counted, want)
	}
	if d := t.device; d != nil && (d.HostBytes != want.HostBytes || d.ReplyBytes != want.ReplyBytes || d.StateBytes != want.StateBytes) {
		v.fail("the simulated device copied %d bytes to it, %d from it and %d within; expected %d, %d and %d",
			d.HostBytes, d.ReplyBytes, d.StateBytes, want.HostBytes, want.ReplyBytes, want.StateBytes)
	}
	v.figure("chunks", float64(n), "")
	v.figure("sessions", float64(t.sessions), "")
	v.figure("to the device, each", float64(t.counted.HostBytes)/float64(max(n, 1)), "bytes")
	v.figure("from the device, each", float64(t.counted.ReplyBytes)/float64(max(n, 1)), "bytes")
	v.figure("within the device, each", float64(t.counted.StateBytes)/float64(max(n, 1)), "bytes")
	return v.end()
}

// checkStates says whether each answer followed from the chunks before it, while sessions spoke as fast as they were answered.
func checkStates(subject string, t *talk) Check {
	v := newVerdict("states-of-sessions", manner(subject, t.travel),
		"sessions share batches and instances, and every answer tells the number and the checksum of all chunks of its own session since it began")
	if t.chunks == 0 {
		v.fail("no chunk was answered")
	}
	for _, wrong := range t.wrong {
		v.fail("%v", wrong)
	}
	v.figure("chunks", float64(t.chunks), "")
	v.figure("sessions", float64(t.sessions), "")
	v.figure("batches", float64(t.counted.Batches), "")
	return v.end()
}

// checkFitting says whether sessions for which there is no memory are refused, and as many as were said to fit are not.
func checkFitting(subject string, f *fitting, slack int64) Check {
	v := newVerdict("sessions-that-fit", subject, "more sessions than the device has memory for are refused before anything runs, with the number that fits; "+
		"so many can be opened, the states of the first and the last are used, and the memory comes back")
	var short *serve.ShortOfMemoryError
	switch {
	case f.err == nil:
		v.fail("%d sessions were opened", f.asked)
	case !errors.As(f.err, &short):
		v.fail("%d sessions: %v", f.asked, f.err)
	case f.fit < 1 || f.fit >= f.asked:
		v.fail("%d of %d sessions are said to fit", f.fit, f.asked)
	case f.open != nil:
		v.fail("%d sessions are said to fit, and then: %v", f.fit, f.open)
	case f.run != nil:
		v.fail("a chunk with %d sessions: %v", f.fit, f.run)
	}
	compareStates(v, f.before, f.after, slack)
	v.figure("asked for", float64(f.asked), "sessions")
	v.figure("said to fit", float64(f.fit), "sessions")
	return v.end()
}

// checkCapacity says whether what a search found holds a little below it and breaks a little above.
func checkCapacity(subject string, s *streams, judged bool) Check {
	v := newVerdict("capacity", subject, "of the number of sessions that a search finds, states on the device, 0.9 times hold the limit, and 1.2 times do not")
	found := s.search.Result
	switch {
	case found == nil || found.Holds == 0:
		v.fail("no number of sessions holds: %s", lastEvidence(s.search))
	default:
		v.figure("holds", float64(found.Holds), "sessions")
		v.figure("breaks", float64(found.Breaks), "sessions")
		if p := only(s.below); p == nil || p.Finding != stream.Holds {
			v.fail("0.9 times %d: %s", found.Holds, told(p))
		}
		if p := only(s.above); found.Breaks > 0 && (p == nil || p.Finding != stream.OverLimit && p.Finding != stream.FellBehind) {
			v.fail("1.2 times %d: %s", found.Holds, told(p))
		}
	}
	return v.endTimes(judged)
}

// checkKeptHoldMore compares capacities with states on the device and with states that travel.
func checkKeptHoldMore(subject string, kept, travelling *streams, resolution float64, judged bool) Check {
	v := newVerdict("states-on-the-device", subject, "with states on the device no fewer sessions hold than with states that travel, within the resolution of the search")
	var holds [2]int
	for i, s := range []*streams{kept, travelling} {
		if found := s.search.Result; found != nil {
			holds[i] = found.Holds
		}
	}
	if holds[0] == 0 || float64(holds[0]) < (1-resolution/100)*float64(holds[1]) {
		v.fail("%d sessions hold on the device, and %d through the host", holds[0], holds[1])
	}
	v.figure("on the device", float64(holds[0]), "sessions")
	v.figure("through the host", float64(holds[1]), "sessions")
	return v.endTimes(judged)
}

// checkUnderLoad says whether each answer followed from the chunks before it, whatever the load.
func checkUnderLoad(subject string, s *streams) Check {
	v := newVerdict("states-under-load", manner(subject, s.travel),
		"in real time, below, at and above the capacity, no chunk fails, and every answer tells the number and the checksum of all chunks of its own session since it began")
	answered, most := 0, 0
	points := s.points()
	for i := range points {
		p := &points[i]
		most = max(most, p.Sessions)
		for k := range p.Chunks {
			if p.Chunks[k].Status == load.StatusOK {
				answered++
			}
		}
		for _, f := range p.Failures {
			v.fail("%d chunks with %d sessions, as %q: %s", f.Count, p.Sessions, f.Status, f.Text)
		}
	}
	if answered == 0 {
		v.fail("no chunk was answered")
	}
	v.figure("points", float64(len(points)), "")
	v.figure("sessions at most", float64(most), "")
	v.figure("chunks", float64(answered), "")
	return v.end()
}

// only is the point of a run with one; nil when there is none.
func only(r *stream.Recording) *stream.Point {
	if r == nil || len(r.Points) == 0 {
		return nil
	}
	return &r.Points[0]
}

func told(p *stream.Point) string {
	if p == nil {
		return "it was not measured"
	}
	return fmt.Sprintf("%d sessions: %s: %s", p.Sessions, p.Finding, p.Evidence)
}

func lastEvidence(r *stream.Recording) string {
	if len(r.Points) == 0 {
		return "nothing was measured"
	}
	return told(&r.Points[len(r.Points)-1])
}
