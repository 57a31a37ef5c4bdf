package gpu

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/telemetry"
)

var _ telemetry.Source = (*Device)(nil)

// Errors that callers tell apart with errors.Is.
var (
	ErrUnavailable = errors.New("not available")     // there is no NVML, no driver or no such GPU
	ErrSeveral     = errors.New("more than one GPU") // and none was named
)

// Device is a GPU that is read. It is a [telemetry.Source]; the caller closes it.
type Device struct {
	api      nvml.Interface
	device   nvml.Device
	about    telemetry.Description
	read     []quantity
	problems []error // by quantity; made once
	busy     atomic.Bool
}

// libraryName is what NVML is called.
const libraryName = "libnvidia-ml.so.1"

// Open opens a GPU of this machine. It is named by its number in the order of nvidia-smi (which need not be CUDA's), by its UUID
// (GPU-…) or by its PCI address (0000:3b:00.0); without a name it must be the only one. NVML is looked for in the places,
// folders or files, then where the system's loader looks.
func Open(name string, places ...string) (*Device, error) {
	var options []nvml.LibraryOption
	for _, path := range places {
		if !strings.HasPrefix(filepath.Base(path), libraryName) {
			path = filepath.Join(path, libraryName)
		}
		if exists(path) {
			options = append(options, nvml.WithLibraryPath(path))
			break
		}
	}
	return open(nvml.New(options...), name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func open(api nvml.Interface, name string) (*Device, error) {
	if status := api.Init(); status != nvml.SUCCESS {
		return nil, fmt.Errorf("telemetry: NVML (%s): %w: %v", libraryName, ErrUnavailable, status)
	}
	d := &Device{api: api}
	if err := d.find(name); err != nil {
		return nil, errors.Join(fmt.Errorf("telemetry: NVML: %w", err), d.Close())
	}
	d.describe()
	return d, nil
}

// find asks NVML for the device.
func (d *Device) find(name string) error {
	var status nvml.Return
	number, err := strconv.Atoi(name)
	switch {
	case name == "":
		var count int
		count, status = d.api.DeviceGetCount()
		switch {
		case status == nvml.SUCCESS && count > 1:
			return fmt.Errorf("%w: this machine has %d; name one by its number, UUID or PCI address", ErrSeveral, count)
		case status == nvml.SUCCESS:
			d.device, status = d.api.DeviceGetHandleByIndex(0)
		}
	case err == nil:
		d.device, status = d.api.DeviceGetHandleByIndex(number)
	case strings.Contains(name, ":"):
		d.device, status = d.api.DeviceGetHandleByPciBusId(name)
	default:
		d.device, status = d.api.DeviceGetHandleByUUID(name)
	}
	if status != nvml.SUCCESS {
		return fmt.Errorf("%w: GPU %q: %v", ErrUnavailable, name, status)
	}
	return nil
}

// describe finds out what the device is and what it tells.
func (d *Device) describe() {
	d.about.Reader, d.about.Kind = "NVML", record.GPU
	if version, status := d.api.SystemGetNVMLVersion(); status == nvml.SUCCESS {
		d.about.Reader += " " + version
	}
	if name, status := d.device.GetName(); status == nvml.SUCCESS {
		d.about.Device = name
	}
	if uuid, status := d.device.GetUUID(); status == nvml.SUCCESS {
		d.about.UUID = uuid
	}
	symbols := d.api.Extensions()
	told := map[string]bool{}
	var silent []string
	for i, q := range quantities {
		if told[q.name] {
			continue
		}
		var r telemetry.Reading
		if symbols.LookupSymbol(q.symbol) == nil && q.read(d.device, &r) != nvml.ERROR_NOT_SUPPORTED {
			told[q.name] = true
			d.read = append(d.read, q)
		} else if i+1 == len(quantities) || quantities[i+1].name != q.name {
			silent = append(silent, q.name)
		}
	}
	if len(silent) > 0 {
		d.about.Notes = append(d.about.Notes, "the device does not tell: "+strings.Join(silent, ", "))
	}
	if symbols.LookupSymbol("nvmlDeviceGetMigMode") == nil {
		if mode, _, status := d.device.GetMigMode(); status == nvml.SUCCESS && mode == nvml.DEVICE_MIG_ENABLE {
			d.about.Notes = append(d.about.Notes, "MIG is on: the figures are of the whole GPU, not of the part that was used")
		}
	}
	d.problems = make([]error, len(d.read))
}

// Describe is part of [telemetry.Source].
func (d *Device) Describe() telemetry.Description { return d.about }

// Read is part of [telemetry.Source]. It allocates nothing but what the binding of NVML does, a few words for each value.
func (d *Device) Read(r *telemetry.Reading) error {
	d.busy.Store(true)
	defer d.busy.Store(false)
	var first error
	for i := range d.read {
		status := d.read[i].read(d.device, r)
		if status == nvml.SUCCESS {
			continue
		}
		if d.problems[i] == nil {
			d.problems[i] = fmt.Errorf("telemetry: NVML: %s: %v", d.read[i].name, status)
		}
		if first == nil {
			first = d.problems[i]
		}
	}
	return first
}

// Close gives NVML up. While a reading has not come back, as with a driver that lost its device, it returns an error and leaves NVML open.
func (d *Device) Close() error {
	if d.busy.Load() {
		return errors.New("telemetry: NVML: close: it has not answered the last reading and stays open")
	}
	if status := d.api.Shutdown(); status != nvml.SUCCESS {
		return fmt.Errorf("telemetry: NVML: close: %v", status)
	}
	return nil
}
