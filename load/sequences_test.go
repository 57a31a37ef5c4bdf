package load

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bySequence groups what the server saw by sequence, in the order of sending. Requests that only end a sequence are in it.
func bySequence(a *answerer) (ids []uint64, of map[uint64][]sentRequest) {
	of = map[uint64][]sentRequest{}
	for _, r := range a.conns.requests() {
		if of[r.Sequence] == nil {
			ids = append(ids, r.Sequence)
		}
		of[r.Sequence] = append(of[r.Sequence], r)
	}
	return ids, of
}

// requireWellFormed checks that each sequence begins once, ends once, and stays on one connection.
func requireWellFormed(t *testing.T, a *answerer) {
	t.Helper()
	ids, of := bySequence(a)
	for _, id := range ids {
		for i, r := range of[id] {
			require.Equal(t, i == 0, r.Start, "sequence %d, request %d", id, i)
			require.Equal(t, i == len(of[id])-1, r.End, "sequence %d, request %d", id, i)
			require.Equal(t, of[id][0].conn, r.conn)
		}
	}
}

func TestSequencesTakeTurnsAndAreEnded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: after(50 * time.Millisecond), payloads: Payloads{Steps: []int{3, 5}}}
		d := open(t, a, driverSettings{
			conns: 2, places: 4, sequences: &sequenceSettings{length: 4, firstID: 10, idSpan: 100},
		})
		outcomes, _ := play(t, d, demand{schedule: constant(100), live: 4}, 185*time.Millisecond)
		requireWellFormed(t, a)
		require.Len(t, outcomes, 19+3)

		ids, of := bySequence(a)
		assert.Equal(t, []uint64{10, 11, 12, 13, 14, 15, 16}, ids)
		var steps [][2]int
		for _, id := range ids[:2] {
			for _, r := range of[id] {
				steps = append(steps, [2]int{r.Stream, r.Step})
			}
		}
		assert.Equal(t, [][2]int{{0, 0}, {0, 1}, {0, 2}, {0, 0}, {1, 0}, {1, 1}, {1, 2}, {1, 3}}, steps, "streams in turn, steps again")

		for _, o := range outcomes[19:] {
			assert.Equal(t, FlagClosing|FlagEnd, o.Flags, "the three that were cut short")
			assert.Equal(t, StatusOK, o.Status)
		}
		assert.Equal(t, uint64(10), outcomes[0].Sequence)
		assert.Equal(t, FlagStart, outcomes[0].Flags)
		assert.Equal(t, FlagEnd, outcomes[12].Flags)
		assert.Zero(t, d.count().inFlight())
	})
}

func TestSerialSequencesWaitForTheirAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		settings    sequenceSettings
		outstanding int
		perSecond   int
	}{
		"serial":                {sequenceSettings{length: 10, serial: true}, 0, 200},
		"state":                 {sequenceSettings{length: 10, state: true, untagged: true}, 0, 200},
		"serial, fewer allowed": {sequenceSettings{length: 10, serial: true}, 3, 150},
		"pipelined":             {sequenceSettings{length: 10}, 0, 400},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a := &answerer{handle: after(20 * time.Millisecond)}
				d := open(t, a, driverSettings{conns: 4, places: 4, sequences: &test.settings, outstanding: test.outstanding})
				outcomes, _ := play(t, d, demand{schedule: constant(400), live: 4}, time.Second-time.Microsecond)
				sent := slices.DeleteFunc(slices.Clone(outcomes), func(o Outcome) bool { return o.Flags&FlagClosing != 0 })
				assert.InDelta(t, test.perSecond, len(sent), 4)
				var ends [4]int64
				for i, o := range sent {
					if test.perSecond < 400 {
						require.GreaterOrEqual(t, o.Sent, ends[o.Place], "request %d was sent before the answer to the one before", i)
					}
					ends[o.Place] = o.Answered
					require.Equal(t, o.Place, o.Conn)
				}
			})
		})
	}
}

