package trt_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// Models of the project. dynamic adds bias [batch, 4] to x [batch, length, 4]; half copies a scalar; reshape has an input that
// carries sizes.
const (
	dynamicModel = "../testdata/models/tiny/dynamic.onnx"
	halfModel    = "../testdata/models/tiny/half.onnx"
	reshapeModel = "../testdata/models/tiny/reshape.onnx"
	speechModel  = "../testdata/models/streaming_acoustic.onnx"
)

// profileOf is a profile of the dynamic model with batches from 1 to a largest one.
func profileOf(best, largest int64) trt.BuildProfile {
	return trt.BuildProfile{
		"x":    {Min: []int64{1, 1, 4}, Opt: []int64{best, 5, 4}, Max: []int64{largest, 9, 4}},
		"bias": {Min: []int64{1, 4}, Opt: []int64{best, 4}, Max: []int64{largest, 4}},
	}
}

// dynamicOptions build the dynamic model.
func dynamicOptions() trt.BuildOptions {
	return trt.BuildOptions{Profiles: []trt.BuildProfile{profileOf(2, 4)}}
}

func TestBuildAndRun(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		options := dynamicOptions()
		options.Profiles = append(options.Profiles, profileOf(8, 16))
		options.ProfilingVerbosity = trt.Detailed
		var plan bytes.Buffer
		built, err := lib.Build(t.Context(), 0, dynamicModel, &plan, options)
		require.NoError(t, err)
		assert.Equal(t, int64(plan.Len()), built.PlanBytes)
		assert.Equal(t, dynamicModel, built.Model.Path)
		assert.Len(t, built.Model.SHA256, 64)
		assert.Positive(t, built.Layers)
		assert.Positive(t, built.BuildTime)
		assert.Equal(t, lib.Version(), built.TensorRT)
		assert.Equal(t, lib.Version().Major == 11, built.StrongTyping)
		assert.Equal(t, trt.TimingCacheReport{}, built.TimingCache)
		require.Len(t, built.Inputs, 2)
		x := built.Inputs[slices.IndexFunc(built.Inputs, func(n trt.NetworkTensor) bool { return n.Name == "x" })]
		assert.Equal(t, []int64{-1, -1, 4}, x.Shape)
		assert.Equal(t, []string{"batch", "length", ""}, x.Dimensions)
		assert.Equal(t, trt.Float16, x.Type)
		assert.True(t, x.Dynamic())
		require.Len(t, built.Outputs, 2)

		target, err := trt.NewTargetFromPlan(lib, 0, "built", plan.Bytes(), trt.TargetOptions{
			Profile: 1, Shapes: trt.Shapes{"x": {16, 2, 4}, "bias": {16, 4}},
		})
		require.NoError(t, err)
		info := target.Engine().Info()
		assert.Equal(t, 2, info.Profiles)
		assert.Equal(t, trt.Detailed, info.Verbosity)
		recording, err := bench.Run(t.Context(), target, bench.Options{Duration: bench.Set[time.Duration](0), Iterations: bench.Set(2)})
		require.NoError(t, err)
		assert.Equal(t, "built", recording.Description.Model.Path)
		closeAll(t, target)
	})
}

func TestBuildOfAModelWithFixedShapes(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for _, options := range []trt.BuildOptions{
			{},
			{Profiles: []trt.BuildProfile{{"x": {Min: []int64{}, Opt: []int64{}, Max: []int64{}}}}}, // says what the model says
		} {
			var plan bytes.Buffer
			_, err := lib.Build(t.Context(), 0, halfModel, &plan, options)
			require.NoError(t, err)
			assert.NotZero(t, plan.Len())
		}
	})
}

