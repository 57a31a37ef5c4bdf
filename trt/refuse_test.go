package trt_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// What the user got wrong must be told, and leave nothing behind.
func TestNewTargetRefuses(t *testing.T) {
	noProfile := copyPlan()
	noProfile.Profiles[0].Inputs[0].Min = []int64{2, 16}
	tests := map[string]struct {
		plan    sim.Plan
		options trt.TargetOptions
		text    string
	}{
		"unknown tensor": {copyPlan(), trt.TargetOptions{Shapes: trt.Shapes{"xx": {1, 16}}},
			`shape of xx: 1x16 was given, no input has this name; the inputs are x; did you mean "x"?`},
		"output":           {copyPlan(), trt.TargetOptions{Shapes: trt.Shapes{"y": {1, 16}}}, "no input has this name"},
		"rank":             {copyPlan(), trt.TargetOptions{Shapes: trt.Shapes{"x": {1}}}, "the engine has 2 dimensions there: -1x16"},
		"above profile":    {copyPlan(), trt.TargetOptions{Shapes: trt.Shapes{"x": {9, 16}}}, "dimension 0 must be 1 to 8"},
		"default too low":  {noProfile, trt.TargetOptions{}, "dimension 0 must be 2 to 8"},
		"fixed dimension":  {copyPlan(), trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 17}}}, "dimension 1 is always 16"},
		"profile":          {copyPlan(), trt.TargetOptions{Profile: 1}, "profile 1 was asked for, the profiles are 0 to 0"},
		"negative profile": {copyPlan(), trt.TargetOptions{Profile: -1}, "profile -1: expected 0 or more"},
		"strategy":         {copyPlan(), trt.TargetOptions{AllocationStrategy: "dynamic"}, `strategy "dynamic": expected static, profile or runtime`},
		"cache NaN":        {copyPlan(), trt.TargetOptions{PersistentCacheRatio: math.NaN()}, "persistent cache ratio NaN: expected 0 to 1"},
		"cache":            {copyPlan(), trt.TargetOptions{PersistentCacheRatio: 1.5}, "persistent cache ratio 1.5"},
		"verbosity":        {copyPlan(), trt.TargetOptions{NVTXVerbosity: 3}, "NVTX verbosity 3"},
		"values":           {copyPlan(), trt.TargetOptions{Inputs: map[string]tensor.Values{"z": {}}}, "values: no input is named z; the inputs are x"},
		"zero":             {copyPlan(), trt.TargetOptions{Zero: []string{"state"}}, "zero: no input is named state"},
		"ranges":           {copyPlan(), trt.TargetOptions{Ranges: map[string]trt.Range{"a*": {}}}, "ranges: no input is named a*"},
		"other TensorRT":   {sim.Plan{TensorRT: "10.3.0", Tensors: copyPlan().Tensors, Profiles: copyPlan().Profiles}, trt.TargetOptions{}, "10.3.0"},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				target, err := trt.NewTarget(lib, 0, trttest.Plan(t, test.plan), test.options)
				assert.ErrorContains(t, err, test.text)
				assert.Nil(t, target)
				assertNothingLeft(t, lib)
			})
		}
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestOpenRefuses(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		path := trttest.Plan(t, copyPlan())
		target, err := trt.NewTarget(lib, 0, path, trt.TargetOptions{
			Shapes: trt.Shapes{"x": {1, 16}}, Inputs: map[string]tensor.Values{"x": {Data: make([]byte, 65)}}})
		require.NoError(t, err)
		for _, setup := range []bench.Setup{{Slots: 2}, {Lanes: 1}, {Lanes: 1, Slots: 3}, {Lanes: -1, Slots: 1}} {
			_, err := target.Open(t.Context(), setup)
			assert.ErrorContains(t, err, "expected at least 1 lane and 1 or 2 slots")
		}
		_, err = target.Open(t.Context(), setups["transfers"])
		assert.ErrorContains(t, err, "values of x: 65 bytes were given, the input takes 64")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = target.Open(ctx, setups["transfers"])
		assert.ErrorIs(t, err, context.Canceled)
		closeAll(t, target)
	})
}

