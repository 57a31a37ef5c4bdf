package trttest_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// doubling is an engine whose output is as large as its input and that takes a tenth of a millisecond.
var doubling = sim.Plan{
	Tensors: []sim.Tensor{
		{Name: "audio", Mode: "input", Type: "float32", Shape: []int64{1, 2400}},
		{Name: "scores", Mode: "output", Type: "float32", Shape: []int64{1, 2400}},
	},
	Time: sim.Time{BaseUs: 100},
}

func TestStart(t *testing.T) {
	for _, major := range []int{10, 11} {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(major))
			assert.Equal(t, major, lib.Version().Major)
			assert.True(t, lib.Simulated())
			target, err := trt.NewTarget(lib, 0, trttest.Plan(t, doubling), trt.TargetOptions{})
			require.NoError(t, err)
			assert.NoError(t, target.Close())
		})
	}
}

func TestDevice(t *testing.T) {
	lib := trttest.Start(t, trttest.Device(`{"devices": [{"name": "small", "memory_bytes": 100}]}`))
	device, err := lib.CUDA().Device(0)
	require.NoError(t, err)
	_, err = device.AllocDevice(1000)
	assert.ErrorIs(t, err, cuda.ErrOutOfMemory)
}

func TestEngine(t *testing.T) {
	lib := trttest.Start(t, trttest.Major(10))
	engine := trttest.Engine(t, lib, "../../testdata/models/tiny/half.onnx", trt.BuildOptions{})
	text, err := os.ReadFile(engine)
	require.NoError(t, err)
	plan, err := sim.Parse(text)
	require.NoError(t, err)
	assert.Equal(t, "10.15.1", plan.TensorRT)
	assert.Equal(t, 3, plan.Build.OptimizationLevel)
	target, err := trt.NewTarget(lib, 0, engine, trt.TargetOptions{})
	require.NoError(t, err)
	assert.NoError(t, target.Close())
}

func TestWithoutParser(t *testing.T) {
	assert.Contains(t, watch(t, func(r testing.TB) {
		lib := trttest.Start(r, trttest.WithoutParser())
		trttest.Engine(r, lib, "../../testdata/models/tiny/half.onnx", trt.BuildOptions{})
	}), sim.Parser11)
	lib := trttest.Start(t, trttest.WithoutParser())
	target, err := trt.NewTarget(lib, 0, trttest.Plan(t, doubling), trt.TargetOptions{})
	require.NoError(t, err)
	assert.NoError(t, target.Close())
}

func TestDeviceIsGivenBack(t *testing.T) {
	t.Run("configured", func(t *testing.T) { trttest.Start(t, trttest.Device(`{"devices": []}`)) })
	t.Run("default", func(t *testing.T) {
		count, err := trttest.Start(t).CUDA().DeviceCount()
		require.NoError(t, err)
		assert.Equal(t, 1, count)
	})
}

// recorder is a test that is watched instead of failing.
type recorder struct {
	testing.TB
	failed   string
	cleanups []func()
}

func (r *recorder) Helper()                           {}
func (r *recorder) Cleanup(f func())                  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) { r.failed += fmt.Sprintf(format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// watch runs f as a test and returns what it failed with.
func watch(t *testing.T, f func(t testing.TB)) string {
	t.Helper()
	r := &recorder{TB: t}
	func() {
		defer func() {
			if failure := recover(); failure != nil && failure != any(r) {
				panic(failure)
			}
		}()
		f(r)
	}()
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
	return r.failed
}

func TestStartTellsWhatWentWrong(t *testing.T) {
	tests := map[string]struct {
		run  func(t testing.TB)
		text string
	}{
		"unknown major": {func(t testing.TB) { trttest.Start(t, trttest.Major(9)) }, "major version 9"},
		"broken device": {func(t testing.TB) { trttest.Start(t, trttest.Device("{")) }, "trttest: start"},
		"two configured": {func(t testing.TB) {
			trttest.Start(t, trttest.Device("{}"))
			trttest.Start(t, trttest.Device("{}"))
		}, "such tests cannot run in parallel"},
		"one configured": {func(t testing.TB) {
			trttest.Start(t)
			trttest.Start(t, trttest.Device("{}"))
		}, "such tests cannot run in parallel"},
		"invalid plan": {func(t testing.TB) { trttest.Plan(t, sim.Plan{Tensors: []sim.Tensor{{Name: "x"}}}) }, "trttest: plan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Contains(t, watch(t, test.run), test.text)
			trttest.Start(t) // the device is free again
		})
	}
}

func TestLeftOpen(t *testing.T) {
	var left *trt.Runtime
	assert.Contains(t, watch(t, func(r testing.TB) {
		var err error
		left, err = trttest.Start(r).NewRuntime(0)
		require.NoError(t, err)
	}), "the test left something open: trt: close library TensorRT 11.1.0: still open: runtime on device 0")
	assert.NoError(t, left.Close())
}
