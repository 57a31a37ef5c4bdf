package stream

import (
	"math"
	"math/rand/v2"
	"time"
)

// manner is how all speakers of a point speak.
type manner struct {
	chunk     int64 // ns
	utterance Length
	silence   Length
	jitter    Length
	stay      float64 // mean time until a speaker leaves, in ns; 0: they stay
	longest   []int   // chunks of an utterance at most, for each stream of payloads; nil: any number
	pulsed    bool
}

// speaker is a place at which one person speaks, and when that one leaves, another. It says when each chunk is complete and due: all
// instants are sums of whole nanoseconds, so that nothing drifts.
type speaker struct {
	pcg    rand.PCG
	random *rand.Rand
	leaves int64 // instant at which the one who speaks leaves

	complete, due     int64 // of the next chunk
	number, utterance uint32
	left              uint32 // chunks of the utterance from the next one on, it included
	flags             Flags  // of the next chunk
}

// begin lets somebody begin to speak at an instant.
func (s *speaker) begin(m *manner, at int64, place int, seed uint64) {
	s.pcg.Seed(seed, 0x7370656b+uint64(place))
	s.random = rand.New(&s.pcg)
	s.complete = at
	s.arrive(m)
	// Whoever is met speaking has been at it for a while: utterances of different speakers shall not end together.
	s.utter(m, place, true)
}

// arrive draws how long somebody stays.
func (s *speaker) arrive(m *manner) {
	s.leaves = math.MaxInt64
	if m.stay > 0 {
		s.leaves = s.complete + int64(min(s.random.ExpFloat64()*m.stay, 1e18))
	}
	s.flags = FlagNew
}

// utter begins an utterance at the instant complete.
func (s *speaker) utter(m *manner, place int, part bool) {
	n := max(int64(math.Round(float64(m.utterance.draw(s.random))/float64(m.chunk))), 1)
	if len(m.longest) > 0 {
		n = min(n, int64(m.longest[streamOf(place, s.utterance, len(m.longest))]))
	}
	if part {
		n = 1 + s.random.Int64N(n)
	}
	s.left, s.number = uint32(min(n, math.MaxUint32)), 0
	s.flags |= FlagStart
	s.prepare(m)
}

// prepare makes the next chunk the one that is being spoken at the instant complete.
func (s *speaker) prepare(m *manner) {
	s.complete += m.chunk
	s.due = max(s.due, s.complete+int64(m.jitter.draw(s.random)))
	switch {
	case s.complete+m.chunk > s.leaves:
		s.flags |= FlagEnd | FlagGone
	case s.left == 1:
		s.flags |= FlagEnd
	}
}

// advance goes from one chunk to the next.
func (s *speaker) advance(m *manner, place int) {
	ended, gone := s.flags&FlagEnd != 0, s.flags&FlagGone != 0
	s.flags = 0
	s.number++
	s.left--
	if !ended {
		s.prepare(m)
		return
	}
	s.utterance++
	pause := int64(0)
	if !gone {
		pause = int64(m.silence.draw(s.random))
	}
	if m.pulsed {
		pause = (pause + m.chunk - 1) / m.chunk * m.chunk
	} else {
		pause += s.random.Int64N(m.chunk) // phases that never change would make a point a sample of one
	}
	s.complete += pause
	if gone {
		s.arrive(m)
	}
	s.utter(m, place, false)
}

// streamOf returns which of the streams of payloads an utterance takes.
func streamOf(place int, utterance uint32, streams int) int {
	return int((uint64(place) + uint64(utterance)) % uint64(streams))
}

// joinsPerSecond bounds how fast speakers join: what it costs a server to meet somebody new is no part of a point.
const joinsPerSecond = 2000

// joining returns how long it takes until all have joined: whole chunks, so that phases are spread evenly.
func joining(sessions int, chunk time.Duration) time.Duration {
	least := time.Duration(float64(sessions) / joinsPerSecond * float64(time.Second))
	return (max(least, chunk) + chunk - 1) / chunk * chunk
}

// joins returns when a speaker joins, from the beginning on.
func (m *manner) joins(within time.Duration, random *rand.Rand) int64 {
	at := random.Int64N(int64(within))
	if m.pulsed {
		at -= at % m.chunk
	}
	return at
}