// Faults of the device and of the engine, wherever they happen, end in an error that carries the reason, and leave nothing
// behind: neither on the device nor in the libraries.
func TestFaults(t *testing.T) {
	cudaFault := func(call string, at, code int) string {
		return fmt.Sprintf(`{"faults": [{"call": %q, "at": %d, "error": %d}]}`, call, at, code)
	}
	fault := func(call string, at int64) sim.Plan {
		plan := copyPlan()
		plan.Faults = []sim.Fault{{Call: call, At: at, Error: "fail"}}
		return plan
	}
	tests := map[string]struct {
		device string
		plan   sim.Plan
		setup  string
		is     error
		text   string
	}{
		"no driver":           {`{"driver_version": 0}`, copyPlan(), "transfers", cuda.ErrInsufficientDriver, "create runtime"},
		"no device":           {`{"devices": []}`, copyPlan(), "transfers", cuda.ErrNoDevice, "create runtime"},
		"no stream":           {cudaFault("cudaStreamCreateWithPriority", 1, 2), copyPlan(), "transfers", cuda.ErrOutOfMemory, "create runtime"},
		"engine too large":    {`{"devices": [{"memory_bytes": 1000}]}`, copyPlan(), "transfers", nil, "deserialize engine"},
		"context too large":   {`{"devices": [{"memory_bytes": 1500000}]}`, copyPlan(), "transfers", nil, "a context takes 1.00 MiB of device memory"},
		"no room for tensors": {cudaFault("cudaMalloc", 1, 2), copyPlan(), "transfers", cuda.ErrOutOfMemory, "inputs and outputs take 128 bytes on the device"},
		"no room for outputs": {cudaFault("cudaMalloc", 2, 2), copyPlan(), "transfers", cuda.ErrOutOfMemory, "device memory of y"},
		"second lane":         {cudaFault("cudaMalloc", 3, 2), copyPlan(), "three lanes", cuda.ErrOutOfMemory, "lane 1: device memory of x"},
		"no event":            {cudaFault("cudaEventCreateWithFlags", 5, 2), copyPlan(), "transfers", cuda.ErrOutOfMemory, "cudaEventCreateWithFlags"},
		"upload":              {cudaFault("cudaMemcpyAsync", 1, 1), copyPlan(), "no transfers", cuda.ErrInvalidValue, "cudaMemcpyAsync"},
		"start mark":          {cudaFault("cudaLaunchHostFunc", 1, 2), copyPlan(), "transfers", cuda.ErrOutOfMemory, "start mark"},
		"record":              {cudaFault("cudaEventRecord", 4, 1), copyPlan(), "transfers", cuda.ErrInvalidValue, "lane 0: cuda: cudaEventRecord"},
		"elapsed":             {cudaFault("cudaEventElapsedTime", 3, 1), copyPlan(), "transfers", cuda.ErrInvalidValue, "lane 0: cuda: cudaEventElapsedTime"},
		"wait":                {cudaFault("cudaEventSynchronize", 1, 719), copyPlan(), "transfers", cuda.ErrLaunchFailure, "lane 0: cuda: cudaEventSynchronize"},
		"deserialize":         {"{}", fault("deserialize", 1), "transfers", nil, "TensorRT says"},
		"context":             {"{}", fault("createExecutionContext", 1), "transfers", nil, "create context: TensorRT says"},
		"second context":      {"{}", fault("createExecutionContext", 2), "three lanes", nil, "lane 1: trt: engine"},
		"profile switch":      {"{}", fault("setOptimizationProfile", 1), "transfers", nil, "use profile 0: TensorRT says"},
		"shape":               {"{}", fault("setInputShape", 1), "transfers", nil, "set shape of x to 1x16: TensorRT says"},
		"infer":               {"{}", fault("inferShapes", 1), "transfers", nil, "infer shapes: TensorRT says"},
		"address":             {"{}", fault("setTensorAddress", 2), "transfers", nil, "set address of"},
		"trial inference":     {"{}", fault("enqueue", 1), "graph", nil, "trial inference"},
		"enqueue":             {"{}", fault("enqueue", 3), "transfers", nil, "on lane 0: enqueueV3 was refused: TensorRT says"},
	}
	for name, test := range tests {
		for _, major := range majors {
			t.Run(fmt.Sprintf("%s in %d", name, major), func(t *testing.T) {
				lib := trttest.Start(t, trttest.Major(major), trttest.Device(test.device), trttest.Logger(slog.New(slog.DiscardHandler)))
				err := runFive(t, lib, trttest.Plan(t, test.plan), setups[test.setup])
				require.Error(t, err)
				assert.ErrorContains(t, err, test.text)
				if test.is != nil {
					assert.ErrorIs(t, err, test.is)
				}
				assertNothingLeft(t, lib)
			})
		}
	}
}

