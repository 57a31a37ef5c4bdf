package trt_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// factsPlan has something of everything that an engine can be asked.
func factsPlan() sim.Plan {
	return sim.Plan{
		Name: "facts",
		Tensors: []sim.Tensor{
			{Name: "image", Mode: "input", Type: "int8", Shape: []int64{-1, 3, 4, 4}, Format: "chw4"},
			{Name: "size", Mode: "input", Type: "int64", Shape: []int64{2}, Location: "host", ShapeTensor: true},
			{Name: "state", Mode: "input", Type: "float16", Shape: []int64{5}},
			{Name: "class", Mode: "output", Type: "bool", Shape: []int64{-1}},
			{Name: "state_next", Mode: "output", Type: "float16", Shape: []int64{5}, Aliases: "state"},
		},
		Profiles: []sim.Profile{
			{Inputs: []sim.Range{{Tensor: "image", Min: []int64{1, 3, 4, 4}, Opt: []int64{2, 3, 4, 4}, Max: []int64{3, 3, 4, 4}}},
				Values: []sim.Range{{Tensor: "size", Min: []int64{1, 1}, Opt: []int64{2, 2}, Max: []int64{9, 9}}}},
			{Inputs: []sim.Range{{Tensor: "image", Min: []int64{4, 3, 4, 4}, Opt: []int64{8, 3, 4, 4}, Max: []int64{8, 3, 4, 4}}},
				Values: []sim.Range{{Tensor: "size", Min: []int64{1, 1}, Opt: []int64{3, 3}, Max: []int64{7, 7}}}},
		},
		Layers:     []sim.Layer{{Name: "conv", Type: "Convolution", Share: 0.75}, {Name: "relu", Type: "PointWise", Share: 0.25}},
		Memory:     sim.Memory{DeviceBytes: 4096, ProfileDeviceBytes: []int64{1024, 4096}, WeightsBytes: 1 << 20, StreamableWeightsBytes: 1 << 19},
		AuxStreams: 2, Refittable: true, HardwareCompatibility: "ampere_plus", ProfilingVerbosity: "detailed",
	}
}

// engineOf reads a plan on device 0.
func engineOf(t testing.TB, lib *trt.Library, plan sim.Plan) (*trt.Runtime, *trt.Engine) {
	t.Helper()
	runtime, err := lib.NewRuntime(0)
	require.NoError(t, err)
	engine, err := runtime.DeserializeFile(trttest.Plan(t, plan))
	require.NoError(t, err)
	return runtime, engine
}

func TestEngineFacts(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, factsPlan())
		assert.Equal(t, trt.EngineInfo{
			Name: "facts", Layers: 2, Profiles: 2, AuxStreams: 2, DeviceMemoryBytes: 4096, StreamableWeightsBytes: 1 << 19, WeightsBytes: 1 << 20,
			Refittable: true, HardwareCompatibility: trt.AmpereAndLater, Verbosity: trt.Detailed,
		}, engine.Info())

		tensors := engine.Tensors()
		require.Len(t, tensors, 5)
		image := tensors[0]
		assert.Equal(t, "image", image.Name)
		assert.True(t, image.Input && image.Dynamic() && !image.Values)
		assert.Equal(t, trt.Int8, image.Type)
		assert.Equal(t, trt.OnDevice, image.Location)
		assert.Equal(t, []int64{-1, 3, 4, 4}, image.Shape)
		assert.Equal(t, trt.Layout{Format: 3, Dimension: 1, Components: 4, ComponentBytes: 1}, image.Layout)
		assert.NotEmpty(t, image.Format)
		assert.Equal(t, trt.ProfileRange{Min: []int64{4, 3, 4, 4}, Opt: []int64{8, 3, 4, 4}, Max: []int64{8, 3, 4, 4}}, image.Profiles[1])

		size, ok := engine.Tensor("size")
		require.True(t, ok)
		assert.True(t, size.Values)
		assert.Equal(t, trt.OnHost, size.Location)
		assert.Equal(t, []trt.ProfileRange{
			{Min: []int64{1, 1}, Opt: []int64{2, 2}, Max: []int64{9, 9}},
			{Min: []int64{1, 1}, Opt: []int64{3, 3}, Max: []int64{7, 7}},
		}, size.Profiles)
		assert.Equal(t, "host", size.Location.String())

		assert.False(t, tensors[3].Input)
		_, ok = engine.Tensor("nothing")
		assert.False(t, ok)

		for profile, want := range []int64{1024, 4096} {
			bytes, err := engine.ProfileMemory(profile)
			require.NoError(t, err)
			assert.Equal(t, want, bytes)
		}
		_, err := engine.ProfileMemory(2)
		assert.ErrorContains(t, err, "profile 2 was asked for, the profiles are 0 to 1")
		closeAll(t, engine, runtime)
	})
}

