package load

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load/pace"
)

func ms(n float64) int64 { return int64(n * 1e6) }

func TestOpenLoopSendsWhenDue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: after(5 * time.Millisecond)}, driverSettings{conns: 3})
		outcomes, start := play(t, d, demand{schedule: constant(1000)}, time.Second-time.Microsecond)
		require.Len(t, outcomes, 1000)
		for i, o := range outcomes {
			at := start + ms(float64(i))
			assert.Equal(t, Outcome{
				Intended: at, Begun: at, Sent: at, First: at + ms(5), Answered: at + ms(5),
				Parts: 1, Conn: uint32(i % 3), Place: uint32(i % 3), Status: StatusOK,
			}, o)
		}
		c := d.count()
		assert.Equal(t, int64(1000), c.ended)
		assert.Zero(t, c.inFlight())
		assert.Equal(t, start, c.measured)
	})
}

// A synchronous client with four callers cannot ask a server that takes 20 ms for 500 requests per second. perf_analyzer says that
// 200 requests per second take 20 ms each. They do not: the ones that are due at the end have waited for seconds.
func TestSynchronousClientCannotKeepUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: after(20 * time.Millisecond)}, driverSettings{conns: 4, senders: 4, outstanding: 1})
		outcomes, _ := play(t, d, demand{schedule: constant(500)}, 5*time.Second)
		assert.InDelta(t, 1000, len(outcomes), 4, "200 of 500 per second")
		last := outcomes[len(outcomes)-1]
		assert.Equal(t, ms(20), last.Service())
		assert.InDelta(t, ms(3000), last.Response(), float64(ms(40)), "due after 2 s, answered after 5 s")
		assert.Equal(t, last.Delay(), last.Lag(), "the client alone is to blame")
		for i, o := range outcomes {
			require.Equal(t, ms(20), o.Service(), i)
			require.GreaterOrEqual(t, o.Response(), ms(20), i)
		}
	})
}

func TestSynchronousCallersTakeTheirShareInTurn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow := func(c *answererConns, r sentRequest) error { // the first caller's requests take long
			return after(map[bool]time.Duration{true: 100 * time.Millisecond, false: time.Millisecond}[r.conn == 0])(c, r)
		}
		d := open(t, &answerer{handle: slow}, driverSettings{conns: 2, senders: 2, outstanding: 1})
		outcomes, _ := play(t, d, demand{schedule: constant(100)}, time.Second-time.Microsecond)
		var late [2]int
		for _, o := range outcomes {
			if o.Delay() > 0 {
				late[o.Conn]++
			}
		}
		assert.Equal(t, [2]int{9, 0}, late, "one caller is late with what is its own, the other is not")
	})
}

func TestClosedLoopUsesPlacesAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: after(10 * time.Millisecond)}, driverSettings{conns: 2})
		outcomes, start := play(t, d, demand{concurrency: 4}, time.Second-time.Microsecond)
		require.Len(t, outcomes, 400)
		for i, o := range outcomes {
			assert.Equal(t, start+ms(10)*int64(i/4), o.Intended, "when its place became free")
			assert.Equal(t, o.Place%2, o.Conn)
			assert.Equal(t, ms(10), o.Response())
		}
	})
}

func TestSchedulesEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{handle: after(time.Millisecond), payloads: Payloads{Steps: []int{2, 1}}}
		d := open(t, a, driverSettings{conns: 2, senders: 2})
		times := []time.Duration{0, 0, time.Second, time.Second, 3 * time.Second}
		fixed := func() (pace.Schedule, error) { return pace.NewFixed(times) }
		outcomes, start := play(t, d, demand{schedule: fixed}, time.Hour)
		require.Len(t, outcomes, 5)
		for _, o := range outcomes {
			assert.Equal(t, o.Intended, o.Begun)
		}
		assert.Equal(t, start+ms(3000), outcomes[4].Intended)
		payloads := map[payload]int{}
		for _, r := range a.conns.requests() {
			payloads[payload{r.Stream, r.Step}]++
		}
		assert.Equal(t, map[payload]int{{0, 0}: 2, {0, 1}: 2, {1, 0}: 1}, payloads, "in turn, by number in the schedule")
	})
}