// An input that carries sizes gets values instead of shapes, 32 bits wide before TensorRT 10.11. The simulated builder takes them, and
// then refuses the model's output, of which nobody knows the rank.
func TestBuildWithValuesThatAreSizes(t *testing.T) {
	// The length of the input is called rank in the model; here it is 2, in as many bytes.
	two := []byte("\x08\x82\x80\x80\x80\x00")
	model := writeFile(t, "reshape.onnx", bytes.Replace(readFile(t, reshapeModel), []byte("\x12\x04rank"), two, 1))
	for _, test := range []struct {
		major   int
		version string
	}{{10, "10.10.0"}, {10, "10.11.0"}, {11, "11.0.0"}} {
		t.Run(test.version, func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(test.major), trttest.Device(`{"tensorrt_version": "`+test.version+`"}`))
			build := func(profiles ...trt.BuildProfile) error {
				_, err := lib.Build(t.Context(), 0, model, io.Discard, trt.BuildOptions{Profiles: profiles})
				return err
			}
			var profile *trt.ProfileError
			require.ErrorAs(t, build(), &profile)
			assert.Equal(t, "shape", profile.Input)
			assert.ErrorContains(t, build(trt.BuildProfile{"shape": flat(6)}), "it carries 2 sizes of dimensions and 6 gives 1")
			assert.ErrorContains(t, build(trt.BuildProfile{"shape": flat(2, 3)}), "output y", "the profile was taken")
			assertNothingLeft(t, lib)
		})
	}
}

// Versions in which methods are missing build without calling them.
func TestBuildWithOldVersions(t *testing.T) {
	for _, test := range []struct {
		major   int
		version string
	}{{10, "10.0.1"}, {10, "10.8.0"}, {11, "11.0.0"}} {
		t.Run(test.version, func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(test.major), trttest.Device(`{"tensorrt_version": "`+test.version+`"}`))
			options := dynamicOptions()
			options.TimingCacheFile = filepath.Join(t.TempDir(), "timing.cache")
			var plan bytes.Buffer
			_, err := lib.Build(t.Context(), 0, dynamicModel, &plan, options)
			require.NoError(t, err)
			target, err := trt.NewTargetFromPlan(lib, 0, "built", plan.Bytes(), trt.TargetOptions{})
			require.NoError(t, err)
			closeAll(t, target)
			assertNothingLeft(t, lib)
		})
	}
}

func TestBuildOfATooNewModel(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		_, err := lib.Build(t.Context(), 0, halfModel, io.Discard, trt.BuildOptions{})
		var model *trt.ModelError
		require.ErrorAs(t, err, &model)
		assert.ErrorContains(t, err, "opset")
	}, trttest.Device(`{"newest_opset": 9}`))
}

func TestBuildProgress(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		var events []trt.ProgressEvent
		options := dynamicOptions()
		options.Progress = func(e trt.ProgressEvent) { events = append(events, e) }
		_, err := lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
		require.NoError(t, err)
		require.NotEmpty(t, events)
		under := map[string]int{}
		for _, e := range events {
			assert.LessOrEqual(t, e.Step, e.Steps, "%+v", e)
			switch {
			case e.Done:
				under[e.Phase]--
			case e.Step == 0:
				under[e.Phase]++
				if e.Parent != "" {
					assert.Positive(t, under[e.Parent], "%+v", e)
				}
			}
		}
		for phase, n := range under {
			assert.Zero(t, n, phase)
		}
	})
}

