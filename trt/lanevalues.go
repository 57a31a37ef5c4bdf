package trt

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/tensor"
)

// Inputs returns what the inferences of a lane get, in the engine's order.
func (l *Lanes) Inputs(lane int) ([]tensor.Values, error) {
	return l.values(lane, true)
}

// Outputs copies the outputs of the last inference of a lane from the device, when none is under way, in the engine's order. The
// shape of an output that depends on the data is that of this inference.
func (l *Lanes) Outputs(lane int) ([]tensor.Values, error) {
	return l.values(lane, false)
}

func (l *Lanes) values(lane int, inputs bool) ([]tensor.Values, error) {
	if err := l.node.use(); err != nil {
		return nil, err
	}
	if lane < 0 || lane >= len(l.lanes) {
		return nil, fmt.Errorf("trt: lane %d: the run has %d", lane, len(l.lanes))
	}
	var values []tensor.Values
	for _, b := range l.target.bound {
		if b.Input != inputs {
			continue
		}
		v, err := l.lanes[lane].valuesOf(b)
		if err != nil {
			return nil, fmt.Errorf("trt: values of %s: %w", b.Name, err)
		}
		values = append(values, v)
	}
	return values, nil
}

// valuesOf copies a tensor: an input from the host, where its values come from, an output from the device.
func (l *lane) valuesOf(b boundTensor) (tensor.Values, error) {
	v := tensor.Values{Tensor: b.describe(), Layout: b.layout()}
	switch buf := l.buffers[b.Name]; {
	case buf == nil: // an input that carries sizes
		v.Data = append([]byte(nil), csrc.Bytes(l.target.sizes[b.Name], b.bytes)...)
	case b.Input || b.Location == OnHost:
		v.Data = append([]byte(nil), buf.bytesOnHost()...)
	case b.open:
		memory, err := l.context.Output(b.Name)
		if err != nil {
			return v, err
		}
		if memory.Shape == nil {
			return v, errors.New("no inference has run")
		}
		b.shape = memory.Shape
		bytes, err := b.bufferBytes(b.shape, nil)
		if err != nil {
			return v, err
		}
		v.Tensor = b.describe()
		v.Data = make([]byte, min(bytes, int64(memory.Bytes)))
		return v, l.fetch(v.Data, memory.Device)
	default:
		v.Data = make([]byte, b.bytes)
		return v, l.fetch(v.Data, buf.device)
	}
	return v, nil
}

// fetch copies bytes from the device.
func (l *lane) fetch(to []byte, from uintptr) error {
	if len(to) == 0 {
		return nil
	}
	r := l.target.runtime
	if status := r.lib.cuda.Runtime().CopyToGo(r.device.Ordinal(), to, from, csrc.CopyDeviceToHost); status != 0 {
		return cudaError(r.lib.cuda, "cudaMemcpy", status)
	}
	return nil
}

// layout says where the elements of a tensor are in its buffer.
func (b *boundTensor) layout() tensor.Layout {
	var layout tensor.Layout
	if b.Layout.Dimension >= 0 && b.Layout.Components > 1 {
		layout.Dimension, layout.Components = b.Layout.Dimension, b.Layout.Components
	}
	if layout.Components == 0 && b.inOrder() {
		return layout
	}
	for _, stride := range b.strides {
		layout.Strides = append(layout.Strides, int(max(stride, 1))) // a dimension of one element may have any
	}
	return layout
}

// inOrder reports whether the elements lie row by row without gaps.
func (b *boundTensor) inOrder() bool {
	next := int64(1)
	for i := len(b.strides) - 1; i >= 0; i-- {
		if b.shape[i] > 1 && b.strides[i] != next {
			return false
		}
		next *= b.shape[i]
	}
	return true
}

// profiledLane is the lane whose layers are timed, as in trtexec.
const profiledLane = 0

// timeLayers waits for the inference that was enqueued and takes the times of its layers. Should TensorRT not tell them, the run
// goes on without.
func (l *Lanes) timeLayers() error {
	if l.unheard != nil {
		return nil
	}
	if err := l.profiled.compute.Synchronize(); err != nil {
		return err
	}
	if l.unheard = l.profiled.context.ReportProfile(); l.unheard != nil {
		l.target.runtime.lib.log.Warn("trt: TensorRT does not tell the times of layers any more", "error", l.unheard)
	}
	return nil
}

// Layers returns the times of the layers in all inferences of lane 0, the trial inference of a graph among them.
func (l *Lanes) Layers() (*profile.Profile, error) {
	if err := l.node.use(); err != nil {
		return nil, err
	}
	if l.profiled == nil {
		return nil, fmt.Errorf("trt: layers: the run was opened without timing them")
	}
	layers, err := l.profiled.context.LayerProfile()
	if err != nil {
		return nil, err
	}
	return layers, l.unheard
}