func TestWarmUpAndLimit(t *testing.T) {
	for name, test := range map[string]struct {
		demand       demand
		warm, others int
	}{
		"requests":           {demand{schedule: constant(100), warmUpRequests: 7, requests: 20}, 7, 20},
		"time":               {demand{schedule: constant(100), warmUp: 50 * time.Millisecond, requests: 20}, 5, 20},
		"both":               {demand{schedule: constant(100), warmUp: 50 * time.Millisecond, warmUpRequests: 2, requests: 1}, 7, 1},
		"closed":             {demand{concurrency: 5, warmUpRequests: 3, requests: 11}, 3, 11},
		"fewer than senders": {demand{concurrency: 5, warmUpRequests: 1, requests: 1}, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := open(t, &answerer{handle: after(time.Millisecond)}, driverSettings{conns: 3, senders: 3})
				outcomes, _ := play(t, d, test.demand, time.Minute)
				warm := 0
				for _, o := range outcomes {
					if o.Flags&FlagWarmUp != 0 {
						warm++
					}
				}
				assert.Equal(t, test.warm, warm)
				assert.Equal(t, test.others, len(outcomes)-warm)
				assert.NotZero(t, d.count().measured)
			})
		})
	}
}

func TestPointsFollowEachOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: after(30 * time.Millisecond)}, driverSettings{})
		first, _ := play(t, d, demand{schedule: constant(100)}, time.Second)
		_, _, err := d.begin(demand{schedule: constant(-1)})
		require.ErrorContains(t, err, "rate is -1")
		second, start := play(t, d, demand{concurrency: 2}, time.Second)
		assert.Len(t, first, 101)
		assert.Greater(t, len(second), 60)
		assert.GreaterOrEqual(t, start, first[len(first)-1].Answered, "nothing of the first point is in flight any more")

		_, _, err = d.begin(demand{concurrency: 2})
		require.NoError(t, err)
		_, _, err = d.begin(demand{concurrency: 2})
		require.ErrorContains(t, err, "was not stopped")
		require.NoError(t, d.close())
		_, _, err = d.begin(demand{concurrency: 2})
		require.ErrorContains(t, err, "closed")
	})
}

func TestOpenDriverRefuses(t *testing.T) {
	good := driverSettings{conns: 1, senders: 1, places: 2}
	for name, test := range map[string]struct {
		server *answerer
		change func(*driverSettings)
		want   string
	}{
		"no connection":   {&answerer{}, func(s *driverSettings) { s.conns = 0 }, "0 connections and 1 senders"},
		"no payload":      {&answerer{payloads: Payloads{Steps: []int{}}}, nil, "payload streams have [] steps"},
		"empty stream":    {&answerer{payloads: Payloads{Steps: []int{3, 0}}}, nil, "payload streams have [3 0] steps"},
		"too few ids":     {&answerer{}, func(s *driverSettings) { s.sequences = &sequenceSettings{firstID: 5, idSpan: 1} }, "at least 2"},
		"id zero":         {&answerer{}, func(s *driverSettings) { s.sequences = &sequenceSettings{idSpan: 9} }, "from 1 or more"},
		"does not answer": {&answerer{dialErr: errors.New("no such host")}, nil, "no such host"},
	} {
		t.Run(name, func(t *testing.T) {
			s := good
			if test.change != nil {
				test.change(&s)
			}
			_, err := openDriver(t.Context(), test.server, s)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestStopAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: after(time.Hour)}, driverSettings{})
		_, _, err := d.begin(demand{schedule: constant(0.001)})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		before := time.Now()
		until, err := d.stop(ctx)
		require.NoError(t, err)
		assert.Less(t, time.Since(before), 10*time.Millisecond, "a sender that waits for minutes wakes up, and nobody waits for answers")
		for _, o := range d.outcomes(0) {
			assert.Equal(t, StatusLost, o.Status)
			assert.GreaterOrEqual(t, o.Answered, until)
		}
	})
}