// An output that shares an input's memory was first told apart by 10.15.
func TestEngineSharedMemory(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, factsPlan())
		assert.Equal(t, "state", engine.Tensors()[4].SharesMemory)
		closeAll(t, engine, runtime)
		plan := factsPlan()
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{
			Profile: 1, Shapes: trt.Shapes{"image": {5, 3, 4, 4}, "size": {4, 7}}})
		require.NoError(t, err)
		assert.Equal(t, "image", target.Describe().Tensors[0].Name)
		// image: 5×4×4 vectors of 4; state: 10 bytes, shared by state_next; class: 5.
		assert.EqualValues(t, 5*16*4+10+5, target.Memory(1).Tensors)
		lanes, err := target.Open(t.Context(), setups["transfers"])
		require.NoError(t, err)
		rounds(t, lanes, setups["transfers"], 3)
		closeAll(t, lanes, target)
	})
}

func TestEngineInspect(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, factsPlan())
		context, err := engine.NewContext(trt.AllocateStatic)
		require.NoError(t, err)
		for _, c := range []*trt.Context{nil, context} {
			text, err := engine.Inspect(c)
			require.NoError(t, err)
			assert.True(t, json.Valid([]byte(text)), text)
			assert.Contains(t, text, "conv")
		}
		closeAll(t, context)
		_, err = engine.Inspect(context)
		assert.ErrorIs(t, err, trt.ErrClosed)
		closeAll(t, engine, runtime)
	})
}

func TestEngineSerialize(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, factsPlan())
		plan, err := engine.Serialize()
		require.NoError(t, err)
		again, err := runtime.Deserialize(plan)
		require.NoError(t, err)
		assert.Equal(t, engine.Info(), again.Info())
		closeAll(t, again, engine)

		_, err = runtime.Deserialize(nil)
		var refused *trt.Error
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "deserialize engine", refused.Operation)
		closeAll(t, runtime)
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestRuntimeSettings(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, err := lib.NewRuntime(0)
		require.NoError(t, err)
		assert.NoError(t, runtime.AllowHostCode())
		assert.NoError(t, runtime.SetTemporaryDirectory(t.TempDir()))
		assert.Same(t, lib, runtime.Library())
		assert.Equal(t, 0, runtime.Device().Ordinal())
		closeAll(t, runtime, runtime)
		assert.ErrorIs(t, runtime.AllowHostCode(), trt.ErrClosed)
		assert.ErrorIs(t, runtime.SetTemporaryDirectory("/tmp"), trt.ErrClosed)
		_, err = runtime.Deserialize(nil)
		assert.ErrorIs(t, err, trt.ErrClosed)
	})
}

func TestWeightBudget(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, factsPlan())
		for text, want := range map[string]int64{"-2": 1 << 19, "50%": 1 << 18, "128K": 1 << 17, "4096": 4096} {
			budget, err := trt.ParseWeightBudget(text)
			require.NoError(t, err)
			require.NoError(t, engine.SetWeightBudget(budget), text)
			got, err := engine.WeightBudget()
			require.NoError(t, err)
			assert.Equal(t, want, got, text)
		}
		assert.NoError(t, engine.SetWeightBudget(trt.AutomaticWeightBudget))
		closeAll(t, engine, runtime)

		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, factsPlan()), trt.TargetOptions{WeightStreamingBudget: &trt.AutomaticWeightBudget})
		require.NoError(t, err)
		assert.Contains(t, target.Describe().Notes, "weight-streaming budget: 512 KiB of 512 KiB (asked for: -1)")
		closeAll(t, target)
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestParseWeightBudget(t *testing.T) {
	for text, want := range map[string]string{"-2": "-2", "-1": "-1", "0": "0", "2G": "2147483648", "1.5K": "1536", "7B": "7", "12.5%": "12.5%", "100%": "100%"} {
		budget, err := trt.ParseWeightBudget(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, budget.String())
	}
	for _, text := range []string{"", "x", "-3", "-1K", "101%", "-1%", "NaN%", "NaN", "Inf", "1e30", "9223372036854775808", "5T", "K", "%"} {
		_, err := trt.ParseWeightBudget(text)
		assert.ErrorContains(t, err, "weight-streaming budget", text)
	}
}

func FuzzParseWeightBudget(f *testing.F) {
	for _, text := range []string{"-2", "-1", "512M", "50%", "1e3K", "0x10", "-0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		budget, err := trt.ParseWeightBudget(text)
		if err != nil {
			return
		}
		again, err := trt.ParseWeightBudget(budget.String())
		require.NoError(t, err)
		require.Equal(t, budget, again)
	})
}

