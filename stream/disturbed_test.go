package stream

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

func TestSuspendedRunsAreVoid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := virtual()
		begun := time.Now()
		h.boot = func() int64 {
			if time.Since(begun) > 4*time.Second {
				return int64(time.Hour) + int64(time.Since(begun))
			}
			return 1 + int64(time.Since(begun))
		}
		r, err := run(t.Context(), engine(), Options{Sessions: Levels{20, 20, 1}}, h)
		require.NoError(t, err)
		assert.Equal(t, Void, r.Points[0].Finding)
		assert.Contains(t, r.Points[0].Evidence, "slept")
		assert.Equal(t, record.Invalid, r.Verdict.Status)
	})
}

func TestALateClientIsNotTheServersFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := virtual()
		h.waiter = func(clock func() int64, _ time.Duration) pace.Waiter {
			return &lateWaiter{pace.NewTimed(clock), clock}
		}
		r, err := run(t.Context(), engine(), Options{Sessions: Levels{20, 20, 1}, Settle: time.Second}, h)
		require.NoError(t, err)
		assert.Equal(t, ClientLate, r.Points[0].Finding, r.Points[0].Evidence)
		assert.Equal(t, record.Invalid, r.Verdict.Status)
	})
}

// lateWaiter comes 150 ms late.
type lateWaiter struct {
	pace.Waiter
	clock func() int64
}

func (w *lateWaiter) Until(at int64, stop <-chan struct{}) bool {
	return w.Waiter.Until(at+int64(150*time.Millisecond), stop)
}
