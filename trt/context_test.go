package trt_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// An engine can be run step by step, without a Target.
func TestContextByHand(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, copyPlan())
		context, err := engine.NewContext(trt.AllocateRuntime)
		require.NoError(t, err)
		assert.Same(t, engine, context.Engine())
		assert.Equal(t, 0, context.Profile())

		assert.ErrorContains(t, context.InferShapes(), "input x is not complete")
		require.NoError(t, context.SetShape("x", []int64{2, 16}))
		require.NoError(t, context.InferShapes())
		require.NoError(t, context.UseMemory())
		require.NoError(t, context.UseMemory(), "again, as after a change of shapes")
		shape, err := context.Shape("y")
		require.NoError(t, err)
		assert.Equal(t, []int64{2, 16}, shape)
		strides, err := context.Strides("y")
		require.NoError(t, err)
		assert.Equal(t, []int64{16, 1}, strides)
		size, err := context.MaxOutputBytes("y")
		require.NoError(t, err)
		assert.GreaterOrEqual(t, size, int64(128))

		device := runtime.Device()
		x, err := device.AllocDevice(128)
		require.NoError(t, err)
		y, err := device.AllocDevice(128)
		require.NoError(t, err)
		require.NoError(t, context.SetAddress("x", x.Address()))
		require.NoError(t, context.SetAddress("y", y.Address()))
		data := bytes.Repeat([]byte{1, 2, 3, 4}, 32)
		require.NoError(t, cuda.Upload(x, data))
		stream, err := device.NewStream()
		require.NoError(t, err)
		require.NoError(t, context.Enqueue(stream))
		require.NoError(t, stream.Synchronize())
		got := make([]byte, 128)
		require.NoError(t, cuda.Download(got, y))
		assert.Equal(t, data, got)
		closeAll(t, context, context, stream, x, y, engine, runtime)
		assert.ErrorIs(t, context.Enqueue(stream), trt.ErrClosed)
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestContextRefuses(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, copyPlan())
		_, err := engine.NewContext("dynamic")
		assert.ErrorContains(t, err, "expected static, profile or runtime")
		context, err := engine.NewContext(trt.AllocateStatic)
		require.NoError(t, err)
		require.NoError(t, context.UseMemory(), "a static context needs none")
		for name, call := range map[string]func() error{
			"shape":   func() error { return context.SetShape("x", []int64{99, 16}) },
			"rank":    func() error { return context.SetShape("x", make([]int64, 9)) },
			"address": func() error { return context.SetAddress("nothing", 4096) },
			"profile": func() error { return context.SetProfile(3) },
			"name":    func() error { _, err := context.Shape("nothing"); return err },
			"strides": func() error { _, err := context.Strides("nothing"); return err },
			"output":  func() error { _, err := context.Output("y"); return err },
			"stop":    context.StopProfiler,
			"alloc":   func() error { return context.AllocateOutput("nothing") },
		} {
			assert.Error(t, call(), name)
		}
		closeAll(t, context, engine, runtime)
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestContextProfiler(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		plan := factsPlan()
		plan.Time.BaseUs = 1000
		plan.Tensors = copyPlan().Tensors
		plan.Profiles = copyPlan().Profiles
		plan.Memory.ProfileDeviceBytes = nil
		runtime, engine := engineOf(t, lib, plan)
		context, err := engine.NewContext(trt.AllocateStatic)
		require.NoError(t, err)
		require.NoError(t, context.SetShape("x", []int64{1, 16}))
		x, err := runtime.Device().AllocDevice(64)
		require.NoError(t, err)
		require.NoError(t, context.SetAddress("x", x.Address()))
		require.NoError(t, context.AllocateOutput("y"))
		require.NoError(t, context.AllocateOutput("y"), "again, as a second run does")
		stream, err := runtime.Device().NewStream()
		require.NoError(t, err)

		require.NoError(t, context.StartProfiler(true))
		for range 3 {
			require.NoError(t, context.Enqueue(stream))
			require.NoError(t, stream.Synchronize())
		}
		times, err := context.LayerProfile()
		require.NoError(t, err)
		require.NoError(t, context.StopProfiler())
		assert.Equal(t, 3, times.Passes)
		require.Len(t, times.Layers, 2)
		assert.Equal(t, "conv", times.Layers[0].Name)
		assert.InDelta(t, 75, times.Layers[0].Percent, 0.1, "as the plan divides the time")

		require.NoError(t, context.StartProfiler(false))
		require.NoError(t, context.Enqueue(stream))
		require.NoError(t, stream.Synchronize())
		require.NoError(t, context.ReportProfile())
		require.NoError(t, context.StartProfiler(false), "begins anew")
		output, err := context.Output("y")
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 16}, output.Shape)
		assert.EqualValues(t, 64, output.Bytes)
		closeAll(t, context, stream, x, engine, runtime)
	})
}

// Output memory that cannot be had is the device's error, not only TensorRT's.
func TestContextOutputWithoutMemory(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		runtime, engine := engineOf(t, lib, copyPlan())
		context, err := engine.NewContext(trt.AllocateStatic)
		require.NoError(t, err)
		require.NoError(t, context.SetShape("x", []int64{1, 16}))
		require.NoError(t, context.AllocateOutput("y"))
		stream, err := runtime.Device().NewStream()
		require.NoError(t, err)
		x, err := runtime.Device().AllocDevice(64)
		require.NoError(t, err)
		require.NoError(t, context.SetAddress("x", x.Address()))
		assert.Error(t, context.Enqueue(stream))
		_, err = context.Output("y")
		assert.ErrorIs(t, err, cuda.ErrOutOfMemory)
		closeAll(t, context, stream, x, engine, runtime)
	}, trttest.Device(`{"faults": [{"call": "cudaMalloc", "at": 2, "error": 2}]}`), trttest.Logger(slog.New(slog.DiscardHandler)))
}