func TestBuildStops(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		ctx, cancel := context.WithCancel(t.Context())
		options := dynamicOptions()
		options.TimingCacheFile = filepath.Join(t.TempDir(), "timing.cache")
		options.Progress = func(trt.ProgressEvent) { cancel() }
		var plan bytes.Buffer
		built, err := lib.Build(ctx, 0, dynamicModel, &plan, options)
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorContains(t, err, "stopped")
		assert.Nil(t, built)
		assert.Zero(t, plan.Len())
		assert.NoFileExists(t, options.TimingCacheFile)

		_, err = lib.Build(ctx, 0, dynamicModel, &plan, options)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

// A build that waits for another one stops waiting when its context ends.
func TestBuildsTakeTurns(t *testing.T) {
	lib := trttest.Start(t)
	options := dynamicOptions()
	first := true
	options.Progress = func(trt.ProgressEvent) {
		if !first {
			return
		}
		first = false
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := lib.Build(ctx, 0, dynamicModel, io.Discard, dynamicOptions())
		assert.ErrorIs(t, err, context.Canceled)
	}
	_, err := lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
	assert.NoError(t, err)
	assert.False(t, first)
	assertNothingLeft(t, lib)
}

// fullDisk is a writer that has room for so many bytes.
type fullDisk int

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), int(*d))
	if *d -= fullDisk(n); n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func TestBuildToAFullDisk(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		disk := fullDisk(100)
		_, err := lib.Build(t.Context(), 0, dynamicModel, &disk, dynamicOptions())
		assert.ErrorIs(t, err, syscall.ENOSPC)
		assert.ErrorContains(t, err, "write the engine")
	})
}

func TestBuildWithEverySetting(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		level, streams, tactics := 5, 0, 3
		options := dynamicOptions()
		options.StronglyTyped = true
		options.NoTF32 = true
		options.Sparsity = trt.SparsityEnable
		options.MemoryPools = map[trt.MemoryPool]int64{trt.PoolWorkspace: 1 << 30, trt.PoolTacticSharedMemory: 48 << 10}
		options.OptimizationLevel, options.MaxAuxStreams, options.MaxTactics, options.AvgTiming = &level, &streams, &tactics, 4
		options.TilingLevel, options.L2LimitBytes = trt.TilingFast, 1<<20
		options.TacticSources = map[trt.TacticSource]bool{trt.TacticsJITConvolutions: false}
		options.PreviewFeatures = map[trt.PreviewFeature]bool{trt.PreviewAliasedPluginIO: true}
		options.ProfilingVerbosity = trt.Detailed
		options.VersionCompatible, options.ExcludeLeanRuntime = true, true
		options.HardwareCompatibility, options.RuntimePlatform = trt.AmpereAndLater, trt.WindowsAMD64
		options.Refittable, options.StripWeights, options.WeightStreaming, options.DirectIO = true, true, true, true
		options.SerializePlugins = []string{"libmine.so"}
		options.NoCompilationCache, options.NoTimingCache = true, true
		options.InputFormats = []trt.IOFormat{{Type: trt.Float16, Formats: []trt.TensorFormat{trt.LinearFormat}}}
		var plan bytes.Buffer
		_, err := lib.Build(t.Context(), 0, dynamicModel, &plan, options)
		require.NoError(t, err)
		told, err := sim.Parse(plan.Bytes())
		require.NoError(t, err)
		assert.Equal(t, 5, told.Build.OptimizationLevel)
		assert.Equal(t, int64(1<<30), told.Build.WorkspaceBytes)
		assert.ElementsMatch(t, []string{
			"refit", "disable_timing_cache", "sparse_weights", "direct_io", "version_compatible", "exclude_lean_runtime",
			"disable_compilation_cache", "strip_plan", "weight_streaming", "strongly_typed",
		}, told.Build.Flags)
		runtime, err := lib.NewRuntime(0)
		require.NoError(t, err)
		engine, err := runtime.Deserialize(plan.Bytes())
		require.NoError(t, err)
		assert.True(t, engine.Info().Refittable)
		assert.Equal(t, trt.AmpereAndLater, engine.Info().HardwareCompatibility)
		assert.Positive(t, engine.Info().StreamableWeightsBytes)
		closeAll(t, engine, runtime)
	})
}

