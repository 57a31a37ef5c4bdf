package csrc

// #include <stdlib.h>
// #include "nvinfer.h"
import "C"

import (
	"bytes"
	"unsafe"
)

// EngineFacts are the properties of an engine that are single values. Enumerations are TensorRT's numbers.
type EngineFacts struct {
	Name                  string
	DeviceMemory          int64 // bytes that a context needs, of the largest profile
	StreamableWeights     int64 // bytes
	Weights               int64 // bytes of all weights; -1 before 10.14
	Layers                int
	Tensors               int
	Profiles              int
	AuxStreams            int
	HardwareCompatibility int
	Capability            int
	ProfilingVerbosity    int
	Refittable            bool
}

// TensorFacts are the properties of an input or output of an engine. Enumerations are TensorRT's numbers.
type TensorFacts struct {
	Name                string
	FormatText          string
	AliasedInput        string // the input whose memory an output shares, or empty
	Shape               []int64
	Mode                int
	Type                int
	Location            int
	Format              int
	VectorizedDimension int // -1: none
	Components          int // per element of the vectorised dimension
	ComponentBytes      int
	ShapeInference      bool
}

// Selectors of the three shapes that an optimization profile has for each input.
const (
	ProfileMin = 0
	ProfileOpt = 1
	ProfileMax = 2
)

// EngineFacts asks an engine for its properties.
func (n *NVInfer) EngineFacts(engine Object) (EngineFacts, int) {
	var f C.trtb_engine_facts
	status := int(C.trtb_engine_describe(n.p, engine.p, &f))
	return EngineFacts{
		Name:                  C.GoString(f.name),
		DeviceMemory:          int64(f.device_memory),
		StreamableWeights:     int64(f.streamable_weights),
		Weights:               int64(f.weights),
		Layers:                int(f.layers),
		Tensors:               int(f.tensors),
		Profiles:              int(f.profiles),
		AuxStreams:            int(f.aux_streams),
		HardwareCompatibility: int(f.hardware_compatibility),
		Capability:            int(f.capability),
		ProfilingVerbosity:    int(f.profiling_verbosity),
		Refittable:            bool(f.refittable),
	}, status
}

// TensorFacts asks an engine for the properties of one of its tensors; the format may depend on the profile.
func (n *NVInfer) TensorFacts(engine Object, index, profile int) (TensorFacts, int) {
	var f C.trtb_tensor_facts
	status := int(C.trtb_engine_tensor(n.p, engine.p, C.int(index), C.int(profile), &f))
	return TensorFacts{
		Name:                C.GoString(f.name),
		FormatText:          C.GoString(f.format_text),
		AliasedInput:        C.GoString(f.aliased_input),
		Shape:               goDims(&f.shape),
		Mode:                int(f.mode),
		Type:                int(f._type),
		Location:            int(f.location),
		Format:              int(f.format),
		VectorizedDimension: int(f.vectorized_dimension),
		Components:          int(f.components),
		ComponentBytes:      int(f.component_bytes),
		ShapeInference:      bool(f.shape_inference),
	}, status
}

// ProfileMemory returns the bytes of device memory that a context needs for a profile.
func (n *NVInfer) ProfileMemory(engine Object, profile int) (bytes int64, status int) {
	var b C.int64_t
	status = int(C.trtb_engine_profile_memory(n.p, engine.p, C.int(profile), &b))
	return int64(b), status
}

// ProfileShape returns the smallest, best or largest shape of an input in a profile; nil when the tensor has none.
func (n *NVInfer) ProfileShape(engine Object, tensor string, profile, selector int) (shape []int64, status int) {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	var dims C.trtb_dims
	status = int(C.trtb_engine_profile_shape(n.p, engine.p, ctensor, C.int(profile), C.int(selector), &dims))
	return goDims(&dims), status
}

// ProfileValues fills values with the smallest, best or largest values of an input that decides about shapes.
func (n *NVInfer) ProfileValues(engine Object, tensor string, profile, selector int, values []int64) int {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	return int(C.trtb_engine_profile_values(n.p, engine.p, ctensor, C.int(profile), C.int(selector),
		(*C.int64_t)(unsafe.SliceData(values)), C.size_t(len(values))))
}

// WeightBudget returns the bytes of device memory that streamed weights may take.
func (n *NVInfer) WeightBudget(engine Object) (bytes int64, status int) {
	var b C.int64_t
	status = int(C.trtb_engine_weight_budget(n.p, engine.p, &b))
	return int64(b), status
}

// SetWeightBudget sets the bytes of device memory that streamed weights may take, while the engine has no context.
func (n *NVInfer) SetWeightBudget(engine Object, bytes int64) int {
	return int(C.trtb_engine_set_weight_budget(n.p, engine.p, C.int64_t(bytes)))
}

// AutomaticWeightBudget returns the budget that TensorRT would choose.
func (n *NVInfer) AutomaticWeightBudget(engine Object) (bytes int64, status int) {
	var b C.int64_t
	status = int(C.trtb_engine_automatic_weight_budget(n.p, engine.p, &b))
	return int64(b), status
}

// InspectEngine returns the layers of an engine as JSON; with a context, shapes are known.
func (n *NVInfer) InspectEngine(engine, context Object) (json string, status int) {
	var text *C.char
	status = int(C.trtb_engine_inspect(n.p, engine.p, context.p, &text))
	defer C.free(unsafe.Pointer(text))
	return C.GoString(text), status
}

// SerializeEngine returns the engine as a plan.
func (n *NVInfer) SerializeEngine(engine Object) (plan []byte, status int) {
	var memory Object
	status = int(C.trtb_engine_serialize(n.p, engine.p, &memory.p))
	if status != OK {
		return nil, status
	}
	defer memory.Destroy()
	data, status := n.HostMemory(memory)
	return bytes.Clone(data), status
}

// goDims returns nil for dims of an unknown tensor.
func goDims(d *C.trtb_dims) []int64 {
	if d.count < 0 || d.count > C.TRTB_MAX_DIMS {
		return nil
	}
	shape := make([]int64, d.count)
	for i := range shape {
		shape[i] = int64(d.size[i])
	}
	return shape
}

func cDims(shape []int64) C.trtb_dims {
	d := C.trtb_dims{count: C.int32_t(len(shape))}
	for i, n := range shape {
		d.size[i] = C.int64_t(n)
	}
	return d
}
