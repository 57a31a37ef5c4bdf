package telemetry

import (
	"fmt"
	"strings"
)

// Usage is what a device did over a span of time. What it does not tell is nil, or 0 where 0 is impossible.
type Usage struct {
	Description
	Seconds float64 `json:"seconds"` // from the first reading to the last
	Samples int     `json:"samples"` // readings

	// Utilization is NVML's utilization.gpu: the share of time in which at least one kernel ran, over the last 1/6 to 1 s before each
	// reading. 100 % does not mean that the device could do no more.
	Utilization *Range `json:"utilization_percent,omitempty"`
	Memory      *Range `json:"memory_used_bytes,omitempty"` // of all programs on the device
	SMClock     *Range `json:"sm_clock_mhz,omitempty"`
	MemoryClock *Range `json:"memory_clock_mhz,omitempty"`
	Power       *Range `json:"power_watts,omitempty"`
	Temperature *Range `json:"temperature_celsius,omitempty"`

	EnergyJoules  float64      `json:"energy_joules,omitempty"`
	EnergySeconds float64      `json:"energy_seconds,omitempty"` // that the energy was used in
	EnergySource  EnergySource `json:"energy_source,omitempty"`  // empty: the energy is unknown

	Throttled []Throttling `json:"throttled,omitempty"` // why it was slower than it could be

	Failed  int    `json:"failed_readings,omitempty"` // readings in which a value was missing
	Failure string `json:"failure,omitempty"`         // of the first of them
}

// Range is a value over the readings that had it.
type Range struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
}

// EnergySource is how the energy was found out.
type EnergySource string

// The ways.
const (
	EnergyCounter EnergySource = "counter"       // the device's own, at the end less at the beginning
	EnergyPower   EnergySource = "power samples" // the power of two readings on average, times the time between them, added up
)

// Throttling is a reason why a device was slower than it could be.
type Throttling struct {
	Reason string  `json:"reason"`
	Share  float64 `json:"share"` // of the readings
}

// Watts returns the mean power by the energy; 0 when that is unknown.
func (u *Usage) Watts() float64 {
	if u.EnergySeconds <= 0 {
		return 0
	}
	return u.EnergyJoules / u.EnergySeconds
}

// Slowed says in words why the device was slower than it could be; empty when it was not.
func (u *Usage) Slowed() string {
	var reasons []string
	for _, t := range u.Throttled {
		reasons = append(reasons, fmt.Sprintf("%s in %.0f %% of %d readings", t.Reason, 100*t.Share, u.Samples))
	}
	return strings.Join(reasons, ", ")
}
