package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/internal/library"
	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/trt"
)

// The parts that the doctor looks at.
const (
	partDriver      = "NVIDIA driver"
	partRuntime     = "CUDA runtime"
	partDevice      = "GPU"
	partTensorRT    = "TensorRT"
	partONNXRuntime = "ONNX Runtime"
)

// driverFinding asks NVML, which comes with the driver.
func driverFinding() finding {
	f := finding{Part: partDriver, Version: "not found", Fix: "install the NVIDIA driver, or start the container with --gpus=all"}
	api := nvml.New()
	if status := api.Init(); status != nvml.SUCCESS {
		f.Problem = "NVML (libnvidia-ml.so.1): " + nvml.ErrorString(status)
		return f
	}
	defer api.Shutdown()
	version, status := api.SystemGetDriverVersion()
	if status != nvml.SUCCESS {
		f.Problem = "NVML: " + nvml.ErrorString(status)
		return f
	}
	f.Version, f.Usable, f.Fix = version, true, ""
	if version, status := api.SystemGetNVMLVersion(); status == nvml.SUCCESS {
		f.Path = "NVML " + version
	}
	return f
}

// cudaFindings opens every CUDA runtime that is found and asks the first that answers for the devices.
func cudaFindings(paths []string) []finding {
	result, err := library.Find(library.CUDART, paths...)
	if err != nil {
		return []finding{missing(partRuntime, err), {Part: partDevice, Version: "unknown", Problem: "without the CUDA runtime no device can be asked"}}
	}
	var findings []finding
	var devices []finding
	for _, path := range result.Candidates {
		lib, err := cuda.Load(cuda.WithLibraryPath(path))
		if err != nil {
			findings = append(findings, finding{Part: partRuntime, Version: "unusable", Path: path, Problem: firstLine(err)})
			continue
		}
		findings = append(findings, finding{Part: partRuntime, Version: lib.RuntimeVersion().String(), Path: path, Usable: true})
		if !usable(devices, partDevice) {
			devices = deviceFindings(lib)
		}
		lib.Close() // nothing of it is open
	}
	return append(findings, devices...)
}

func deviceFindings(lib *cuda.Library) []finding {
	devices, err := lib.Devices()
	if err != nil {
		f := finding{Part: partDevice, Version: "none", Problem: firstLine(err)}
		if errors.Is(err, cuda.ErrInsufficientDriver) {
			f.Fix = "install an NVIDIA driver for CUDA " + lib.RuntimeVersion().String() + " or newer"
		}
		return []finding{f}
	}
	var findings []finding
	for _, device := range devices {
		p, err := device.Properties()
		if err != nil {
			findings = append(findings, finding{Part: partDevice, Version: fmt.Sprintf("%d: unusable", device.Ordinal()), Problem: firstLine(err)})
			continue
		}
		findings = append(findings, finding{Part: partDevice, Usable: true, Version: fmt.Sprintf("%d: %s, compute capability %s, %d MiB",
			device.Ordinal(), p.Name, p.ComputeCapability, p.MemoryBytes>>20)})
	}
	return findings
}

// tensorrtFindings opens every TensorRT that is found, oldest search order first.
func tensorrtFindings(paths []string) []finding {
	result, err := library.Find(library.NVInfer, paths...)
	if err != nil {
		return []finding{missing(partTensorRT, err)}
	}
	var findings []finding
	for _, path := range result.Candidates {
		lib, err := trt.Load(trt.WithLibraryPath(append([]string{path}, paths...)...))
		if err != nil {
			findings = append(findings, finding{Part: partTensorRT, Version: "unusable", Path: path, Problem: firstLine(err)})
			continue
		}
		findings = append(findings, finding{Part: partTensorRT, Version: lib.Version().String(), Path: path, Usable: true})
		lib.Close() // nothing of it is open
	}
	return findings
}

func onnxFinding(paths []string) finding {
	lib, err := ort.Load(ort.LoadOptions{Paths: paths})
	if err != nil {
		return missing(partONNXRuntime, err)
	}
	defer lib.Close()
	return finding{Part: partONNXRuntime, Version: lib.Version(), Path: lib.Path(), Usable: true}
}

// simulatedFindings compiles the simulated libraries of both majors, unless they are in the cache, and looks at them.
func simulatedFindings(ctx context.Context) []finding {
	var findings []finding
	for _, major := range []int{10, 11} {
		folder, err := sim.Build(ctx, major)
		if err != nil {
			findings = append(findings, finding{Part: partTensorRT, Version: fmt.Sprintf("simulated %d: unusable", major), Problem: err.Error()})
			continue
		}
		for _, f := range append(cudaFindings([]string{folder}), tensorrtFindings([]string{folder})...) {
			if f.Path == "" || strings.HasPrefix(f.Path, folder) {
				f.Version = "simulated " + f.Version
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// missing says where a library was looked for in vain.
func missing(part string, err error) finding {
	f := finding{Part: part, Version: "not found"}
	var notFound *library.NotFoundError
	if !errors.As(err, &notFound) {
		f.Problem = firstLine(err)
		return f
	}
	f.Fix = notFound.Fix()
	for _, a := range notFound.Attempts {
		f.Tried = append(f.Tried, a.String())
	}
	for _, a := range notFound.Rejected() {
		f.Problem = a.String()
	}
	return f
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
