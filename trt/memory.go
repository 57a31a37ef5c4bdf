package trt

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/cuda"
)

// MemoryNeed is the memory that a run takes, in bytes, beside what the engine itself takes. Outputs whose size only the inference
// knows are not in it.
type MemoryNeed struct {
	Contexts int64 // on the device, for what TensorRT computes in between
	Tensors  int64 // on the device, for inputs and outputs
	Pinned   int64 // page-locked memory of the host
}

// Memory predicts the memory of a run with so many lanes.
func (t *Target) Memory(lanes int) MemoryNeed {
	var need MemoryNeed
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range t.bound {
		need.Pinned += int64(b.bytes)
		if b.Location == OnDevice && b.SharesMemory == "" {
			need.Tensors += int64(b.bytes)
		}
	}
	need.Contexts = t.contextBytes()
	n := int64(lanes)
	return MemoryNeed{Contexts: n * need.Contexts, Tensors: n * need.Tensors, Pinned: n * need.Pinned}
}

// contextBytes is the device memory of one context.
func (t *Target) contextBytes() int64 {
	if t.options.AllocationStrategy == AllocateProfile || t.options.AllocationStrategy == AllocateRuntime {
		if bytes, err := t.engine.ProfileMemory(t.options.Profile); err == nil {
			return bytes
		}
	}
	return t.engine.info.DeviceMemoryBytes
}

// explainMemory adds to the error of a context what memory it wanted, when that may have been missing.
func (t *Target) explainMemory(err error) error {
	info, unknown := t.runtime.device.Memory()
	want := t.contextBytes()
	if unknown != nil || !errors.Is(err, cuda.ErrOutOfMemory) && uint64(max(want, 0)) <= info.Free {
		return err
	}
	return fmt.Errorf("%w; a context takes %s of device memory and %s of %s are free: lower the number of inference streams or "+
		"the batch, use another allocation strategy than static, or end other processes on the device",
		err, formatBytes(want), formatBytes(int64(info.Free)), formatBytes(int64(info.Total)))
}

// explainRunMemory adds to an error of memory what the whole run takes.
func (t *Target) explainRunMemory(err error, lanes int) error {
	if !errors.Is(err, cuda.ErrOutOfMemory) {
		return err
	}
	need := t.Memory(lanes)
	return fmt.Errorf("%w; inputs and outputs take %s on the device and as much page-locked host memory for %d inference streams: "+
		"lower their number or the batch", err, formatBytes(need.Tensors), lanes)
}

// formatBytes writes a size with three digits, as in "1.50 GiB".
func formatBytes(bytes int64) string {
	if bytes < 1<<10 {
		return fmt.Sprintf("%d bytes", bytes)
	}
	value, unit := float64(bytes), ""
	for _, unit = range []string{"KiB", "MiB", "GiB", "TiB"} {
		if value /= 1 << 10; value < 1000 {
			break
		}
	}
	switch {
	case value < 10:
		return fmt.Sprintf("%.2f %s", value, unit)
	case value < 100:
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return fmt.Sprintf("%.0f %s", value, unit)
}
