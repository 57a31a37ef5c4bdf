package cuda_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

// Every call that the library refuses becomes an *Error with the code, its name and the call.
func TestFailedCallsAreTyped(t *testing.T) {
	tests := []struct {
		call string
		do   func(x *fixture) error
	}{
		{"cudaStreamCreateWithPriority", func(x *fixture) error { _, err := x.device.NewStream(); return err }},
		{"cudaEventCreateWithFlags", func(x *fixture) error { _, err := x.device.NewEvent(); return err }},
		{"cudaMalloc", func(x *fixture) error { _, err := x.device.AllocDevice(1); return err }},
		{"cudaHostAlloc", func(x *fixture) error { _, err := x.device.AllocPinned(1); return err }},
		{"cudaMallocManaged", func(x *fixture) error { _, err := x.device.AllocManaged(1); return err }},
		{"cudaMemGetInfo", func(x *fixture) error { _, err := x.device.Memory(); return err }},
		{"cudaDeviceSynchronize", func(x *fixture) error { return x.device.Synchronize() }},
		{"cudaGetDeviceProperties", func(x *fixture) error { _, err := x.device.Properties(); return err }},
		{"cudaDeviceGetAttribute", func(x *fixture) error { _, err := x.device.Properties(); return err }},
		{"cudaSetDevice", func(x *fixture) error { return x.device.Use() }},
		{"cudaProfilerStart", func(x *fixture) error { return x.device.ProfilerStart() }},
	}
	for _, test := range tests {
		t.Run(test.call, func(t *testing.T) {
			x := newFixture(t, 13, fmt.Sprintf(`{"faults": [{"call": %q, "error": 2}]}`, test.call))
			err := test.do(x)
			require.ErrorIs(t, err, cuda.ErrOutOfMemory)
			var failed *cuda.Error
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, test.call, failed.Call)
			assert.Equal(t, "cudaErrorMemoryAllocation", failed.Name)
			assert.Equal(t, "out of memory", failed.Text)
			assert.ErrorContains(t, err, "cuda: "+test.call+": out of memory (cudaErrorMemoryAllocation, 2)")
			x.assertNothingLeft()
		})
	}
}

func TestNthAllocationFails(t *testing.T) {
	onEachMajor(t, `{"faults": [{"call": "cudaMalloc", "at": 3, "error": 2}]}`, func(t *testing.T, x *fixture) {
		a, b := x.deviceMemory(1), x.deviceMemory(1)
		_, err := x.device.AllocDevice(1)
		assert.ErrorIs(t, err, cuda.ErrOutOfMemory)
		x.closeAll(a, b, x.deviceMemory(1))
	})
}

func TestLostDeviceIsSticky(t *testing.T) {
	for _, major := range []int{12, 13} {
		x := newFixture(t, major, "")
		s := x.stream()
		require.NoError(t, x.lib.Runtime().SimConfigure(`{"device_lost": {"after_calls": 1, "error": 719}}`))
		var err error
		for range 10 {
			err = errors.Join(err, x.device.Synchronize())
		}
		require.ErrorIs(t, err, cuda.ErrLaunchFailure)
		assert.True(t, cuda.IsSticky(err))
		assert.ErrorContains(t, err, "the device is lost to this process")
		assert.Error(t, s.Close(), "what remains is closed all the same")
		assert.NoError(t, s.Close())
	}
}

func TestIsSticky(t *testing.T) {
	for _, code := range []cuda.Code{
		cuda.ErrIllegalAddress, cuda.ErrLaunchTimeout, cuda.ErrContextDestroyed, cuda.ErrAssert, cuda.ErrLaunchFailure, cuda.ErrECCUncorrectable,
	} {
		assert.True(t, cuda.IsSticky(fmt.Errorf("wrapped: %w", &cuda.Error{Code: code})), code)
	}
	for _, err := range []error{
		nil, cuda.ErrClosed, cuda.ErrOutOfMemory, cuda.ErrNotReady, cuda.ErrInvalidValue, cuda.ErrDevicesUnavailable, cuda.ErrCaptureInvalidated,
	} {
		assert.False(t, cuda.IsSticky(err), "%v", err)
	}
	assert.EqualError(t, cuda.ErrOutOfMemory, "CUDA status 2")
}
