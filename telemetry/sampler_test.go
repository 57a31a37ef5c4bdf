package telemetry

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a device that a function of the time since it was made tells about.
type scripted struct {
	began time.Time
	look  func(since time.Duration, r *Reading) error
}

func (*scripted) Describe() Description { return Description{Reader: "a test", Device: "a device"} }

func (s *scripted) Read(r *Reading) error { return s.look(time.Since(s.began), r) }

// watch samples a device for so long on a clock of its own.
func watch(t *testing.T, length time.Duration, look func(since time.Duration, r *Reading) error, use func(*testing.T, *Usage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := NewSampler(&scripted{time.Now(), look}, DefaultPeriod)
		s.Start()
		time.Sleep(length)
		use(t, s.Stop())
	})
}

// ramp takes 100 W at first and 10 W more every second, and counts energy unless told otherwise.
func ramp(counts bool) func(time.Duration, *Reading) error {
	return func(since time.Duration, r *Reading) error {
		seconds := since.Seconds()
		r.PowerWatts = 100 + 10*seconds
		if counts {
			r.EnergyJoules = 5000 + 100*seconds + 5*seconds*seconds
		}
		return nil
	}
}

func TestSamplerReadsOverASpan(t *testing.T) {
	watch(t, 10*time.Second+50*time.Millisecond, func(since time.Duration, r *Reading) error {
		r.UtilizationPercent, r.SMClockMHz, r.MemoryBytes = 50, 1980, 1<<30
		if since >= 5*time.Second {
			r.UtilizationPercent, r.SMClockMHz, r.Throttle = 100, 1200, PowerCap|ThermalSoftware
		}
		return ramp(true)(since, r)
	}, func(t *testing.T, u *Usage) {
		assert.Equal(t, "a device", u.Device)
		assert.InDelta(t, 10.05, u.Seconds, 1e-9)
		assert.Equal(t, 102, u.Samples) // one at once, one every 100 ms, one at the end
		assert.InDelta(t, 75, u.Utilization.Mean, 1)
		assert.Equal(t, 1200.0, u.SMClock.Min)
		assert.Equal(t, 1980.0, u.SMClock.Max)
		assert.Equal(t, &Range{1 << 30, 1 << 30, 1 << 30}, u.Memory)
		assert.Nil(t, u.Temperature, "nobody told it")
		assert.Equal(t, EnergyCounter, u.EnergySource)
		assert.InDelta(t, 100*10.05+5*10.05*10.05, u.EnergyJoules, 1e-6)
		assert.InDelta(t, u.Power.Mean, u.Watts(), 1)
		require.Len(t, u.Throttled, 2)
		assert.Equal(t, "power cap", u.Throttled[0].Reason)
		assert.InDelta(t, 0.5, u.Throttled[0].Share, 0.01)
		assert.Equal(t, "power cap in 51 % of 102 readings, thermal (software) in 51 % of 102 readings", u.Slowed())
		assert.Zero(t, u.Failed)
	})
}

// Without a counter, or with one that went back, the energy follows from the power.
func TestEnergyWithoutACounter(t *testing.T) {
	for name, look := range map[string]func(time.Duration, *Reading) error{
		"no counter": ramp(false),
		"a counter that begins anew": func(since time.Duration, r *Reading) error {
			err := ramp(true)(since, r)
			if since > 3*time.Second {
				r.EnergyJoules -= 5000
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			watch(t, 4*time.Second, look, func(t *testing.T, u *Usage) {
				assert.Equal(t, EnergyPower, u.EnergySource)
				assert.InDelta(t, 4*100+5*16, u.EnergyJoules, 1e-6)
				assert.InDelta(t, 120, u.Watts(), 1e-6)
			})
		})
	}
}

// What fails in the middle is told, and the rest is kept.
func TestReadingsThatFail(t *testing.T) {
	watch(t, 2*time.Second, func(since time.Duration, r *Reading) error {
		if since >= time.Second {
			return errors.New("the GPU is lost")
		}
		return ramp(true)(since, r)
	}, func(t *testing.T, u *Usage) {
		assert.Equal(t, "the GPU is lost", u.Failure)
		assert.InDelta(t, u.Samples/2, u.Failed, 1)
		assert.InDelta(t, 0.9, u.EnergySeconds, 1e-9)
		assert.InDelta(t, 104.5, u.Watts(), 1e-6)
	})
}

// A span of one reading has no energy; nothing is divided by zero.
func TestAShortSpan(t *testing.T) {
	watch(t, 0, ramp(true), func(t *testing.T, u *Usage) {
		require.NotNil(t, u)
		assert.Empty(t, u.EnergySource)
		assert.Zero(t, u.Watts())
		assert.Empty(t, u.Slowed())
	})
}

// A driver that does not answer holds nobody up, and is not asked again until it has answered.
func TestADriverThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		s := NewSampler(&scripted{time.Now(), func(since time.Duration, r *Reading) error {
			if since >= time.Second && since < 10*time.Second {
				<-answer
			}
			return ramp(true)(since, r)
		}}, DefaultPeriod)
		s.Start()
		time.Sleep(3 * time.Second)
		began := time.Now()
		u := s.Stop()
		assert.Equal(t, patience, time.Since(began))
		assert.Equal(t, 10, u.Samples)
		s.Start()
		assert.Nil(t, s.Stop(), "it still hangs")
		close(answer)
		time.Sleep(10 * time.Second)
		s.Start()
		time.Sleep(time.Second)
		assert.InDelta(t, 11, s.Stop().Samples, 1)
		assert.Nil(t, s.Stop(), "nothing was started")
	})
}

// Readings allocate nothing.
func TestReadingsDoNotAllocate(t *testing.T) {
	s := NewSampler(&scripted{time.Now(), ramp(true)}, DefaultPeriod)
	s.span = &span{}
	r := new(Reading)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { s.read(s.span, r) }))
	assert.True(t, math.IsNaN(r.TemperatureCelsius))
}
