package stream

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/telemetry"
)

// heater is a device that always takes 300 W.
type heater struct{ throttle telemetry.Throttle }

func (heater) Describe() telemetry.Description {
	return telemetry.Description{Reader: "a test", Device: "a heater"}
}

func (h heater) Read(r *telemetry.Reading) error {
	r.PowerWatts, r.UtilizationPercent, r.Throttle = 300, 40, h.throttle
	return nil
}

// The device is read over the measured time of each point, and what an hour of audio costs follows from power and SPS.
func TestTelemetryOfPoints(t *testing.T) {
	options := Options{Sessions: Levels{50, 100, 50}, Meter: telemetry.NewSampler(heater{}, telemetry.DefaultPeriod)}
	measure(t, engine(), options, func(t *testing.T, r *Recording) {
		path := filepath.Join(t.TempDir(), "x.trtbench")
		require.NoError(t, r.Save(path))
		r, err := Load(path)
		require.NoError(t, err)
		require.Len(t, r.Points, 2)
		for i := range r.Points {
			p := &r.Points[i]
			require.NotNil(t, p.Telemetry)
			assert.Equal(t, "a heater", p.Telemetry.Device)
			assert.InDelta(t, time.Duration(p.End-p.Start+int64(r.Settings.Limit)).Seconds(), p.Telemetry.Seconds, 0.001)
			assert.Equal(t, &telemetry.Range{Min: 40, Mean: 40, Max: 40}, p.Telemetry.Utilization)
			f, err := r.Figures(i)
			require.NoError(t, err)
			assert.InDelta(t, 300*3600/f.Rate.SPS, p.Telemetry.JoulesPerAudioHour, 1e-6)
			assert.InEpsilon(t, 300*3600/float64(p.Sessions), p.Telemetry.JoulesPerAudioHour, 0.05)
			assert.Equal(t, record.Valid, p.Verdict.Status)
		}
	})
}

// Figures of a device that was slowed down come with a warning.
func TestTelemetryOfASlowedDevice(t *testing.T) {
	options := Options{Sessions: Levels{50, 50, 1}, Meter: telemetry.NewSampler(heater{telemetry.PowerCap}, telemetry.DefaultPeriod)}
	measure(t, engine(), options, func(t *testing.T, r *Recording) {
		v := &r.Points[0].Verdict
		assert.Equal(t, record.Warnings, v.Status)
		require.NotEmpty(t, v.Reasons)
		assert.Equal(t, CodeThrottled, v.Reasons[0].Code)
		assert.Contains(t, v.Reasons[0].Evidence, "power cap in 100 % of")
		assert.Equal(t, CodeThrottled, r.Verdict.Reasons[0].Code)
	})
}
