package gpu

import (
	"github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/trtbench/trtbench/telemetry"
)

// quantity is something that NVML tells about a device.
type quantity struct {
	name   string
	symbol string // of the function of NVML; two quantities of one name are ways to the same, of which the first that is there is taken
	read   func(d nvml.Device, r *telemetry.Reading) nvml.Return
}

var quantities = []quantity{
	{"utilization", "nvmlDeviceGetUtilizationRates", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		u, status := d.GetUtilizationRates()
		set(&r.UtilizationPercent, float64(u.Gpu), status)
		return status
	}},
	{"memory", "nvmlDeviceGetMemoryInfo", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		m, status := d.GetMemoryInfo()
		set(&r.MemoryBytes, float64(m.Used), status)
		return status
	}},
	{"SM clock", "nvmlDeviceGetClockInfo", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		mhz, status := d.GetClockInfo(nvml.CLOCK_SM)
		set(&r.SMClockMHz, float64(mhz), status)
		return status
	}},
	{"memory clock", "nvmlDeviceGetClockInfo", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		mhz, status := d.GetClockInfo(nvml.CLOCK_MEM)
		set(&r.MemoryClockMHz, float64(mhz), status)
		return status
	}},
	{"power", "nvmlDeviceGetPowerUsage", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		milliwatts, status := d.GetPowerUsage()
		set(&r.PowerWatts, float64(milliwatts)/1000, status)
		return status
	}},
	{"energy", "nvmlDeviceGetTotalEnergyConsumption", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		millijoules, status := d.GetTotalEnergyConsumption()
		set(&r.EnergyJoules, float64(millijoules)/1000, status)
		return status
	}},
	{"temperature", "nvmlDeviceGetTemperature", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		celsius, status := d.GetTemperature(nvml.TEMPERATURE_GPU)
		set(&r.TemperatureCelsius, float64(celsius), status)
		return status
	}},
	{"throttle reasons", "nvmlDeviceGetCurrentClocksEventReasons", func(d nvml.Device, r *telemetry.Reading) nvml.Return {
		bits, status := d.GetCurrentClocksEventReasons()
		if status == nvml.SUCCESS {
			r.Throttle = throttle(bits)
		}
		return status
	}},
	{"throttle reasons", "nvmlDeviceGetCurrentClocksThrottleReasons", func(d nvml.Device, r *telemetry.Reading) nvml.Return { // before NVML 12.2
		bits, status := d.GetCurrentClocksThrottleReasons()
		if status == nvml.SUCCESS {
			r.Throttle = throttle(bits)
		}
		return status
	}},
}

func set(to *float64, value float64, status nvml.Return) {
	if status == nvml.SUCCESS {
		*to = value
	}
}

// throttle translates NVML's reasons. Those that are left out are no slowing down: an idle device, and clocks that somebody set.
func throttle(bits uint64) telemetry.Throttle {
	var t telemetry.Throttle
	for _, reason := range []struct {
		bit uint64
		is  telemetry.Throttle
	}{
		{nvml.ClocksEventReasonSwPowerCap, telemetry.PowerCap},
		{nvml.ClocksEventReasonSwThermalSlowdown, telemetry.ThermalSoftware},
		{nvml.ClocksThrottleReasonHwThermalSlowdown, telemetry.ThermalHardware},
		{nvml.ClocksThrottleReasonHwPowerBrakeSlowdown, telemetry.PowerBrake},
		{nvml.ClocksThrottleReasonHwSlowdown, telemetry.Slowdown},
		{nvml.ClocksEventReasonSyncBoost, telemetry.SyncBoost},
	} {
		if bits&reason.bit != 0 {
			t |= reason.is
		}
	}
	return t
}