func TestStateTravelsFromAnswerToRequest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: after(time.Millisecond)}
		d := open(t, a, driverSettings{conns: 2, places: 3, sequences: &sequenceSettings{length: 5, state: true, untagged: true}})
		require.Equal(t, 3, a.conns.States)
		outcomes, _ := play(t, d, demand{concurrency: 3}, 100*time.Millisecond)
		count := map[int]int{}
		for _, r := range a.conns.requests() {
			assert.Equal(t, count[r.State]%5 == 0, r.Start, "the state is zero where a sequence starts")
			assert.Zero(t, r.Sequence, "the server does not know sequences")
			assert.False(t, r.End)
			count[r.State]++
		}
		assert.Len(t, count, 3)
		assert.NotZero(t, outcomes[0].Sequence, "we do")
		assert.NotEqual(t, outcomes[0].Sequence, outcomes[1].Sequence)
		for _, o := range outcomes {
			assert.Zero(t, o.Flags&FlagClosing, "there is nothing to end")
		}
	})
}

func TestTaggedStateIsEndedWhenQuiet(t *testing.T) {
	for name, handle := range map[string]func(*answererConns, sentRequest) error{"quiet": after(time.Millisecond), "lost": never} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a := &answerer{handle: handle}
				d := open(t, a, driverSettings{places: 1, sequences: &sequenceSettings{length: 1000, state: true}})
				play(t, d, demand{concurrency: 1}, 100*time.Millisecond)
				sent := a.conns.requests()
				last := sent[len(sent)-1]
				assert.Equal(t, name == "quiet", last.End)
				assert.Zero(t, last.State)
			})
		})
	}
}

func TestFailedRequestEndsItsSequence(t *testing.T) {
	for status, closes := range map[Status]bool{
		StatusLost: false, StatusInvalid: false, StatusUnavailable: false,
		StatusDeadline: true, StatusRejected: true, StatusFailed: true,
	} {
		t.Run(status.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a := &answerer{handle: func(c *answererConns, r sentRequest) error {
					if r.Index == 2 {
						c.end(r.Index, status, errors.New("as told"))
					}
					return after(time.Millisecond)(c, r)
				}}
				d := open(t, a, driverSettings{places: 1, errors: 5, sequences: &sequenceSettings{length: 6, firstID: 1, idSpan: 9}})
				outcomes, _ := play(t, d, demand{schedule: constant(100), live: 1}, 100*time.Millisecond)
				assert.Equal(t, FlagCut, outcomes[2].Flags)
				_, of := bySequence(a)
				assert.Equal(t, closes, of[1][len(of[1])-1].End, "the server may still hold it")
				assert.True(t, of[2][0].Start)
				assert.Equal(t, 6, len(of[2]))
			})
		})
	}
}

func TestWrongContentDoesNotEndASequence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: func(c *answererConns, r sentRequest) error {
			c.end(r.Index, StatusMismatch, errors.New("differs"))
			return nil
		}}
		d := open(t, a, driverSettings{places: 1, errors: -1, sequences: &sequenceSettings{length: 5}})
		play(t, d, demand{schedule: constant(100), live: 1}, 200*time.Millisecond)
		requireWellFormed(t, a)
	})
}

// In a pipeline the requests behind the failed one fail, too. They belong to the old sequence and do not end the new one.
func TestPipelineBehindAFailure(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: func(c *answererConns, r sentRequest) error {
			time.AfterFunc(35*time.Millisecond, func() {
				if r.Sequence == 1 {
					c.end(r.Index, StatusInvalid, errors.New("must specify the START flag"))
				} else {
					c.end(r.Index, StatusOK, nil)
				}
			})
			return nil
		}}
		d := open(t, a, driverSettings{places: 1, errors: -1, sequences: &sequenceSettings{length: 10, firstID: 1, idSpan: 9}})
		play(t, d, demand{schedule: constant(100), live: 1}, 200*time.Millisecond)
		_, of := bySequence(a)
		assert.Len(t, of[1], 4)
		assert.Len(t, of[2], 10)
	})
}

