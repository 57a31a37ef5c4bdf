package load

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFailuresAreCountedAndTheRunGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: func(c *answererConns, r sentRequest) error {
			switch r.Index % 10 {
			case 3:
				c.end(r.Index, StatusRejected, errors.New("queue is full"))
			case 6:
				c.end(r.Index, StatusFailed, fmt.Errorf("request %d was too much", r.Index))
			case 7:
				c.end(r.Index, Status(200), nil)
			case 9:
				return errors.New("broken pipe")
			}
			return after(time.Millisecond)(c, r)
		}}
		d := open(t, a, driverSettings{errors: -1})
		outcomes, _ := play(t, d, demand{schedule: constant(1000)}, time.Second-time.Microsecond)
		require.Len(t, outcomes, 1000)
		counts := map[Status]int{}
		for _, o := range outcomes {
			counts[o.Status]++
		}
		assert.Equal(t, map[Status]int{StatusOK: 600, StatusRejected: 100, StatusFailed: 200, StatusLost: 100}, counts)
		assert.Zero(t, outcomes[3].Parts)
		c := d.count()
		assert.Equal(t, int64(400), c.failed)
		assert.False(t, c.overrun)

		details := d.failureDetails()
		assert.Len(t, details, keptDetails)
		assert.Equal(t, failureDetail{StatusRejected, "queue is full", 100, 3}, details[0])
		assert.Equal(t, failureDetail{StatusFailed, "request 6 was too much", 1, 6}, details[1])
	})
}

func TestTooManyFailuresStopTheSenders(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: func(c *answererConns, r sentRequest) error {
			time.AfterFunc(time.Millisecond, func() { c.end(r.Index, StatusUnavailable, errors.New("model is not ready")) })
			return nil
		}}
		d := open(t, a, driverSettings{errors: 5})
		outcomes, _ := play(t, d, demand{schedule: constant(100)}, time.Hour)
		assert.Len(t, outcomes, 6)
		assert.True(t, d.count().overrun)
	})
}

func TestServerThatIsGone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		back := time.Now().Add(30 * time.Second)
		a := &answerer{handle: func(c *answererConns, r sentRequest) error {
			if time.Now().Before(back) {
				return errors.New("connection refused")
			}
			return after(10*time.Millisecond)(c, r)
		}}
		d := open(t, a, driverSettings{errors: -1})
		outcomes, _ := play(t, d, demand{concurrency: 4}, time.Minute)
		failed := 0
		for _, o := range outcomes {
			if o.Status == StatusLost {
				failed++
			}
		}
		assert.InDelta(t, 300, failed, 20, "a closed loop does not hammer at a closed door")
		assert.InDelta(t, 4*3000, len(outcomes)-failed, 50, "and goes on when it opens")
	})
}

func TestLostAnswers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: func(c *answererConns, r sentRequest) error {
			if r.Index == 4 {
				return nil
			}
			return after(time.Millisecond)(c, r)
		}}
		d := open(t, a, driverSettings{drain: 3 * time.Second})
		begun := time.Now()
		_, _, err := d.begin(demand{schedule: constant(10)})
		require.NoError(t, err)
		time.Sleep(1050 * time.Millisecond)
		until, err := d.stop(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 4050*time.Millisecond, time.Since(begun).Truncate(10*time.Millisecond))
		for i, o := range d.outcomes(0) {
			if i == 4 {
				assert.Equal(t, StatusLost, o.Status)
				assert.GreaterOrEqual(t, o.Answered, until)
			} else {
				assert.Equal(t, StatusOK, o.Status)
			}
		}
		a.conns.end(4, StatusOK, nil)
		assert.Equal(t, int64(1), d.count().strays, "an answer that comes after all changes nothing")
		again, err := d.stop(t.Context())
		require.NoError(t, err)
		assert.GreaterOrEqual(t, again, until)
	})
}

func TestAnswersToNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: after(time.Millisecond)}
		d := open(t, a, driverSettings{})
		a.conns.Sink.Answered(0, 1, StatusOK, nil) // nothing was sent yet
		a.conns.Sink.Sent(0, 1)
		outcomes, _ := play(t, d, demand{concurrency: 2, requests: 10}, time.Minute)
		sink := a.conns.Sink
		for _, i := range []int64{-1, 3, 10, 11, 1 << 40, -1 << 63} {
			sink.Answered(i, d.clock(), StatusOK, nil)
			sink.Part(i, d.clock())
			sink.Sent(i, d.clock())
		}
		assert.Equal(t, int64(1+12), d.count().strays)
		assert.Zero(t, d.count().inFlight())
		assert.Len(t, outcomes, 10)
	})
}

// A server that no longer reads holds up the sender in its write. The point cannot be ended, but the driver can be closed.
func TestServerThatDoesNotRead(t *testing.T) {
	for name, settings := range map[string]driverSettings{
		"sender":    {drain: time.Second},
		"sequences": {drain: time.Second, places: 1, sequences: &sequenceSettings{length: 1000}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a := &answerer{handle: func(c *answererConns, r sentRequest) error {
					if name == "sequences" && !r.End || name == "sender" && r.Index < 3 {
						return after(time.Millisecond)(c, r)
					}
					<-c.closed
					return errors.New("closed")
				}}
				d := open(t, a, settings)
				_, _, err := d.begin(demand{schedule: constant(10), live: 1})
				require.NoError(t, err)
				time.Sleep(time.Second)
				_, err = d.stop(t.Context())
				require.ErrorContains(t, err, "the server does not read")
				begun := time.Now()
				require.NoError(t, d.close())
				assert.Less(t, time.Since(begun), 10*time.Second)
				assert.Zero(t, d.count().inFlight())
				require.NoError(t, d.close(), "closing twice does no harm")
			})
		})
	}
}

func TestCloseInTheMiddle(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: never}, driverSettings{conns: 2, senders: 2})
		_, _, err := d.begin(demand{concurrency: 8})
		require.NoError(t, err)
		time.Sleep(time.Second)
		require.NoError(t, d.close())
		n := 0
		for _, o := range d.outcomes(0) {
			assert.Equal(t, StatusLost, o.Status)
			n++
		}
		assert.Equal(t, 8, n)
	})
}

// Every goroutine that may touch an outcome does so at once; the race detector watches.
func TestReadersWhileSending(t *testing.T) {
	var threads sync.WaitGroup
	a := &answerer{handle: func(c *answererConns, r sentRequest) error {
		threads.Go(func() {
			c.Sink.Part(r.Index, c.Clock())
			c.end(r.Index, StatusOK, nil)
		})
		threads.Go(func() { c.Sink.Sent(r.Index, c.Clock()) })
		threads.Go(func() { c.Sink.Answered(r.Index, c.Clock(), StatusDeadline, errors.New("late")) })
		return nil
	}}
	d, err := openDriver(t.Context(), a, driverSettings{
		conns: 4, senders: 2, places: 8, errors: -1, sequences: &sequenceSettings{length: 3, variation: 1},
	})
	require.NoError(t, err)
	_, first, err := d.begin(demand{concurrency: 8, requests: 20000})
	require.NoError(t, err)
	for ended := false; !ended; {
		select {
		case <-d.finished():
			ended = true
		default:
		}
		for i, o := range d.outcomes(first) {
			require.NotZero(t, o.Intended, i)
			require.Equal(t, o.Status == StatusPending, o.Answered == 0, i)
		}
		d.count()
		d.failureDetails()
	}
	_, err = d.stop(t.Context())
	require.NoError(t, err)
	threads.Wait()
	require.NoError(t, d.close())
	assert.Equal(t, d.count().begun, d.count().ended)
}
