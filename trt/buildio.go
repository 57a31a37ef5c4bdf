package trt

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/csrc"
)

// checkFormats finds formats that do not fit the model.
func (b *build) checkFormats() error {
	return errors.Join(
		b.checkFormatsOf("inputIOFormats", "inputs", b.inputs, b.options.InputFormats),
		b.checkFormatsOf("outputIOFormats", "outputs", b.outputs, b.options.OutputFormats))
}

func (b *build) checkFormatsOf(option, what string, tensors []csrc.NetworkTensor, formats []IOFormat) error {
	if len(formats) == 0 {
		return nil
	}
	if len(formats) != 1 && len(formats) != len(tensors) {
		fault := fmt.Sprintf("found %d formats, expected one for all or %d, as many as the model has %s",
			len(formats), len(tensors), what)
		return &BuildOptionError{Option: option, Fault: fault}
	}
	if !b.stronglyTyped() {
		return nil
	}
	var faults []error
	for i, t := range tensors {
		if asked := formatOf(formats, i).Type; asked != ModelType && asked != DataType(t.Type) {
			fault := fmt.Sprintf("%s is %v in the model and %v was asked for; a strongly typed network has the model's types: "+
				"convert the model, or ask for %v", t.Name, DataType(t.Type), asked, DataType(t.Type))
			faults = append(faults, &BuildOptionError{Option: option, Fault: fault, Loaded: b.lib.version})
		}
	}
	return errors.Join(faults...)
}

func formatOf(formats []IOFormat, i int) IOFormat {
	if len(formats) == 1 {
		return formats[0]
	}
	return formats[i]
}

// setFormats sets types and formats of inputs and outputs. Those that nobody asked for keep their type and are linear.
func (b *build) setFormats() error {
	for _, side := range []struct {
		tensors []csrc.NetworkTensor
		formats []IOFormat
	}{{b.inputs, b.options.InputFormats}, {b.outputs, b.options.OutputFormats}} {
		for i, t := range side.tensors {
			format := IOFormat{Type: DataType(t.Type), Formats: []TensorFormat{LinearFormat}}
			if len(side.formats) > 0 {
				format = formatOf(side.formats, i)
			}
			if err := b.setFormat(t, format); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *build) setFormat(t csrc.NetworkTensor, format IOFormat) error {
	n := b.lib.nvinfer
	if format.Type != ModelType && format.Type != DataType(t.Type) {
		err := b.set(fmt.Sprintf("set type of %s to %v", t.Name, format.Type), func() int {
			return n.SetTensorType(t.Tensor, int(format.Type))
		})
		if err != nil {
			return err
		}
	}
	mask := uint32(0)
	for _, f := range format.Formats {
		mask |= 1 << f
	}
	return b.set("set formats of "+t.Name, func() int { return n.SetTensorFormats(t.Tensor, mask) })
}
