package ort

import (
	"errors"
	"fmt"

	"github.com/prometheus/procfs"
	ortgo "github.com/yalue/onnxruntime_go"
	"golang.org/x/sys/unix"
)

// newBatchTensor makes memory for the largest batch, of zeros, and a view of it for each size. The caller closes it.
func newBatchTensor(spec tensorSpec, largest int, sizes []int) (*batchTensor, error) {
	memory, err := pages(spec.bytes)
	if err != nil {
		return nil, fmt.Errorf("%d bytes for %s: %w", spec.bytes, spec.name, err)
	}
	t := &batchTensor{tensorSpec: spec, row: spec.bytes / largest, memory: memory}
	for _, size := range sizes {
		shape := append([]int64{int64(size)}, spec.shape[1:]...)
		view, err := ortgo.NewCustomDataTensor(shape, memory[:max(size*t.row, 1)], spec.element.code)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("tensor %s: %w", spec.name, err), t.close())
		}
		t.views = append(t.views, view)
	}
	return t, nil
}

func (t *batchTensor) close() error {
	var errs []error
	for _, view := range t.views {
		errs = append(errs, view.Destroy())
	}
	return errors.Join(append(errs, unix.Munmap(t.memory))...)
}

// pages maps memory outside of Go's heap, whose pages are all there.
func pages(bytes int) ([]byte, error) {
	return unix.Mmap(-1, 0, max(bytes, 1), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_POPULATE)
}

// freeMemory returns the bytes that programs can have without others being swapped out, as the kernel estimates it.
func freeMemory() (int64, error) {
	system, err := procfs.NewDefaultFS()
	if err != nil {
		return 0, fmt.Errorf("ask for free memory: %w", err)
	}
	memory, err := system.Meminfo()
	switch {
	case err != nil:
		return 0, fmt.Errorf("ask for free memory: %w", err)
	case memory.MemAvailableBytes == nil:
		return 0, errors.New("ask for free memory: the kernel does not tell MemAvailable")
	}
	return int64(*memory.MemAvailableBytes), nil
}