// runFive runs five inferences and returns the first error. It closes everything, and that must succeed.
func runFive(t *testing.T, lib *trt.Library, path string, setup bench.Setup) error {
	t.Helper()
	target, err := trt.NewTarget(lib, 0, path, trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
	if err != nil {
		return err
	}
	defer closeAll(t, target)
	lanes, err := target.Open(t.Context(), setup)
	if err != nil {
		return err
	}
	defer closeAll(t, lanes)
	var s bench.Sample
	for range 5 {
		for lane := range setup.Lanes {
			if err := lanes.Enqueue(lane, 0); err != nil {
				return err
			}
		}
		for lane := range setup.Lanes {
			if err := lanes.Wait(lane, 0, &s); err != nil {
				return err
			}
		}
	}
	return nil
}

// After a lost device everything fails, and the host's memory is given back nevertheless.
func TestDeviceLost(t *testing.T) {
	plan := copyPlan()
	plan.Faults = []sim.Fault{{Call: "enqueue", At: 3, Error: "device-lost"}}
	for _, major := range majors {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(major), trttest.Device("{}"), trttest.Logger(slog.New(slog.DiscardHandler)))
			target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
			require.NoError(t, err)
			recording, err := bench.Run(t.Context(), target, bench.Options{})
			require.Error(t, err)
			assert.True(t, cuda.IsSticky(err), "%v", err)
			assert.ErrorContains(t, err, "restart")
			require.NotNil(t, recording)
			_ = target.Close() // whatever it says, it must not crash, and be closed then
			assert.NoError(t, target.Close())
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	folder, err := sim.Build(t.Context(), 10)
	require.NoError(t, err)
	mixed := func(names ...string) string {
		dir := t.TempDir()
		for _, name := range names {
			cudart, nvinfer := sim.Libraries(10)
			source := nvinfer
			if name == cudart {
				source = cudart
			}
			require.NoError(t, os.Symlink(filepath.Join(folder, source), filepath.Join(dir, name)))
		}
		return dir
	}
	tests := map[string]struct {
		folder string
		major  int
		text   string
	}{
		"unknown major":   {folder, 12, "TensorRT 12 was asked for, this program knows 10 and 11"},
		"newer":           {mixed(sim.Cudart12, "libnvinfer.so.12"), 0, "TensorRT 12.0 is newer than this trtbench knows (10, 11)"},
		"other major":     {folder, 11, "this is TensorRT 10, and 11 was asked for"},
		"wrongly named":   {mixed(sim.Cudart12, "libnvinfer.so.11"), 0, "the file is named for TensorRT 11 and says it is 10."},
		"older":           {mixed(sim.Cudart12, "libnvinfer.so.8"), 0, "TensorRT before 10"},
		"no TensorRT":     {mixed(sim.Cudart12), 0, "find TensorRT"},
		"no CUDA runtime": {mixed(sim.Nvinfer10), 0, "CUDA runtime"},
		"no folder":       {filepath.Join(folder, "none"), 0, "no such file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LD_LIBRARY_PATH", "")
			options := []trt.LoadOption{trt.WithLibraryPath(test.folder)}
			if test.major != 0 {
				options = append(options, trt.WithMajor(test.major))
			}
			lib, err := trt.Load(options...)
			require.Error(t, err)
			assert.ErrorContains(t, err, test.text)
			assert.Nil(t, lib)
		})
	}
}

// The simulated TensorRT would take a real stream for an address.
func TestLoadRefusesStrangers(t *testing.T) {
	ten, err := sim.Build(t.Context(), 10)
	require.NoError(t, err)
	eleven, err := sim.Build(t.Context(), 11)
	require.NoError(t, err)
	_, err = trt.Load(trt.WithLibraryPath(filepath.Join(ten, sim.Cudart12), filepath.Join(eleven, sim.Nvinfer11)))
	assert.ErrorContains(t, err, "do not belong together")
}

func TestLoadPlugins(t *testing.T) {
	folder, err := sim.Build(t.Context(), 11)
	require.NoError(t, err)
	lib, err := trt.Load(trt.WithLibraryPath(folder), trt.WithPlugins("libm.so.6"))
	require.NoError(t, err)
	closeAll(t, lib, lib)
	_, err = trt.Load(trt.WithLibraryPath(folder), trt.WithPlugins("/nowhere/libmine.so"))
	assert.ErrorContains(t, err, "plugin library /nowhere/libmine.so")
}
