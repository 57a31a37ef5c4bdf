package stream

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func speakers(m manner, n int, seed uint64) []speaker {
	list := make([]speaker, n)
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range list {
		list[i].begin(&m, 1+m.joins(joining(n, time.Duration(m.chunk)), random), i, seed)
	}
	return list
}

// Chunks of an utterance are exactly a chunk apart, after whatever time.
func TestSchedulesDoNotDrift(t *testing.T) {
	m := manner{chunk: int64(300 * time.Millisecond), utterance: Fixed(24 * time.Hour)}
	s := &speakers(m, 1, 7)[0]
	for s.flags&FlagEnd == 0 {
		s.advance(&m, 0)
	}
	s.advance(&m, 0)
	first := s.complete
	for k := range int64(288000 - 1) {
		require.Equal(t, first+k*m.chunk, s.complete)
		require.Equal(t, k == 0, s.flags&FlagStart != 0)
		require.Zero(t, s.flags&FlagEnd)
		s.advance(&m, 0)
	}
	assert.NotZero(t, s.flags&FlagEnd)
}

func TestPhasesAreSpreadEvenlyOrAllTheSame(t *testing.T) {
	m := manner{chunk: int64(300 * time.Millisecond), utterance: Fixed(time.Minute)}
	var counts [10]int
	for _, s := range speakers(m, 10000, 3) {
		counts[s.complete%m.chunk*10/m.chunk]++
	}
	for _, n := range counts {
		assert.InDelta(t, 1000, n, 120) // four standard deviations
	}
	m.pulsed, m.silence, m.stay = true, Length{ShapeUniform, 0, time.Second}, 1e10
	for i, s := range speakers(m, 100, 3) {
		for range 100 {
			require.EqualValues(t, 1, s.complete%m.chunk)
			s.advance(&m, i)
		}
	}
}

// Each utterance has a phase of its own, a chunk later at most.
func TestPhasesChange(t *testing.T) {
	m := manner{chunk: int64(300 * time.Millisecond), utterance: Fixed(3 * time.Second)}
	s := &speakers(m, 1, 5)[0]
	seen := map[int64]bool{}
	for range 50 {
		ended := s.complete
		for s.advance(&m, 0); s.flags&FlagStart == 0; s.advance(&m, 0) {
			ended = s.complete
		}
		pause := s.complete - m.chunk - ended
		require.GreaterOrEqual(t, pause, int64(0))
		require.Less(t, pause, m.chunk)
		seen[s.complete%m.chunk] = true
	}
	assert.Greater(t, len(seen), 45)
}

// Whatever the manner: chunks are in order, not due before they are complete, and utterances begin and end.
func TestSpeakersKeepTheirOrder(t *testing.T) {
	check := func(seed uint64, utterance, silence, jitter uint16, stay uint8) bool {
		spread := func(v uint16) Length {
			return Length{ShapeUniform, 0, time.Duration(v) * time.Millisecond}
		}
		m := manner{
			chunk: int64(300 * time.Millisecond), utterance: spread(utterance), silence: spread(silence), jitter: spread(jitter),
			stay: float64(stay) * 1e9, longest: []int{5, 9},
		}
		s := &speakers(m, 1, seed)[0]
		ended, number := true, uint32(0)
		for range 200 {
			complete, due := s.complete, s.due
			if ended {
				number = 0
			}
			if s.due < s.complete || (s.flags&FlagStart != 0) != ended || s.number != number {
				return false
			}
			ended = s.flags&FlagEnd != 0
			number++
			if number > uint32(m.longest[streamOf(0, s.utterance, 2)]) {
				return false
			}
			s.advance(&m, 0)
			if s.complete < complete+m.chunk || s.due < due {
				return false
			}
		}
		return true
	}
	require.NoError(t, quick.Check(check, &quick.Config{MaxCount: 300}))
}

func TestAgendaGivesTheEarliest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var a agenda
	var due []int64
	for i := range int32(500) {
		due = append(due, random.Int64N(1000))
		a.add(entry{due[i], i})
	}
	for range 2000 {
		require.Equal(t, slices.Min(due), a[0].due)
		k := a[0].session
		require.Equal(t, due[k], a[0].due)
		due[k] += random.Int64N(300)
		a.postpone(due[k])
	}
	slices.Sort(due)
	for _, d := range due {
		require.Equal(t, d, a[0].due)
		a.drop()
	}
	assert.Empty(t, a)
}
