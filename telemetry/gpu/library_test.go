package gpu

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/internal/nvmltest"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/telemetry"
)

// The whole way to a library that lacks functions: what is missing is left out, and nothing crashes.
func TestLibraryOfAnOldDriver(t *testing.T) {
	folder := nvmltest.Compile(t)
	for _, name := range []string{"", "0", "GPU-1", "0000:3b:00.0"} {
		d, err := Open(name, t.TempDir(), folder)
		require.NoError(t, err, name)
		assert.Equal(t, telemetry.Description{
			Reader: "NVML 11.450.1", Kind: record.GPU, Device: "A stand-in", UUID: "GPU-1", Notes: []string{"the device does not tell: energy, temperature"},
		}, d.Describe())
		r := telemetry.NewReading()
		require.NoError(t, d.Read(&r))
		assert.True(t, math.IsNaN(r.EnergyJoules))
		assert.True(t, math.IsNaN(r.TemperatureCelsius))
		r.EnergyJoules, r.TemperatureCelsius = 0, 0
		assert.Equal(t, telemetry.Reading{
			UtilizationPercent: 42, MemoryBytes: 600, SMClockMHz: 1980, MemoryClockMHz: 2619, PowerWatts: 301.5,
			Throttle: telemetry.PowerCap | telemetry.ThermalHardware,
		}, r)
		require.NoError(t, d.Close())
	}
	for _, name := range []string{"1", "GPU-2", "0000:00:00.0"} {
		_, err := Open(name, folder)
		require.ErrorIs(t, err, ErrUnavailable)
		assert.ErrorContains(t, err, "no such GPU")
	}
}

// A library that is none, and none at all.
func TestNoLibrary(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, libraryName), []byte("no library"), 0o600))
	_, err := Open("0", folder)
	require.ErrorIs(t, err, ErrUnavailable)
	assert.ErrorContains(t, err, "telemetry: NVML (libnvidia-ml.so.1): not available: ERROR_LIBRARY_NOT_FOUND")
}
