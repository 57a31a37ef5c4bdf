package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/cuda"
)

// checkDevice returns an error for what trt.FindDevice cannot take for a device on any machine.
func checkDevice(text string) error {
	if n, err := strconv.Atoi(text); err == nil {
		if n < 0 {
			return fmt.Errorf("number %d; expected 0 or more", n)
		}
		return nil
	}
	if strings.Contains(text, ":") {
		return nil
	}
	if _, err := cuda.ParseUUID(text); err != nil {
		return fmt.Errorf("%q is no device; expected a number, a UUID as nvidia-smi -L prints it, or a PCI address as 0000:3b:00.0", text)
	}
	return nil
}
