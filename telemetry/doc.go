// Package telemetry says what a device did over a span of time: how busy it was, at which clocks, with how much power.
//
//	device, err := gpu.Open("GPU-…")
//	sampler := telemetry.NewSampler(device, telemetry.DefaultPeriod)
//	sampler.Start()
//	…
//	usage := sampler.Stop()
//
// A [Source] is read ten times a second by a goroutine of its own, outside of what is measured. What cannot be read is left out of the
// [Usage], and is never a reason to fail. Package telemetry/gpu reads NVIDIA's GPUs; [OpenProcessor] reads the energy of the CPU.
package telemetry
