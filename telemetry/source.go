package telemetry

import (
	"math"

	"github.com/trtbench/trtbench/record"
)

// Source is a device that can be read. Its methods are called by one goroutine at a time.
type Source interface {
	// Describe says which device it is.
	Describe() Description
	// Read looks at the device. Values that it cannot read stay as they are: not a number. The error is that of the first such value
	// that ought to be readable. It should not allocate.
	Read(r *Reading) error
}

// Description says which device was read, and how.
type Description struct {
	Reader string            `json:"reader"` // as "NVML 12.575.57"
	Kind   record.DeviceKind `json:"kind"`
	Device string            `json:"device"` // its name
	UUID   string            `json:"uuid,omitempty"`
	Notes  []string          `json:"notes,omitempty"` // what the device does not tell, and other things that a reader must know
}

// Reading is one look at a device. What was not read is not a number.
type Reading struct {
	UtilizationPercent float64
	MemoryBytes        float64
	SMClockMHz         float64
	MemoryClockMHz     float64
	PowerWatts         float64
	TemperatureCelsius float64
	// EnergyJoules is a counter: what the device has used since some instant.
	EnergyJoules float64
	Throttle     Throttle
}

// NewReading returns a reading of nothing.
func NewReading() Reading {
	unknown := math.NaN()
	return Reading{unknown, unknown, unknown, unknown, unknown, unknown, unknown, 0}
}

// Throttle is a set of reasons for which a device runs slower than it could. That it has nothing to do, or that somebody has set its
// clocks, is none.
type Throttle uint8

// The reasons.
const (
	PowerCap        Throttle = 1 << iota // it is at its limit of power
	ThermalSoftware                      // the driver cools it
	ThermalHardware                      // the hardware cools it
	PowerBrake                           // the power supply asks for less
	Slowdown                             // the hardware slows it down: heat, power or a fast change of load
	SyncBoost                            // another device of its group is slower
	throttles       = iota
)

var throttleNames = [throttles]string{"power cap", "thermal (software)", "thermal (hardware)", "power brake", "hardware slowdown", "sync boost"}
