package load

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// sequenceSettings says what sequences are like.
type sequenceSettings struct {
	length    int     // requests of one; 0: as many as its payload stream has steps
	variation float64 // lengths are spread evenly over length ± this share of it, but are at least 1
	// firstID and idSpan bound the ids: firstID and up, below firstID+idSpan, then from firstID again; one that is alive is skipped.
	// There are at least as many as places. idSpan 0: ids start at random, so that two clients of a server do not meet.
	firstID, idSpan uint64
	untagged        bool // the server knows nothing of sequences: ids, starts and ends do not travel
	state           bool // the state in each answer travels with the next request; sequences are serial, then
	serial          bool // each has at most one request in flight
	drawn           bool // which sequence sends next is drawn, not in turn; of no effect if they are serial
	drawnStreams    bool // which payload stream a sequence takes is drawn, not in turn
}

// oneAtATime reports whether a request has to wait for the answer to the one before it.
func (s *sequenceSettings) oneAtATime() bool { return s.serial || s.state }

// closes reports whether a sequence that is not sent to its end can be ended at the server while other requests are in flight.
func (src *sequenceSource) closes() bool { return !src.settings.untagged && !src.settings.state }

// sequence is one that is being sent.
type sequence struct {
	id           uint64
	payload      payload // of the next request
	length, sent int
}

// open reports whether requests of it were sent, but not all.
func (q *sequence) open() bool { return 0 < q.sent && q.sent < q.length }

// sequenceSource starts sequences. Safe for concurrent use.
type sequenceSource struct {
	settings *sequenceSettings
	steps    []int // of each payload stream

	mu     sync.Mutex
	random *rand.Rand
	nextID uint64 // counted from firstID
	first  uint64
	alive  []uint64 // ids by place; unused without idSpan
	stream int
}

func newSequenceSource(s *sequenceSettings, places int, steps []int, seed uint64) *sequenceSource {
	src := &sequenceSource{settings: s, steps: steps, random: rand.New(rand.NewPCG(seed, 0x73657175)), first: s.firstID}
	if s.idSpan > 0 {
		src.alive = make([]uint64, places)
		return src
	}
	// Not from the seed: two runs with the same seed must not meet either. Positive as an int64 for longer than anybody runs.
	src.first = 1<<32 + rand.Uint64N(1<<62)
	return src
}

// begin returns a new sequence for a place.
func (src *sequenceSource) begin(place int) sequence {
	src.mu.Lock()
	defer src.mu.Unlock()
	stream := src.stream
	if src.settings.drawnStreams {
		stream = src.random.IntN(len(src.steps))
	} else {
		src.stream = (src.stream + 1) % len(src.steps)
	}
	return sequence{id: src.id(place), payload: payload{stream: stream}, length: src.length(stream)}
}

// id returns the next id that no other place has.
func (src *sequenceSource) id(place int) uint64 {
	if src.alive == nil {
		id := src.first + src.nextID
		src.nextID++
		return id
	}
	src.alive[place] = 0
	for {
		id := src.first + src.nextID%src.settings.idSpan
		src.nextID++
		if !slices.Contains(src.alive, id) {
			src.alive[place] = id
			return id
		}
	}
}

// length draws a length: base + trunc(u × variation × base) with u from -1 to 1, as perf_analyzer does.
func (src *sequenceSource) length(stream int) int {
	base := src.settings.length
	if base == 0 {
		return src.steps[stream]
	}
	spread := (2*src.random.Float64() - 1) * src.settings.variation * float64(base)
	return max(base+int(math.Trunc(spread)), 1)
}

// take fills in the next request of a sequence that was not sent to its end.
func (src *sequenceSource) take(q *sequence, place int, r *Request) Flags {
	r.Stream, r.Step = q.payload.stream, q.payload.step
	q.payload.step = (q.payload.step + 1) % src.steps[q.payload.stream]
	var flags Flags
	if q.sent == 0 {
		flags |= FlagStart
	}
	q.sent++
	if q.sent == q.length {
		flags |= FlagEnd
	}
	if src.settings.state {
		r.State = place
		r.Start = flags&FlagStart != 0
	}
	if !src.settings.untagged {
		r.Sequence, r.Start, r.End = q.id, flags&FlagStart != 0, flags&FlagEnd != 0
	}
	return flags
}
