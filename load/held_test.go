package load

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/load/pace"
)

func TestRequestsThatAreDueTogetherTravelTogether(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &answerer{}
		d := open(t, a, driverSettings{})
		times := []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 2 * time.Second}
		play(t, d, demand{schedule: func() (pace.Schedule, error) { return pace.NewFixed(times) }}, time.Minute)
		var more []bool
		for _, r := range a.conns.requests() {
			more = append(more, r.More)
		}
		assert.Equal(t, []bool{true, true, false, false, true, false}, more)
	})
}

func TestHeldBackRequestsLeave(t *testing.T) {
	for name, test := range map[string]struct {
		settings driverSettings
		demand   demand
	}{
		"other connections":   {driverSettings{conns: 3}, demand{schedule: bursts(3)}},
		"bound":               {driverSettings{conns: 3, outstanding: 2}, demand{schedule: bursts(5)}},
		"limit":               {driverSettings{conns: 3}, demand{schedule: bursts(100), requests: 50}},
		"closed loop":         {driverSettings{conns: 3}, demand{concurrency: 7, requests: 20}},
		"serial sequences":    {driverSettings{conns: 3, places: 5, sequences: &sequenceSettings{length: 2, serial: true}}, demand{schedule: bursts(20), live: 5}},
		"fails while holding": {driverSettings{errors: -1}, demand{concurrency: 9, requests: 30}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a := &answerer{handle: func(c *answererConns, r sentRequest) error {
					if name == "fails while holding" && r.Index == 3 {
						return errors.New("no")
					}
					c.hold(r)
					return nil
				}}
				d := open(t, a, test.settings)
				defer func() {
					assert.LessOrEqual(t, a.conns.mostHeld, maxHeld+1, "a late sender does not hold back all it has")
				}()
				begun := time.Now()
				outcomes, _ := play(t, d, test.demand, time.Hour)
				for i, o := range outcomes {
					assert.Equal(t, o.Status != StatusOK, name == "fails while holding" && i == 3)
				}
				assert.Less(t, time.Since(begun), 5*time.Second, "nothing is held back for long")
				assert.Positive(t, a.conns.flushed())
			})
		})
	}
}
