// Package gpu reads NVIDIA's GPUs by NVML, the library that comes with the driver, for package telemetry.
//
// NVML is opened when a device is; where it is missing, [Open] says so and nothing else happens. A function that the installed NVML lacks
// is not called: the value is then left out.
package gpu