func TestBuildPrecisions(t *testing.T) {
	lib := trttest.Start(t, trttest.Major(10))
	options := dynamicOptions()
	options.Precisions = []trt.Precision{trt.PrecisionBest, trt.PrecisionFP8, trt.PrecisionINT4}
	options.PrecisionConstraints = trt.ConstraintsPrefer
	var plan bytes.Buffer
	_, err := lib.Build(t.Context(), 0, dynamicModel, &plan, options)
	require.NoError(t, err)
	told, err := sim.Parse(plan.Bytes())
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"fp16", "int8", "bf16", "fp8", "int4", "tf32", "prefer_precision_constraints"}, told.Build.Flags)
	assertNothingLeft(t, lib)
}

func TestBuildFormats(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		options := dynamicOptions()
		options.InputFormats = []trt.IOFormat{{Type: trt.Float32, Formats: []trt.TensorFormat{trt.LinearFormat}}}
		built, err := lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
		if lib.Version().Major == 10 {
			require.NoError(t, err)
			assert.Equal(t, trt.Float16, built.Inputs[0].Type, "of the model")
		} else {
			var option *trt.BuildOptionError
			require.ErrorAs(t, err, &option)
			assert.Equal(t, "inputIOFormats", option.Option)
			assert.ErrorContains(t, err, "x is float16 in the model and float32 was asked for")
		}
		options.InputFormats[0].Type = trt.ModelType
		_, err = lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
		require.NoError(t, err)
		options.InputFormats = slices.Repeat(options.InputFormats, 3)
		_, err = lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
		assert.ErrorContains(t, err, "found 3 formats, expected one for all or 2, as many as the model has inputs")
	})
}

func TestBuildWithoutADevice(t *testing.T) {
	for name, test := range map[string]struct {
		device string
		want   error
	}{
		"no driver": {`{"driver_version": 0}`, cuda.ErrInsufficientDriver},
		"no device": {`{"devices": []}`, cuda.ErrNoDevice},
	} {
		t.Run(name, func(t *testing.T) {
			onEachMajor(t, func(t *testing.T, lib *trt.Library) {
				_, err := lib.Build(t.Context(), 0, halfModel, io.Discard, trt.BuildOptions{})
				assert.ErrorIs(t, err, test.want)
				assert.ErrorIs(t, err, bench.ErrUnavailable)
			}, trttest.Device(test.device))
		})
	}
}

// Whatever call of the builder fails, the error names it and nothing is left on the device.
func TestBuildWithFaults(t *testing.T) {
	for _, call := range []string{"createInferBuilder", "createNetworkV2", "createBuilderConfig", "createTimingCache", "buildSerializedNetwork"} {
		t.Run(call, func(t *testing.T) {
			onEachMajor(t, func(t *testing.T, lib *trt.Library) {
				options := dynamicOptions()
				options.TimingCacheFile = filepath.Join(t.TempDir(), "timing.cache")
				_, err := lib.Build(t.Context(), 0, dynamicModel, io.Discard, options)
				assert.ErrorContains(t, err, call)
				assert.NoFileExists(t, options.TimingCacheFile)
			}, trttest.Device(`{"faults": [{"call": "`+call+`", "error": "fail"}]}`))
		})
	}
}

// Without a driver, the real builder is no object; the real parser is not even asked.
func TestRealLibrariesBuildNothingWithoutADevice(t *testing.T) {
	for _, folder := range []string{"tensorrt-10.15", "tensorrt-11.2"} {
		t.Run(folder, func(t *testing.T) {
			lib := realLibrary(t, folder)
			if _, err := os.Stat("/proc/driver/nvidia"); err == nil {
				t.Skip("there is a driver; make gpu-verify builds on it")
			}
			_, err := lib.Build(t.Context(), 0, halfModel, io.Discard, trt.BuildOptions{})
			assert.ErrorIs(t, err, bench.ErrUnavailable)
			assert.True(t, cudaSaysNo(err), "%v", err)
		})
	}
}

func cudaSaysNo(err error) bool {
	return errors.Is(err, cuda.ErrInsufficientDriver) || errors.Is(err, cuda.ErrNoDevice)
}
