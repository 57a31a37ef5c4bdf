package cli

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// openEngine loads the libraries that an engine needs and the engine. A plan for the simulated device brings up the
// simulated libraries; nothing else does.
func openEngine(ctx context.Context, m *modelFlags, compat bench.Compat, log *report.Log) (*openedTarget, error) {
	options, err := m.engineOptions()
	if err != nil {
		return nil, usage(err)
	}
	header, err := trt.ReadPlanHeader(m.engine)
	if err != nil {
		return nil, err
	}
	load := []trt.LoadOption{trt.WithLibraryPath(m.libraryPath...), trt.WithPlugins(m.plugins...), trt.WithLogger(newLogger(log))}
	if header.Simulated {
		folder, err := sim.Build(ctx, simulatedMajor(compat))
		if err != nil {
			return nil, err
		}
		load = append(load, trt.WithLibraryPath(folder), trt.WithMajor(simulatedMajor(compat)))
	} else if major := header.Version.Major; major == 10 || major == 11 {
		load = append(load, trt.WithMajor(major))
	}
	lib, err := trt.Load(load...)
	if err != nil {
		return nil, adviseWithoutGPU(err)
	}
	target, err := trt.NewTarget(lib, m.device, m.engine, options)
	if err != nil {
		return nil, adviseWithoutGPU(errors.Join(err, lib.Close()))
	}
	return &openedTarget{target, []func() error{target.Close, lib.Close}}, nil
}

// simulatedMajor is the simulated TensorRT that runs a plan: the one whose trtexec is followed.
func simulatedMajor(compat bench.Compat) int {
	if compat == bench.Compat11 {
		return 11
	}
	return 10
}

func (m *modelFlags) engineOptions() (trt.TargetOptions, error) {
	options := trt.TargetOptions{
		Profile:              m.profile,
		Seed:                 uint32(m.seed),
		AllocationStrategy:   trt.AllocationStrategy(m.strategy),
		PersistentCacheRatio: m.persistentCache,
		VersionCompatible:    m.versionCompatible,
		TemporaryDirectory:   m.tempDir,
	}
	var faults []error
	var err error
	if m.seed > math.MaxUint32 {
		faults = append(faults, fmt.Errorf("--seed is %d; expected at most %d", m.seed, uint32(math.MaxUint32)))
	}
	if options.Shapes, err = trt.ParseShapes(m.shapes); err != nil {
		faults = append(faults, err)
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
			"Without a GPU: `trtbench run --onnx=FILE` measures an ONNX model on the CPU, and plans for the simulated device run anywhere", err)
	}
	return err
}
