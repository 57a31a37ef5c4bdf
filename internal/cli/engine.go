package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// openEngine loads the libraries that an engine needs and the engine.
func openEngine(ctx context.Context, m *modelFlags, compat bench.Compat, log *report.Log) (*openedTarget, error) {
	options, err := m.engineOptions()
	if err != nil {
		return nil, usage(err)
	}
	given, err := m.inputs.load()
	if err != nil {
		return nil, err
	}
	options.Inputs, options.Ranges, options.Seeds = given.values, given.ranges, given.seeds
	if m.built != nil {
		return m.built.open(options)
	}
	lib, device, err := loadTensorRT(ctx, m, compat, newLogger(log))
	if err != nil {
		return nil, err
	}
	target, err := trt.NewTarget(lib, device, m.engine, options)
	if err != nil {
		return nil, adviseWithoutGPU(errors.Join(err, lib.Close()))
	}
	return &openedTarget{Target: target, engine: target, closers: []func() error{target.Close, lib.Close}}, nil
}

// loadTensorRT loads the libraries that can run an engine and finds the device. A plan for the simulated device brings up the
// simulated libraries.
func loadTensorRT(ctx context.Context, m *modelFlags, compat bench.Compat, log *slog.Logger) (lib *trt.Library, device int, err error) {
	header, err := trt.ReadPlanHeader(m.engine)
	if err != nil {
		return nil, 0, err
	}
	major := header.Version.Major
	if major != 10 && major != 11 {
		major = 0
	}
	simulated := header.Simulated || m.simulated // real libraries that were named are no use for such a plan
	if simulated && major == 0 {
		major = simulatedMajor(compat, m.engine)
	}
	if lib, err = loadLibrary(ctx, m, simulated, major, log); err != nil {
		return nil, 0, err
	}
	if err := header.Check(m.engine, lib.Version(), lib.Simulated()); err != nil && !m.versionCompatible {
		return nil, 0, errors.Join(err, lib.Close()) // whether or not there is a device
	}
	return withDevice(lib, m.device)
}

// loadBuilder loads the libraries that build engines and finds the device.
func loadBuilder(ctx context.Context, m *modelFlags, compat bench.Compat, log *slog.Logger) (lib *trt.Library, device int, err error) {
	major := 0
	if m.simulated {
		major = simulatedMajor(compat, "")
	}
	if lib, err = loadLibrary(ctx, m, m.simulated, major, log); err != nil {
		return nil, 0, err
	}
	return withDevice(lib, m.device)
}

// loadLibrary loads the simulated TensorRT of a major, or NVIDIA's: of a major when that is not 0.
func loadLibrary(ctx context.Context, m *modelFlags, simulated bool, major int, log *slog.Logger) (*trt.Library, error) {
	load := []trt.LoadOption{trt.WithPlugins(m.plugins...), trt.WithLogger(log)}
	if simulated {
		folder, err := sim.BuildWithNotice(ctx, major, func() { log.Info("simulated device: its libraries are compiled, this once") })
		if err != nil {
			return nil, err
		}
		load = append(load, trt.WithLibraryPath(folder))
	}
	if major != 0 {
		load = append(load, trt.WithMajor(major))
	}
	load = append(load, trt.WithLibraryPath(m.libraryPath...))
	lib, err := trt.Load(load...)
	if err != nil {
		return nil, adviseWithoutGPU(err)
	}
	return lib, nil
}

// withDevice finds the device that is meant, and closes the library when there is none.
func withDevice(lib *trt.Library, name string) (*trt.Library, int, error) {
	device, err := trt.FindDevice(lib, name)
	if err != nil {
		return nil, 0, adviseWithoutGPU(errors.Join(err, lib.Close()))
	}
	return lib, device, nil
}

// simulatedMajor is the simulated TensorRT for a plan, or to build with when there is none: the one that the plan was built by, else the
// one whose trtexec is followed.
func simulatedMajor(compat bench.Compat, path string) int {
	if text, err := os.ReadFile(path); err == nil {
		if plan, err := sim.Parse(text); err == nil && plan.TensorRT != "" {
			if strings.HasPrefix(plan.TensorRT, "11.") {
				return 11
			}
			return 10
		}
	}
	if compat == bench.Compat11 {
		return 11
	}
	return 10
}

func (m *modelFlags) engineOptions() (trt.TargetOptions, error) {
	options := trt.TargetOptions{
		Profile:              m.profile,
		Seed:                 uint32(m.inputs.seed),
		Zero:                 m.inputs.zero,
		AllocationStrategy:   trt.AllocationStrategy(m.strategy),
		PersistentCacheRatio: m.persistentCache,
		VersionCompatible:    m.versionCompatible,
		TemporaryDirectory:   m.tempDir,
	}
	var faults []error
	var err error
	if options.Shapes, err = m.shapesOf(); err != nil {
		faults = append(faults, err)
	}
	if options.NVTXVerbosity, err = trt.ParseVerbosity(m.verbosity); err != nil {
		faults = append(faults, fmt.Errorf("--profilingVerbosity: %w", err))
	}
	faults = append(faults, options.AllocationStrategy.Validate())
	if m.weightBudget != "" {
		budget, err := trt.ParseWeightBudget(m.weightBudget)
		faults = append(faults, err)
		options.WeightStreamingBudget = &budget
	}
	return options, errors.Join(faults...)
}

// adviseWithoutGPU adds to the error of a machine without the libraries or a device what can be done there instead.
func adviseWithoutGPU(err error) error {
	if errors.Is(err, bench.ErrUnavailable) {
		return fmt.Errorf("%w\nA TensorRT engine needs an NVIDIA GPU with its driver, the CUDA runtime and TensorRT; `trtbench doctor` says what is here.\n"+
			"Without a GPU: `trtbench run --onnx=FILE` measures an ONNX model on the CPU, and --simulated builds and runs engines whose times are invented", err)
	}
	return err
}
