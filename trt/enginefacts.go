package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
)

// readFacts asks the engine for everything that does not change.
func (e *Engine) readFacts() error {
	var facts csrc.EngineFacts
	err := e.try("read its properties", func() (status int) {
		facts, status = e.runtime.lib.nvinfer.EngineFacts(e.object)
		return status
	})
	if err != nil {
		return err
	}
	e.info = EngineInfo{
		Name:                   facts.Name,
		Layers:                 facts.Layers,
		Profiles:               facts.Profiles,
		AuxStreams:             facts.AuxStreams,
		DeviceMemoryBytes:      facts.DeviceMemory,
		StreamableWeightsBytes: facts.StreamableWeights,
		WeightsBytes:           facts.Weights,
		Refittable:             facts.Refittable,
		HardwareCompatibility:  HardwareCompatibility(facts.HardwareCompatibility),
		Verbosity:              Verbosity(facts.ProfilingVerbosity),
	}
	for i := range facts.Tensors {
		tensor, err := e.readTensor(i, 0)
		if err != nil {
			return err
		}
		e.tensors = append(e.tensors, tensor)
	}
	return nil
}

// readTensor asks for a tensor's properties; its format may depend on the profile.
func (e *Engine) readTensor(index, profile int) (Tensor, error) {
	var facts csrc.TensorFacts
	err := e.try(fmt.Sprintf("read tensor %d", index), func() (status int) {
		facts, status = e.runtime.lib.nvinfer.TensorFacts(e.object, index, profile)
		return status
	})
	if err != nil {
		return Tensor{}, err
	}
	const modeInput = 1
	t := Tensor{
		Name:     facts.Name,
		Input:    facts.Mode == modeInput,
		Type:     DataType(facts.Type),
		Shape:    facts.Shape,
		Location: Location(facts.Location),
		Format:   facts.FormatText,
		Layout: Layout{
			Format:         facts.Format,
			Dimension:      facts.VectorizedDimension,
			Components:     facts.Components,
			ComponentBytes: facts.ComponentBytes,
		},
		Values:       facts.ShapeInference,
		SharesMemory: facts.AliasedInput,
	}
	if t.Input && (t.Dynamic() || t.carriesShape()) {
		for number := range e.info.Profiles {
			r, err := e.readRange(t, number)
			if err != nil {
				return Tensor{}, err
			}
			t.Profiles = append(t.Profiles, r)
		}
	}
	return t, nil
}

// readRange asks for the smallest, best and largest shape, or values, that a profile allows for an input.
func (e *Engine) readRange(t Tensor, profile int) (ProfileRange, error) {
	var r ProfileRange
	ends := []struct {
		selector int
		sizes    *[]int64
	}{{csrc.ProfileMin, &r.Min}, {csrc.ProfileOpt, &r.Opt}, {csrc.ProfileMax, &r.Max}}
	n := e.runtime.lib.nvinfer
	err := e.try(fmt.Sprintf("read profile %d of %s", profile, t.Name), func() (status int) {
		for _, end := range ends {
			if t.carriesShape() && !t.Dynamic() {
				*end.sizes = make([]int64, elementCount(t.Shape))
				status = n.ProfileValues(e.object, t.Name, profile, end.selector, *end.sizes)
			} else {
				*end.sizes, status = n.ProfileShape(e.object, t.Name, profile, end.selector)
			}
			if status != csrc.OK {
				return status
			}
		}
		return csrc.OK
	})
	return r, err
}
