package trt_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// realLibrary loads NVIDIA's own libraries, and skips the test when they are not there.
func realLibrary(t *testing.T, folder string) *trt.Library {
	t.Helper()
	deps, err := filepath.Abs("../.deps")
	require.NoError(t, err)
	for command, path := range map[string]string{"make tensorrt": folder, "make deps": "lib/libcudart.so.13"} {
		if _, err := os.Stat(filepath.Join(deps, path)); err != nil {
			t.Skipf(".deps/%s is not there; run %s", path, command)
		}
	}
	lib, err := trt.Load(
		trt.WithLibraryPath(filepath.Join(deps, folder), filepath.Join(deps, "lib")),
		trt.WithLogger(slog.New(slog.NewTextHandler(t.Output(), nil))))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, lib.Close()) })
	return lib
}

func TestRealLibrary(t *testing.T) {
	for folder, version := range map[string]trt.Version{
		"tensorrt-10.15": {Major: 10, Minor: 15, Patch: 1},
		"tensorrt-11.2":  {Major: 11, Minor: 2, Patch: 1},
	} {
		t.Run(folder, func(t *testing.T) {
			lib := realLibrary(t, folder)
			assert.True(t, version.Same(lib.Version()), "%v", lib.Version())
			assert.False(t, lib.Simulated())

			var plan *trt.PlanError
			_, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{})
			require.ErrorAs(t, err, &plan)
			assert.Equal(t, trt.PlanIsSimulated, plan.Fault)

			other := filepath.Join(t.TempDir(), "old.plan")
			require.NoError(t, os.WriteFile(other, append([]byte("ftrt"), append(make([]byte, 20), 10, 3, 0, 26, 0, 0)...), 0o600))
			_, err = trt.NewTarget(lib, 0, other, trt.TargetOptions{})
			require.ErrorAs(t, err, &plan)
			assert.Equal(t, trt.PlanOtherVersion, plan.Fault)
			assert.ErrorContains(t, err, "built by TensorRT 10.3.0, but "+version.String()+" is loaded")

			runtime, err := lib.NewRuntime(0)
			if err == nil { // there is a GPU
				assert.NoError(t, runtime.Close())
				return
			}
			assert.True(t, errors.Is(err, cuda.ErrInsufficientDriver) || errors.Is(err, cuda.ErrNoDevice), "%v", err)
		})
	}
}
