package triton

import (
	"context"
	"errors"
	"slices"

	"github.com/trtbench/trtbench/triton/kserve"
)

// errAllRegions refuses what would also hit other clients.
var errAllRegions = errors.New("a region without a name stands for all regions of all clients")

// RegisterSystemMemory tells the server about a POSIX shared memory object: size bytes of it from offset on are the region.
func (c *Client) RegisterSystemMemory(ctx context.Context, region, key string, offset, size uint64) error {
	return wrap("register shared memory "+region, c.call(ctx, func(ctx context.Context) error {
		_, err := c.api.SystemSharedMemoryRegister(ctx, &kserve.SystemSharedMemoryRegisterRequest{Name: region, Key: key, Offset: offset, ByteSize: size})
		return err
	}))
}

// UnregisterSystemMemory makes the server forget one region.
func (c *Client) UnregisterSystemMemory(ctx context.Context, region string) error {
	return wrap("unregister shared memory "+region, c.call(ctx, func(ctx context.Context) error {
		if region == "" {
			return errAllRegions
		}
		_, err := c.api.SystemSharedMemoryUnregister(ctx, &kserve.SystemSharedMemoryUnregisterRequest{Name: region})
		return err
	}))
}

// SystemMemory returns the names of the regions that are registered, of all clients.
func (c *Client) SystemMemory(ctx context.Context) (regions []string, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.SystemSharedMemoryStatus(ctx, &kserve.SystemSharedMemoryStatusRequest{})
		for name := range answer.GetRegions() {
			regions = append(regions, name)
		}
		return err
	})
	slices.Sort(regions)
	return regions, wrap("shared memory", err)
}

// RegisterDeviceMemory tells the server about memory of a CUDA device: handle is a cudaIpcMemHandle_t.
func (c *Client) RegisterDeviceMemory(ctx context.Context, region string, handle []byte, device int, size uint64) error {
	return wrap("register device memory "+region, c.call(ctx, func(ctx context.Context) error {
		_, err := c.api.CudaSharedMemoryRegister(ctx, &kserve.CudaSharedMemoryRegisterRequest{Name: region, RawHandle: handle, DeviceId: int64(device), ByteSize: size})
		return err
	}))
}

// UnregisterDeviceMemory makes the server forget one region.
func (c *Client) UnregisterDeviceMemory(ctx context.Context, region string) error {
	return wrap("unregister device memory "+region, c.call(ctx, func(ctx context.Context) error {
		if region == "" {
			return errAllRegions
		}
		_, err := c.api.CudaSharedMemoryUnregister(ctx, &kserve.CudaSharedMemoryUnregisterRequest{Name: region})
		return err
	}))
}

// DeviceMemory returns the names of the regions of CUDA memory that are registered, of all clients.
func (c *Client) DeviceMemory(ctx context.Context) (regions []string, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err := c.api.CudaSharedMemoryStatus(ctx, &kserve.CudaSharedMemoryStatusRequest{})
		for name := range answer.GetRegions() {
			regions = append(regions, name)
		}
		return err
	})
	slices.Sort(regions)
	return regions, wrap("device memory", err)
}