func TestSequenceIDs(t *testing.T) {
	t.Run("skip those alive", func(t *testing.T) {
		src := newSequenceSource(&sequenceSettings{length: 1, firstID: 1, idSpan: 4}, 3, []int{1}, 0)
		var ids []uint64
		for range 4 {
			for place := range 3 {
				ids = append(ids, src.begin(place).id)
			}
		}
		alive := make([]uint64, 3)
		for i, id := range ids {
			assert.NotContains(t, slices.Concat(alive[:i%3], alive[i%3+1:]), id)
			assert.True(t, 1 <= id && id <= 4)
			alive[i%3] = id
		}
	})
	t.Run("one of its own each", func(t *testing.T) {
		src := newSequenceSource(&sequenceSettings{length: 1, firstID: 7, idSpan: 2}, 2, []int{1}, 0)
		a, b := src.begin(0).id, src.begin(1).id
		assert.Equal(t, []uint64{a, b}, []uint64{src.begin(0).id, src.begin(1).id}, "a place gets its own again when no other is left")
	})
	t.Run("random start", func(t *testing.T) {
		settings := &sequenceSettings{length: 1}
		a, b := newSequenceSource(settings, 2, []int{1}, 3), newSequenceSource(settings, 2, []int{1}, 3)
		first := a.begin(0).id
		assert.NotEqual(t, first, b.begin(0).id, "two clients with the same seed do not meet")
		assert.Equal(t, first+1, a.begin(1).id)
		assert.Positive(t, int64(first))
	})
}

func TestSequenceLengths(t *testing.T) {
	lengths := func(s sequenceSettings, steps []int) map[int]int {
		src := newSequenceSource(&s, 1, steps, 1)
		n := map[int]int{}
		for range 20000 {
			n[src.begin(0).length]++
		}
		return n
	}
	spread := lengths(sequenceSettings{length: 50, variation: 0.2}, []int{1})
	for length := 41; length <= 59; length++ {
		want := 1000.0
		if length == 50 { // both -0.9 and +0.9 become 0
			want = 2000
		}
		assert.InDelta(t, want, spread[length], 200, "length %d", length)
	}
	assert.Zero(t, spread[39]+spread[61])
	assert.Equal(t, map[int]int{7: 20000}, lengths(sequenceSettings{length: 7}, []int{1}))
	assert.Equal(t, map[int]int{3: 10000, 8: 10000}, lengths(sequenceSettings{variation: 0.5}, []int{3, 8}), "those of the payload")
	for length := range lengths(sequenceSettings{length: 2, variation: 3}, []int{1}) {
		assert.Positive(t, length)
	}
}

func TestDrawnSequencesAndStreams(t *testing.T) {
	bubble(t, func(t *testing.T) {
		draw := func() []sentRequest {
			a := &answerer{payloads: Payloads{Steps: []int{9, 9, 9}}}
			d := open(t, a, driverSettings{
				conns: 2, senders: 2, places: 8, seed: 42,
				sequences: &sequenceSettings{length: 5, firstID: 1, idSpan: 1000, drawn: true, drawnStreams: true},
			})
			play(t, d, demand{schedule: constant(1000), live: 8}, 999*time.Millisecond)
			requireWellFormed(t, a)
			return a.conns.requests()
		}
		first := draw()
		streams, next := map[int]int{}, map[int]int{}
		for i, r := range first {
			streams[r.Stream]++
			if i > 0 && first[i-1].Sequence == r.Sequence {
				next[1]++
			}
		}
		assert.Len(t, streams, 3)
		for _, n := range streams {
			assert.InDelta(t, len(first)/3, n, float64(len(first)/6))
		}
	})
}
