package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConcurrencyInSteps(t *testing.T) {
	bubble(t, func(t *testing.T) {
		speak := func(c *answererConns, r sentRequest) error { // ten parts, 100 ms apart, then the last answer
			for part := range 10 {
				time.AfterFunc(time.Duration(part+1)*100*time.Millisecond, func() { c.Sink.Part(r.Index, c.Clock()) })
			}
			time.AfterFunc(1100*time.Millisecond, func() { c.end(r.Index, StatusOK, nil) })
			return nil
		}
		d := open(t, &answerer{handle: speak}, driverSettings{conns: 2, senders: 2})
		steps := &concurrencySteps{start: 1, end: 5, step: 2, period: 3}
		outcomes, start := play(t, d, demand{steps: steps}, time.Minute)
		require.Len(t, outcomes, 5)
		for i, o := range outcomes {
			assert.Equal(t, start+ms([]float64{0, 300, 300, 600, 600}[i]), o.Intended)
			assert.Equal(t, uint32(11), o.Parts)
			assert.Equal(t, o.Intended+ms(100), o.First)
			assert.Equal(t, ms(1100), o.Response())
		}
	})
}

func TestConcurrencyInStepsGoesOnWhenRequestsEndEarly(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := open(t, &answerer{handle: after(time.Second)}, driverSettings{})
		outcomes, start := play(t, d, demand{steps: &concurrencySteps{start: 2, end: 4, step: 1, period: 10}}, time.Minute)
		require.Len(t, outcomes, 4)
		assert.Equal(t, start+ms(2000), outcomes[3].Intended)
	})
}
