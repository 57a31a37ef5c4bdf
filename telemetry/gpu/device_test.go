package gpu

import (
	"errors"
	"testing"

	"github.com/NVIDIA/go-nvml/pkg/nvml"
	"github.com/NVIDIA/go-nvml/pkg/nvml/mock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// machine is NVML with so many GPUs that tell everything.
func machine(gpus int) (*mock.Interface, *mock.Device) {
	device := &mock.Device{
		GetNameFunc:                      func() (string, nvml.Return) { return "A GPU", nvml.SUCCESS },
		GetUUIDFunc:                      func() (string, nvml.Return) { return "GPU-1", nvml.SUCCESS },
		GetUtilizationRatesFunc:          func() (nvml.Utilization, nvml.Return) { return nvml.Utilization{Gpu: 50}, nvml.SUCCESS },
		GetMemoryInfoFunc:                func() (nvml.Memory, nvml.Return) { return nvml.Memory{Used: 1 << 30}, nvml.SUCCESS },
		GetClockInfoFunc:                 func(nvml.ClockType) (uint32, nvml.Return) { return 1000, nvml.SUCCESS },
		GetPowerUsageFunc:                func() (uint32, nvml.Return) { return 250_000, nvml.SUCCESS },
		GetTotalEnergyConsumptionFunc:    func() (uint64, nvml.Return) { return 7_500, nvml.SUCCESS },
		GetTemperatureFunc:               func(nvml.TemperatureSensors) (uint32, nvml.Return) { return 60, nvml.SUCCESS },
		GetCurrentClocksEventReasonsFunc: func() (uint64, nvml.Return) { return nvml.ClocksThrottleReasonHwSlowdown, nvml.SUCCESS },
		GetMigModeFunc:                   func() (int, int, nvml.Return) { return nvml.DEVICE_MIG_DISABLE, 0, nvml.SUCCESS },
	}
	api := &mock.Interface{
		InitFunc:                 func() nvml.Return { return nvml.SUCCESS },
		ShutdownFunc:             func() nvml.Return { return nvml.SUCCESS },
		SystemGetNVMLVersionFunc: func() (string, nvml.Return) { return "13.580", nvml.SUCCESS },
		DeviceGetCountFunc:       func() (int, nvml.Return) { return gpus, nvml.SUCCESS },
		DeviceGetHandleByIndexFunc: func(i int) (nvml.Device, nvml.Return) {
			if i >= gpus {
				return nil, nvml.ERROR_INVALID_ARGUMENT
			}
			return device, nvml.SUCCESS
		},
		ExtensionsFunc: func() nvml.ExtendedInterface {
			return &mock.ExtendedInterface{LookupSymbolFunc: func(string) error { return nil }}
		},
	}
	return api, device
}

func TestDeviceTellsEverything(t *testing.T) {
	api, _ := machine(1)
	d, err := open(api, "")
	require.NoError(t, err)
	assert.Equal(t, telemetry.Description{Reader: "NVML 13.580", Kind: record.GPU, Device: "A GPU", UUID: "GPU-1"}, d.Describe())
	r := telemetry.NewReading()
	require.NoError(t, d.Read(&r))
	assert.Equal(t, telemetry.Reading{UtilizationPercent: 50, MemoryBytes: 1 << 30, SMClockMHz: 1000, MemoryClockMHz: 1000, PowerWatts: 250,
		EnergyJoules: 7.5, TemperatureCelsius: 60, Throttle: telemetry.Slowdown}, r)
	require.NoError(t, d.Close())
	assert.Len(t, api.ShutdownCalls(), 1)
}

func TestOneOfSeveralDevicesMustBeNamed(t *testing.T) {
	api, _ := machine(2)
	_, err := open(api, "")
	require.ErrorIs(t, err, ErrSeveral)
	assert.ErrorContains(t, err, "this machine has 2; name one")
	assert.Len(t, api.ShutdownCalls(), 1, "NVML was given up")
	d, err := open(api, "1")
	require.NoError(t, err)
	require.NoError(t, d.Close())
	_, err = open(api, "2")
	assert.ErrorContains(t, err, `GPU "2": ERROR_INVALID_ARGUMENT`)
}

func TestMachineWithoutDevices(t *testing.T) {
	api, _ := machine(0)
	_, err := open(api, "")
	require.ErrorIs(t, err, ErrUnavailable)
}

func TestDriverThatIsNotLoaded(t *testing.T) {
	api, _ := machine(1)
	api.InitFunc = func() nvml.Return { return nvml.ERROR_DRIVER_NOT_LOADED }
	_, err := open(api, "0")
	require.ErrorIs(t, err, ErrUnavailable)
	assert.ErrorContains(t, err, "ERROR_DRIVER_NOT_LOADED")
}

// What the device does not support is noted once; what fails later is an error, and the rest is read.
func TestValuesThatAreMissing(t *testing.T) {
	api, device := machine(1)
	device.GetTotalEnergyConsumptionFunc = func() (uint64, nvml.Return) { return 0, nvml.ERROR_NOT_SUPPORTED }
	device.GetMigModeFunc = func() (int, int, nvml.Return) { return nvml.DEVICE_MIG_ENABLE, 0, nvml.SUCCESS }
	d, err := open(api, "0")
	require.NoError(t, err)
	assert.Equal(t, []string{"the device does not tell: energy", "MIG is on: the figures are of the whole GPU, not of the part that was used"}, d.Describe().Notes)
	r := telemetry.NewReading()
	require.NoError(t, d.Read(&r))

	device.GetPowerUsageFunc = func() (uint32, nvml.Return) { return 0, nvml.ERROR_GPU_IS_LOST }
	r = telemetry.NewReading()
	err = d.Read(&r)
	require.EqualError(t, err, "telemetry: NVML: power: ERROR_GPU_IS_LOST")
	assert.Equal(t, 60.0, r.TemperatureCelsius)
	assert.Same(t, err, d.Read(&r), "the error is made once")
}

// Before NVML 12.2 the reasons for lower clocks had another function.
func TestThrottleReasonsOfOlderDrivers(t *testing.T) {
	api, device := machine(1)
	device.GetCurrentClocksThrottleReasonsFunc = func() (uint64, nvml.Return) { return nvml.ClocksThrottleReasonSyncBoost, nvml.SUCCESS }
	api.ExtensionsFunc = func() nvml.ExtendedInterface {
		return &mock.ExtendedInterface{LookupSymbolFunc: func(symbol string) error {
			if symbol == "nvmlDeviceGetCurrentClocksEventReasons" {
				return errors.New("it is not there")
			}
			return nil
		}}
	}
	d, err := open(api, "0")
	require.NoError(t, err)
	assert.Empty(t, d.Describe().Notes)
	r := telemetry.NewReading()
	require.NoError(t, d.Read(&r))
	assert.Equal(t, telemetry.SyncBoost, r.Throttle)
}

// Closing NVML under a call that hangs would take its code away.
func TestCloseWhileTheDriverHangs(t *testing.T) {
	api, device := machine(1)
	d, err := open(api, "0")
	require.NoError(t, err)
	asked, answer := make(chan struct{}), make(chan struct{})
	device.GetPowerUsageFunc = func() (uint32, nvml.Return) {
		close(asked)
		<-answer
		return 0, nvml.ERROR_TIMEOUT
	}
	done := make(chan error)
	go func() {
		r := telemetry.NewReading()
		done <- d.Read(&r)
	}()
	<-asked
	assert.ErrorContains(t, d.Close(), "stays open")
	assert.Empty(t, api.ShutdownCalls())
	close(answer)
	assert.ErrorContains(t, <-done, "power: ERROR_TIMEOUT")
	assert.NoError(t, d.Close())
}
