package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/cuda"
)

// deviceChoice finds a device among those that a CUDA runtime knows.
type deviceChoice func(lib *cuda.Library) (*cuda.Device, error)

// parseDevice reads a device by its number, its UUID as nvidia-smi prints it, or its PCI address.
func parseDevice(text string) (deviceChoice, error) {
	if n, err := strconv.Atoi(text); err == nil {
		if n < 0 {
			return nil, fmt.Errorf("number %d; expected 0 or more", n)
		}
		return func(lib *cuda.Library) (*cuda.Device, error) { return lib.Device(n) }, nil
	}
	if strings.Contains(text, ":") {
		return func(lib *cuda.Library) (*cuda.Device, error) { return lib.DeviceByPCI(text) }, nil
	}
	uuid, err := cuda.ParseUUID(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no device; expected a number, a UUID as nvidia-smi -L prints it, or a PCI address as 0000:3b:00.0", text)
	}
	return func(lib *cuda.Library) (*cuda.Device, error) { return lib.DeviceByUUID(uuid) }, nil
}