// Every parent says which children are in its way, closing twice does nothing, and nothing can be used afterwards.
func TestLifetimes(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		path := trttest.Plan(t, copyPlan())
		target, err := trt.NewTarget(lib, 0, path, trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
		require.NoError(t, err)
		lanes, err := target.Open(t.Context(), setups["transfers"])
		require.NoError(t, err)
		assert.ErrorContains(t, target.Close(), "trt: close target "+path+": still open: run of "+path+"; close them first")
		assert.ErrorContains(t, lib.Close(), "still open: runtime on device 0, target "+path)
		assert.ErrorContains(t, target.Engine().Close(), "still open: context 1 of engine "+path)
		assert.ErrorContains(t, target.Engine().Runtime().Close(), "still open: engine "+path)
		closeAll(t, lanes, lanes)
		assert.ErrorIs(t, lanes.Enqueue(0, 0), trt.ErrClosed)
		assert.ErrorIs(t, lanes.Wait(0, 0, nil), trt.ErrClosed)
		_, err = lanes.(*trt.Lanes).Outputs(0)
		assert.ErrorIs(t, err, trt.ErrClosed)
		engine := target.Engine()
		closeAll(t, target, target)
		_, err = target.Open(t.Context(), setups["transfers"])
		assert.ErrorIs(t, err, trt.ErrClosed)
		_, err = engine.NewContext(trt.AllocateStatic)
		assert.ErrorIs(t, err, trt.ErrClosed)
		_, err = engine.Inspect(nil)
		assert.ErrorIs(t, err, trt.ErrClosed)
	})
}

func TestClosedLibrary(t *testing.T) {
	folder, err := sim.Build(t.Context(), 11)
	require.NoError(t, err)
	lib, err := trt.Load(trt.WithLibraryPath(folder))
	require.NoError(t, err)
	closeAll(t, lib, lib)
	_, err = lib.NewRuntime(0)
	assert.ErrorIs(t, err, trt.ErrClosed)
	_, err = trt.NewTarget(lib, 0, zeroPlan, trt.TargetOptions{})
	assert.ErrorIs(t, err, trt.ErrClosed)
	assert.Equal(t, 11, lib.Version().Major)
}

func TestSlotOutOfRange(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, zeroPlan, trt.TargetOptions{})
		require.NoError(t, err)
		lanes, err := target.Open(t.Context(), setups["exposed"])
		require.NoError(t, err)
		assert.ErrorContains(t, lanes.Enqueue(0, 1), "slot 1: the run has 1")
		assert.ErrorContains(t, lanes.Wait(0, -1, nil), "slot -1")
		_, err = lanes.(*trt.Lanes).Outputs(1)
		assert.ErrorContains(t, err, "lane 1: the run has 1")
		closeAll(t, lanes, target)
	})
}

// A library of an early minor lacks methods: the shim uses those that came before them, or names what is missing. None is
// called that is not there.
func TestEarlyVersions(t *testing.T) {
	for _, version := range []string{"10.0.1", "10.3.0", "10.7.0", "10.11.0"} {
		t.Run(version, func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(10), trttest.Device(`{"tensorrt_version": "`+version+`"}`),
				trttest.Logger(slog.New(slog.DiscardHandler)))
			assert.Equal(t, version, lib.Version().String())
			runtime, engine := engineOf(t, lib, factsPlan())
			assert.EqualValues(t, 4096, engine.Info().DeviceMemoryBytes)
			assert.Equal(t, []int64{9, 9}, engine.Tensors()[1].Profiles[0].Max)
			assert.Empty(t, engine.Tensors()[4].SharesMemory, "10.15 brought the question")
			err := engine.SetWeightBudget(trt.WeightBudgetBytes(4096))
			require.NoError(t, err)
			if version == "10.0.1" {
				err = engine.SetWeightBudget(trt.AutomaticWeightBudget)
				var absent *trt.AbsentError
				require.ErrorAs(t, err, &absent)
				assert.Equal(t, "ICudaEngine::getWeightStreamingAutomaticBudget", absent.Method)
				assert.ErrorContains(t, err, "needs TensorRT 10.1 or 11.0 or later, 10.0.1 is loaded")
			}
			context, err := engine.NewContext(trt.AllocateProfile)
			require.NoError(t, err)
			require.NoError(t, context.UseMemory())
			closeAll(t, context, engine, runtime)
			assert.Zero(t, countersOf(t, lib).Total["absent_methods"])
			assertNothingLeft(t, lib)
		})
	}
}

func TestDeserializeFileRefuses(t *testing.T) {
	lib := trttest.Start(t)
	runtime, err := lib.NewRuntime(0)
	require.NoError(t, err)
	path := t.TempDir() + "/real.plan"
	require.NoError(t, os.WriteFile(path, append([]byte("ftrt"), make([]byte, 60)...), 0o600))
	_, err = runtime.DeserializeFile(path)
	var plan *trt.PlanError
	require.ErrorAs(t, err, &plan)
	assert.Equal(t, trt.PlanIsReal, plan.Fault)
	_, err = runtime.DeserializeFile(t.TempDir())
	require.ErrorAs(t, err, &plan)
	assert.Equal(t, trt.PlanIsFolder, plan.Fault)
	closeAll(t, runtime)
	_, err = lib.NewRuntime(5)
	assert.ErrorIs(t, err, cuda.ErrInvalidDevice)
}
