package stream

import (
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/telemetry"
)

// Meter says what the device behind a server does while a point is measured. Start and Stop enclose the measured time, and the limit of
// the last chunks; neither may take long. [telemetry.Sampler] is one.
type Meter interface {
	Start()
	// Stop returns what was read since Start; nil when nothing was.
	Stop() *telemetry.Usage
}

// Telemetry is what the device behind a server did while a point was measured.
type Telemetry struct {
	telemetry.Usage
	// JoulesPerAudioHour is the energy that the device needs for an hour of audio at this number of sessions: its mean power in watts
	// over SPS, times the 3600 s of an hour. That is its energy in the measured time ÷ seconds of audio answered then × 3600. What the
	// device needs when idle is part of it. 0: unknown.
	JoulesPerAudioHour float64 `json:"joules_per_audio_hour,omitempty"`
}

// CodeThrottled says that the device ran slower than it could, see [telemetry.Throttle].
const CodeThrottled record.Code = "device-throttled"

// startMeter begins to read the device.
func startMeter(m Meter) {
	if m != nil {
		m.Start()
	}
}

// stopMeter returns what was read of the device; nil when nothing was.
func stopMeter(m Meter) *Telemetry {
	if m == nil {
		return nil
	}
	if u := m.Stop(); u != nil {
		return &Telemetry{Usage: *u}
	}
	return nil
}

// telemetry completes what was read of the device, and adds what it says about the point to the verdict.
func (j *judgement) telemetry() {
	t := j.point.Telemetry
	if t == nil {
		return
	}
	if sps := j.figures.Rate.SPS; sps > 0 {
		t.JoulesPerAudioHour = t.Watts() / sps * 3600
	}
	if slowed := t.Slowed(); slowed != "" {
		j.point.Verdict.Warn(CodeThrottled, "the device ran slower than it could: "+slowed)
	}
}
