package cuda_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/internal/library"
)

const twoDevices = `{"devices": [
	{"name": "Large One", "uuid": "8d5a3b1c-0102-0304-0506-0708090a0b0c", "compute_capability": "9.0", "memory_bytes": 85899345920,
	 "clock_mhz": 1980, "memory_clock_mhz": 2619, "bus_width_bits": 5120, "sm_count": 132, "l2_bytes": 52428800},
	{"name": "Small One", "compute_capability": "7.5", "memory_bytes": 1048576}
]}`

func TestVersions(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		assert.True(t, x.lib.Simulated())
		assert.Contains(t, []int{12, 13}, x.lib.RuntimeVersion().Major())
		assert.GreaterOrEqual(t, x.lib.DriverVersion(), x.lib.RuntimeVersion())
		assert.Contains(t, x.lib.Path(), "libcudart.so.")
		attempts := x.lib.Search().Attempts
		assert.Equal(t, library.Opened, attempts[len(attempts)-1].Outcome)
	})
}

func TestVersionText(t *testing.T) {
	assert.Equal(t, "12.9", cuda.Version(12090).String())
	assert.Equal(t, "13.0", cuda.Version(13000).String())
	assert.Equal(t, 13, cuda.Version(13050).Major())
	assert.Equal(t, 5, cuda.Version(13050).Minor())
}

func TestProperties(t *testing.T) {
	onEachMajor(t, twoDevices, func(t *testing.T, x *fixture) {
		devices, err := x.lib.Devices()
		require.NoError(t, err)
		require.Len(t, devices, 2)
		p, err := devices[0].Properties()
		require.NoError(t, err)
		assert.Equal(t, "Large One", p.Name)
		assert.Equal(t, "GPU-8d5a3b1c-0102-0304-0506-0708090a0b0c", p.UUID.String())
		assert.Equal(t, "9.0", p.ComputeCapability.String())
		assert.Equal(t, 132, p.Multiprocessors)
		assert.Equal(t, uint64(85899345920), p.MemoryBytes)
		assert.Equal(t, 1980.0, p.ClockMHz)
		assert.Equal(t, 2619.0, p.MemoryClockMHz)
		assert.Equal(t, 5120, p.MemoryBusBits)
		assert.Equal(t, uint64(52428800), p.L2Bytes)
		assert.NotEmpty(t, p.PCI)
		assert.False(t, p.Integrated)
	})
}

func TestDevicesAreFound(t *testing.T) {
	onEachMajor(t, twoDevices, func(t *testing.T, x *fixture) {
		d, err := x.lib.Device(1)
		require.NoError(t, err)
		p, err := d.Properties()
		require.NoError(t, err)
		d, err = x.lib.DeviceByUUID(p.UUID)
		require.NoError(t, err)
		assert.Equal(t, 1, d.Ordinal())
		assert.Same(t, x.lib, d.Library())
		_, err = x.lib.DeviceByUUID(cuda.UUID{1})
		assert.ErrorIs(t, err, cuda.ErrInvalidDevice)

		d, err = x.lib.DeviceByPCI(p.PCI)
		require.NoError(t, err)
		assert.Equal(t, 1, d.Ordinal())
		_, err = x.lib.DeviceByPCI("no id")
		assert.ErrorContains(t, err, `"no id"`)

		for _, ordinal := range []int{-1, 2} {
			_, err = x.lib.Device(ordinal)
			assert.ErrorIs(t, err, cuda.ErrInvalidDevice)
			assert.ErrorContains(t, err, "the devices are 0 to 1")
		}
	})
}

