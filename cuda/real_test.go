package cuda_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

// onRealRuntimes runs a test on NVIDIA's libraries of both majors, where `make deps` has put them.
func onRealRuntimes(t *testing.T, f func(t *testing.T, lib *cuda.Library)) {
	for _, major := range []int{12, 13} {
		t.Run(fmt.Sprintf("libcudart.so.%d", major), func(t *testing.T) {
			path := filepath.Join("..", ".deps", "lib", fmt.Sprintf("libcudart.so.%d", major))
			if _, err := os.Stat(path); err != nil {
				t.Skipf("%s is not there; to get it: make deps", path)
			}
			lib, err := cuda.Load(cuda.WithLibraryPath(path))
			require.NoError(t, err)
			assert.Equal(t, major, lib.RuntimeVersion().Major())
			assert.False(t, lib.Simulated())
			f(t, lib)
			require.NoError(t, lib.Close())
		})
	}
}

func TestRealRuntimeWithoutDriver(t *testing.T) {
	onRealRuntimes(t, func(t *testing.T, lib *cuda.Library) {
		if lib.DriverVersion() != 0 {
			t.Skip("this machine has a driver")
		}
		_, err := lib.Devices()
		require.ErrorIs(t, err, cuda.ErrInsufficientDriver)
		assert.False(t, cuda.IsSticky(err))
		var failed *cuda.Error
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, "cudaErrorInsufficientDriver", failed.Name)
		assert.Equal(t, "CUDA driver version is insufficient for CUDA runtime version", failed.Text)
		assert.Error(t, lib.Runtime().SimConfigure(""), "a real library has no controls")
	})
}

// The real runtime and device must agree with what the simulated ones promise to the tests of this package.
func TestRealDevice(t *testing.T) {
	onRealRuntimes(t, func(t *testing.T, lib *cuda.Library) {
		device, err := lib.Device(0)
		if err != nil {
			t.Skipf("no device: %v", err)
		}
		p, err := device.Properties()
		require.NoError(t, err)
		assert.NotEmpty(t, p.Name)
		assert.NotZero(t, p.UUID)
		assert.Positive(t, p.MemoryBytes)
		assert.Positive(t, p.Multiprocessors)
		found, err := lib.DeviceByPCI(p.PCI)
		require.NoError(t, err)
		assert.Zero(t, found.Ordinal())

		content := []byte("there and back")
		s, err := device.NewStream()
		require.NoError(t, err)
		there, err := device.AllocDevice(len(content))
		require.NoError(t, err)
		back, err := device.AllocPinned(len(content))
		require.NoError(t, err)
		require.NoError(t, cuda.Upload(there, content))
		graph, err := s.Capture(func() error { return s.Copy(back, there) })
		require.NoError(t, err)
		exec, err := graph.Instantiate()
		require.NoError(t, err)
		require.NoError(t, exec.Launch(s))
		require.NoError(t, s.Synchronize())
		assert.Equal(t, content, back.Bytes())
		for _, h := range []closer{exec, graph, back, there, s} {
			require.NoError(t, h.Close())
		}
	})
}
