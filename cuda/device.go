package cuda

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/csrc"
)

// Device is one device of a Library. It needs no Close. It is safe for concurrent use.
type Device struct {
	lib     *Library
	ordinal int
}

// UUID identifies a device across processes, orders and hosts.
type UUID [16]byte

// String returns the UUID as nvidia-smi prints it: "GPU-8d5a3b1c-…".
func (u UUID) String() string {
	x := hex.EncodeToString(u[:])
	return strings.Join([]string{"GPU", x[:8], x[8:12], x[12:16], x[16:20], x[20:]}, "-")
}

// ParseUUID reads a UUID with or without its "GPU-" or "MIG-" in front.
func ParseUUID(s string) (UUID, error) {
	var u UUID
	digits := s
	for _, prefix := range []string{"GPU-", "MIG-"} {
		digits = strings.TrimPrefix(digits, prefix)
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(digits, "-", ""))
	if err != nil || len(raw) != len(u) {
		return u, fmt.Errorf("cuda: parse UUID %q: expected 32 hexadecimal digits, as nvidia-smi -L prints them", s)
	}
	copy(u[:], raw)
	return u, nil
}

// DeviceCount returns the number of devices, at least 1. Without a driver, or with one too old, the error is
// ErrInsufficientDriver; without a device it is ErrNoDevice.
func (l *Library) DeviceCount() (int, error) {
	if l.driver == 0 {
		return 0, fmt.Errorf("%w: no NVIDIA driver answers; install one, or pass the device into the container",
			l.status("cudaDriverGetVersion", int(ErrInsufficientDriver)))
	}
	var count int
	err := l.do("cudaGetDeviceCount", func() (status int) {
		count, status = l.rt.DeviceCount()
		if status == 0 && count == 0 {
			status = int(ErrNoDevice)
		}
		return status
	})
	return count, err
}

// Devices returns all devices in the order of CUDA, which CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER influence.
func (l *Library) Devices() ([]*Device, error) {
	count, err := l.DeviceCount()
	if err != nil {
		return nil, err
	}
	devices := make([]*Device, count)
	for i := range devices {
		devices[i] = &Device{lib: l, ordinal: i}
	}
	return devices, nil
}

// Device returns the device with the given number, from 0 to DeviceCount − 1.
func (l *Library) Device(ordinal int) (*Device, error) {
	count, err := l.DeviceCount()
	if err != nil {
		return nil, err
	}
	if ordinal < 0 || ordinal >= count {
		return nil, fmt.Errorf("%w: device %d was asked for, the devices are 0 to %d",
			l.status("cudaSetDevice", int(ErrInvalidDevice)), ordinal, count-1)
	}
	return &Device{lib: l, ordinal: ordinal}, nil
}

// DeviceByUUID returns the device with the given UUID; the error is ErrInvalidDevice when there is none.
func (l *Library) DeviceByUUID(uuid UUID) (*Device, error) {
	devices, err := l.Devices()
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		_, u, err := d.identity()
		if err != nil {
			return nil, err
		}
		if u == uuid {
			return d, nil
		}
	}
	return nil, fmt.Errorf("%w: none of %d devices has the UUID %s",
		l.status("cudaGetDeviceProperties", int(ErrInvalidDevice)), len(devices), uuid)
}

// DeviceByPCI returns the device with the given PCI id, as in "0000:3b:00.0"; the error is ErrInvalidValue or ErrInvalidDevice
// when there is none.
func (l *Library) DeviceByPCI(id string) (*Device, error) {
	if _, err := l.DeviceCount(); err != nil {
		return nil, err
	}
	d := &Device{lib: l}
	err := l.do("cudaDeviceGetByPCIBusId", func() (status int) {
		d.ordinal, status = l.rt.DeviceByPCI(id)
		return status
	})
	if err != nil {
		return nil, fmt.Errorf("%w: PCI id %q", err, id)
	}
	return d, nil
}

// Ordinal returns the number of the device in this process.
func (d *Device) Ordinal() int { return d.ordinal }

// Library returns the library that the device was got from.
func (d *Device) Library() *Library { return d.lib }

// Use makes the device the current one of the calling OS thread, for other libraries that work on the current device; the
// methods of this package don't need it. Call runtime.LockOSThread first, and stay locked while it matters.
func (d *Device) Use() error {
	return d.do("cudaSetDevice", d.lib.rt.SetDevice)
}

// Synchronize waits until all work of the device is done, and returns the error of work that failed.
func (d *Device) Synchronize() error {
	return d.do("cudaDeviceSynchronize", d.lib.rt.DeviceSynchronize)
}

// MemoryInfo is the state of a device's memory in bytes.
type MemoryInfo struct {
	Free  uint64 // to this process, now
	Total uint64
}

// Memory returns how much memory the device has.
func (d *Device) Memory() (MemoryInfo, error) {
	var info MemoryInfo
	err := d.do("cudaMemGetInfo", func(device int) (status int) {
		info.Free, info.Total, status = d.lib.rt.DeviceMemory(device)
		return status
	})
	return info, err
}

// StreamPriorities returns the range of priorities that NewStream takes. A smaller number is a higher priority, so that
// greatest ≤ least; both are 0 on a device without priorities.
func (d *Device) StreamPriorities() (least, greatest int, err error) {
	err = d.do("cudaDeviceGetStreamPriorityRange", func(device int) (status int) {
		least, greatest, status = d.lib.rt.StreamPriorities(device)
		return status
	})
	return least, greatest, err
}

// PersistingL2 returns how many bytes of the L2 cache are set aside for persisting accesses.
func (d *Device) PersistingL2() (uint64, error) {
	var bytes uint64
	err := d.do("cudaDeviceGetLimit", func(device int) (status int) {
		bytes, status = d.lib.rt.DeviceLimit(device, csrc.LimitPersistingL2)
		return status
	})
	return bytes, err
}

// SetPersistingL2 sets aside a part of the L2 cache, at most Properties.MaxPersistingL2Bytes, for the whole process.
func (d *Device) SetPersistingL2(bytes uint64) error {
	return d.do("cudaDeviceSetLimit", func(device int) int {
		return d.lib.rt.SetDeviceLimit(device, csrc.LimitPersistingL2, bytes)
	})
}

// ProfilerStart begins the collection of an attached profiler, such as Nsight Systems started with a capture range.
func (d *Device) ProfilerStart() error {
	return d.do("cudaProfilerStart", d.lib.rt.ProfilerStart)
}

// ProfilerStop ends the collection of an attached profiler.
func (d *Device) ProfilerStop() error {
	return d.do("cudaProfilerStop", d.lib.rt.ProfilerStop)
}

// do calls the library for this device.
func (d *Device) do(call string, f func(device int) int) error {
	return d.lib.do(call, func() int { return f(d.ordinal) })
}

func (d *Device) identity() (name string, uuid UUID, err error) {
	err = d.do("cudaGetDeviceProperties", func(device int) (status int) {
		name, uuid, status = d.lib.rt.DeviceIdentity(device)
		return status
	})
	return name, uuid, err
}