func TestParseUUID(t *testing.T) {
	want := cuda.UUID{0x8d, 0x5a, 0x3b, 0x1c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	for _, s := range []string{
		"GPU-8d5a3b1c-0102-0304-0506-0708090a0b0c", "MIG-8D5A3B1C-0102-0304-0506-0708090A0B0C", "8d5a3b1c0102030405060708090a0b0c",
	} {
		uuid, err := cuda.ParseUUID(s)
		require.NoError(t, err, s)
		assert.Equal(t, want, uuid)
	}
	for _, s := range []string{"", "GPU-", "GPU-8d5a3b1c", "8d5a3b1c01020304050607080z0a0b0c", "GPU-8d5a3b1c-0102-0304-0506-0708090a0b0c0d"} {
		_, err := cuda.ParseUUID(s)
		assert.Error(t, err, s)
	}
}

func FuzzParseUUID(f *testing.F) {
	f.Add("GPU-8d5a3b1c-0102-0304-0506-0708090a0b0c")
	f.Add("MIG-")
	f.Fuzz(func(t *testing.T, s string) {
		uuid, err := cuda.ParseUUID(s)
		if err != nil {
			return
		}
		again, err := cuda.ParseUUID(uuid.String())
		require.NoError(t, err)
		assert.Equal(t, uuid, again)
	})
}

// Memory and work belong to the device of the handle, whichever is current on the thread that happens to run the goroutine.
func TestEachHandleKeepsItsDevice(t *testing.T) {
	onEachMajor(t, twoDevices, func(t *testing.T, x *fixture) {
		second, err := x.lib.Device(1)
		require.NoError(t, err)
		before, err := second.Memory()
		require.NoError(t, err)
		m, err := second.AllocDevice(1 << 16)
		require.NoError(t, err)
		require.NoError(t, x.device.Use())
		after, err := second.Memory()
		require.NoError(t, err)
		assert.Equal(t, before.Free-1<<16, after.Free)
		first, err := x.device.Memory()
		require.NoError(t, err)
		assert.Equal(t, first.Total, first.Free)
		require.NoError(t, m.Close())
	})
}

func TestDeviceLimits(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		p, err := x.device.Properties()
		require.NoError(t, err)
		require.NoError(t, x.device.SetPersistingL2(p.MaxPersistingL2Bytes/2))
		bytes, err := x.device.PersistingL2()
		require.NoError(t, err)
		assert.Equal(t, p.MaxPersistingL2Bytes/2, bytes)

		least, greatest, err := x.device.StreamPriorities()
		require.NoError(t, err)
		assert.LessOrEqual(t, greatest, least)
		assert.NoError(t, x.device.ProfilerStart())
		assert.NoError(t, x.device.ProfilerStop())
		assert.NoError(t, x.device.Synchronize())
	})
}

func TestWithoutDriverOrDevice(t *testing.T) {
	tests := []struct {
		name, config, message string
		code                  cuda.Code
	}{
		{"no driver", `{"driver_version": 0}`, "no NVIDIA driver answers", cuda.ErrInsufficientDriver},
		{"no device", `{"devices": []}`, "cudaGetDeviceCount", cuda.ErrNoDevice},
		{"driver out of step", `{"faults": [{"call": "cudaGetDeviceCount", "error": 803}]}`, "cudaGetDeviceCount", cuda.ErrSystemDriverMismatch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := newFixture(t, 13, "")
			require.NoError(t, x.lib.Runtime().SimConfigure(test.config))
			lib, err := cuda.Load(cuda.WithLibraryPath(x.lib.Path()))
			require.NoError(t, err, "versions can be told without a device")
			_, err = lib.Device(0)
			require.ErrorIs(t, err, test.code)
			assert.ErrorContains(t, err, test.message)
			assert.False(t, cuda.IsSticky(err))
			require.NoError(t, lib.Close())
		})
	}
}

func TestLoadPrefersALibraryThatTheDriverCanServe(t *testing.T) {
	newer, older := newFixture(t, 13, ""), newFixture(t, 12, "")
	require.NoError(t, newer.lib.Runtime().SimConfigure(`{"driver_version": 12040}`))
	require.NoError(t, older.lib.Runtime().SimConfigure(`{"driver_version": 12040}`))

	lib, err := cuda.Load(cuda.WithLibraryPath(newer.lib.Path(), older.lib.Path()))
	require.NoError(t, err)
	assert.Equal(t, 12, lib.RuntimeVersion().Major())
	passed := lib.Search().Attempts[0]
	assert.Equal(t, library.OpenFailed, passed.Outcome)
	assert.Contains(t, passed.Detail, "the driver supports CUDA 12.4")
	require.NoError(t, lib.Close())

	_, err = cuda.Load(cuda.WithLibraryPath(newer.lib.Path()))
	require.ErrorIs(t, err, cuda.ErrInsufficientDriver)
	var missing *library.NotFoundError
	require.True(t, errors.As(err, &missing))
}

func TestLoadNamesWhatIsMissing(t *testing.T) {
	_, err := cuda.Load(cuda.WithLibraryPath(t.TempDir() + "/libcudart.so.13"))
	require.Error(t, err)
	assert.ErrorContains(t, err, "cuda: load: library: find CUDA runtime")
	assert.ErrorContains(t, err, "no such file")
	assert.ErrorContains(t, err, "TRTBENCH_CUDART")
}
