package trt

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/cuda"
)

// FindDevice returns the number of a device that is named by its number, by its UUID as nvidia-smi -L prints it (GPU-…), or by its
// PCI address (0000:3b:00.0).
func FindDevice(lib *Library, name string) (int, error) {
	if err := lib.node.use(); err != nil {
		return 0, err
	}
	device, err := findDevice(lib.cuda, name)
	if err != nil {
		return 0, unavailable(fmt.Errorf("trt: device %s: %w", name, err))
	}
	return device.Ordinal(), nil
}

func findDevice(lib *cuda.Library, name string) (*cuda.Device, error) {
	if number, err := strconv.Atoi(name); err == nil {
		return lib.Device(number)
	}
	if strings.Contains(name, ":") {
		return lib.DeviceByPCI(name)
	}
	uuid, err := cuda.ParseUUID(name)
	if err != nil {
		return nil, fmt.Errorf("expected a number, a UUID as nvidia-smi -L prints it, or a PCI address as 0000:3b:00.0")
	}
	return lib.DeviceByUUID(uuid)
}
