package triton

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/trtbench/trtbench/triton/data"
)

// MemoryKind says where tensors are that do not travel with requests.
type MemoryKind uint8

// Kinds of memory that a client and a server can share.
const (
	NoMemory     MemoryKind = iota // tensors travel
	SystemMemory                   // POSIX shared memory, with a server on this machine
	DeviceMemory                   // of a CUDA device, with a server on this machine
)

// Memory says which tensors the server reads and writes itself. All requests with the same contents share their inputs, and all
// requests share the outputs, whose contents therefore cannot be checked.
type Memory struct {
	Kind MemoryKind
	// OutputBytes is the room for one item of an output whose size the model does not tell; 0 stands for 102,400.
	OutputBytes int64
	// Device makes memory of a CUDA device with the given content; only for DeviceMemory.
	Device func(content []byte) (DeviceRegion, error)
}

// DeviceRegion is memory of a CUDA device that another process can open.
type DeviceRegion struct {
	Handle []byte // cudaIpcMemHandle_t
	Device int    // CUDA's number
	Free   func() error
}

const (
	defaultOutputBytes = 102_400
	alignment          = 64
	unregisterTime     = 5 * time.Second
)

func (m *Memory) validate() error {
	switch {
	case m.Kind > DeviceMemory:
		return fmt.Errorf("unknown kind of shared memory %d", m.Kind)
	case m.OutputBytes < 0:
		return fmt.Errorf("%d bytes for an output, expected 0 or more", m.OutputBytes)
	case m.Kind == DeviceMemory && m.Device == nil:
		return errors.New("memory of a CUDA device is not available here")
	}
	return nil
}

// memory is what was registered for a target. The methods accept nil.
type memory struct {
	undo []func() error // in the order of what was done
}

func (m *memory) close() error {
	if m == nil {
		return nil
	}
	var faults []error
	for _, undo := range slices.Backward(m.undo) {
		faults = append(faults, undo())
	}
	m.undo = nil
	return errors.Join(faults...)
}

// placeTensors puts contents and room for outputs into memory, tells the server, and notes the places. States stay in the
// requests. It returns nil when nothing was asked for.
func placeTensors(ctx context.Context, client *Client, model *Model, o *RequestOptions, all [][]content, f *frame) (*memory, error) {
	if o.Memory.Kind == NoMemory {
		return nil, nil
	}
	name := fmt.Sprintf("trtbench_%d_%s", os.Getpid(), rand.Text()[:8])
	m := &memory{}
	err := m.share(ctx, client, &o.Memory, name+"_in", placeInputs(name+"_in", all))
	if err == nil {
		var size int64
		if f.outputs, size = placeOutputs(name+"_out", model, o); size > 0 {
			err = m.share(ctx, client, &o.Memory, name+"_out", make([]byte, size))
		}
	}
	if err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, nil
}

// placeInputs notes the place of each input, and returns the content of the region.
func placeInputs(name string, all [][]content) []byte {
	var bytes []byte
	for _, stream := range all {
		for i := range stream {
			inputs := stream[i].inputs
			for k := range inputs {
				if inputs[k].state >= 0 {
					continue
				}
				inputs[k].place = region{name, int64(len(bytes)), int64(len(inputs[k].data))}
				bytes = append(bytes, inputs[k].data...)
				bytes = append(bytes, make([]byte, -len(bytes)&(alignment-1))...)
			}
		}
	}
	return bytes
}

// placeOutputs lists the outputs that are asked for with their places, and returns the size of the region.
func placeOutputs(name string, model *Model, o *RequestOptions) (outputs []requested, size int64) {
	for _, out := range model.Outputs {
		if o.Outputs != nil && !slices.Contains(o.Outputs, out.Name) {
			continue
		}
		if slices.ContainsFunc(o.States, func(s StatePair) bool { return s.Output == out.Name }) {
			outputs = append(outputs, requested{name: out.Name})
			continue
		}
		room := o.Memory.outputSize(&out) * int64(o.Batch)
		outputs = append(outputs, requested{out.Name, region{name, size, room}})
		size += (room + alignment - 1) &^ (alignment - 1)
	}
	return outputs, size
}

// outputSize returns the room for one item of an output.
func (m *Memory) outputSize(out *data.Tensor) int64 {
	if element := data.Size(out.Type); element > 0 && out.Fixed() {
		size := int64(element)
		for _, n := range out.Shape {
			size *= n
		}
		return size
	}
	if m.OutputBytes > 0 {
		return m.OutputBytes
	}
	return defaultOutputBytes
}

// share makes a region with some content and tells the server about it.
func (m *memory) share(ctx context.Context, client *Client, o *Memory, name string, content []byte) error {
	if len(content) == 0 {
		return nil
	}
	forget := func(unregister func(context.Context, string) error) func() error {
		return func() error {
			ctx, cancel := context.WithTimeout(context.Background(), unregisterTime)
			defer cancel()
			return unregister(ctx, name)
		}
	}
	if o.Kind == DeviceMemory {
		r, err := o.Device(content)
		if err != nil {
			return fmt.Errorf("memory of the device: %w", err)
		}
		m.undo = append(m.undo, r.Free)
		if err := client.RegisterDeviceMemory(ctx, name, r.Handle, r.Device, uint64(len(content))); err != nil {
			return err
		}
		m.undo = append(m.undo, forget(client.UnregisterDeviceMemory))
		return nil
	}
	remove, err := createShared(name, content)
	if err != nil {
		return fmt.Errorf("shared memory: %w", err)
	}
	m.undo = append(m.undo, remove)
	if err := client.RegisterSystemMemory(ctx, name, "/"+name, 0, uint64(len(content))); err != nil {
		return err
	}
	m.undo = append(m.undo, forget(client.UnregisterSystemMemory))
	return nil
}
