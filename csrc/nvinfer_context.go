package csrc

// #include <stdlib.h>
// #include "nvinfer.h"
import "C"

import "unsafe"

// MaxDims is the largest number of dimensions of a tensor.
const MaxDims = C.TRTB_MAX_DIMS

// CreateContext makes a context. Strategy: 0 allocates memory for the largest profile, 1 for the current one, 2 leaves it to
// the caller.
func (n *NVInfer) CreateContext(engine Object, strategy int) (context Object, status int) {
	status = int(C.trtb_context_create(n.p, engine.p, C.int(strategy), &context.p))
	return context, status
}

// SetContextName names a context in TensorRT's log.
func (n *NVInfer) SetContextName(context Object, name string) int {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	return int(C.trtb_context_set_name(n.p, context.p, cname))
}

// SetProfile chooses the optimization profile; the switch happens on the stream.
func (n *NVInfer) SetProfile(context Object, profile int, s Stream) int {
	return int(C.trtb_context_set_profile(n.p, context.p, C.int(profile), s.c))
}

// SetShape sets the shape of an input, of at most MaxDims dimensions.
func (n *NVInfer) SetShape(context Object, tensor string, shape []int64) int {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	dims := cDims(shape)
	return int(C.trtb_context_set_shape(n.p, context.p, ctensor, &dims))
}

// Shape returns the shape of a tensor: nil when TensorRT does not know the name, -1 where a dimension is not known yet.
func (n *NVInfer) Shape(context Object, tensor string) (shape []int64, status int) {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	var dims C.trtb_dims
	status = int(C.trtb_context_shape(n.p, context.p, ctensor, &dims))
	return goDims(&dims), status
}

// Strides returns the distances, in elements, between neighbours in each dimension of a tensor.
func (n *NVInfer) Strides(context Object, tensor string) (strides []int64, status int) {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	var dims C.trtb_dims
	status = int(C.trtb_context_strides(n.p, context.p, ctensor, &dims))
	return goDims(&dims), status
}

// SetAddress sets where a tensor's data is: device memory, or host memory for a tensor located there.
func (n *NVInfer) SetAddress(context Object, tensor string, address uintptr) int {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	return int(C.trtb_context_set_address(n.p, context.p, ctensor, C.uintptr_t(address)))
}

// InferShapes computes the shapes of the outputs. With status Refused, missing is an input that lacks its shape or values, or
// empty when the reason is another.
func (n *NVInfer) InferShapes(context Object) (missing string, status int) {
	var name *C.char
	status = int(C.trtb_context_infer_shapes(n.p, context.p, &name))
	return C.GoString(name), status
}

// MaxOutputSize returns an upper bound on the bytes of an output for the current input shapes.
func (n *NVInfer) MaxOutputSize(context Object, tensor string) (bytes int64, status int) {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	var b C.int64_t
	status = int(C.trtb_context_max_output_size(n.p, context.p, ctensor, &b))
	return int64(b), status
}

// MemoryForShapes returns the bytes that a context with memory of its caller needs for the current shapes.
func (n *NVInfer) MemoryForShapes(context Object) (bytes int64, status int) {
	var b C.int64_t
	status = int(C.trtb_context_memory_for_shapes(n.p, context.p, &b))
	return int64(b), status
}

// SetMemory gives a context its device memory.
func (n *NVInfer) SetMemory(context Object, address uintptr, bytes int64) int {
	return int(C.trtb_context_set_memory(n.p, context.p, C.uintptr_t(address), C.int64_t(bytes)))
}

// SetPersistentCache sets the bytes of L2 cache that the context may keep activations in.
func (n *NVInfer) SetPersistentCache(context Object, bytes uint64) int {
	return int(C.trtb_context_set_persistent_cache(n.p, context.p, C.size_t(bytes)))
}

// SetNVTXVerbosity sets how much the context tells profilers through NVTX, as TensorRT numbers it.
func (n *NVInfer) SetNVTXVerbosity(context Object, verbosity int) int {
	return int(C.trtb_context_set_nvtx_verbosity(n.p, context.p, C.int(verbosity)))
}

// SetOutput lets output provide the memory of a tensor; nil ends that.
func (n *NVInfer) SetOutput(context Object, tensor string, output *Output) int {
	ctensor := C.CString(tensor)
	defer C.free(unsafe.Pointer(ctensor))
	var o *C.trtb_output
	if output != nil {
		o = output.p
	}
	return int(C.trtb_context_set_output(n.p, context.p, ctensor, o))
}

// SetProfiler attaches a profiler; nil detaches it.
func (n *NVInfer) SetProfiler(context Object, profiler *Profiler) int {
	var p *C.trtb_profiler
	if profiler != nil {
		p = profiler.p
	}
	return int(C.trtb_context_set_profiler(n.p, context.p, p))
}

// EmitProfile says whether every enqueue feeds the profiler, or ReportProfile does.
func (n *NVInfer) EmitProfile(context Object, inEnqueue bool) int {
	return int(C.trtb_context_emit_profile(n.p, context.p, C.bool(inEnqueue)))
}

// ReportProfile feeds the profiler with the last inference.
func (n *NVInfer) ReportProfile(context Object) int {
	return int(C.trtb_context_report_profile(n.p, context.p))
}

// Enqueue queues one inference.
func (n *NVInfer) Enqueue(context Object, s Stream) int {
	return int(C.trtb_context_enqueue(n.p, context.p, s.c))
}

// Output is memory for an output whose size only the inference knows: it grows as needed, on the device and, page-locked, on
// the host.
type Output struct{ p *C.trtb_output }

// OutputState is what an Output holds. Addresses are 0 before the first inference.
type OutputState struct {
	Device, Host uintptr
	Bytes        uint64
	Shape        []int64 // of the last inference; nil before
	Status       int     // of the CUDA call that failed last
}

// NewOutput makes an Output on a device, or returns nil when there is no memory for it. It is closed after the context that uses it.
func NewOutput(cuda *Cudart, device int) *Output {
	p := C.trtb_output_new(cuda.table, C.int(device))
	if p == nil {
		return nil
	}
	return &Output{p}
}

// Close frees the memory.
func (o *Output) Close() {
	C.trtb_output_free(o.p)
	o.p = nil
}

// State returns what the output holds now.
func (o *Output) State() OutputState {
	var s C.trtb_output_state
	C.trtb_output_inspect(o.p, &s)
	return OutputState{
		Device: uintptr(s.device), Host: uintptr(s.host),
		Bytes: uint64(s.size), Shape: goDims(&s.shape), Status: int(s.status),
	}
}

// Profiler collects the times of layers. It serves libraries of both majors.
type Profiler struct {
	p     *C.trtb_profiler
	names []string // by their numbers
}

// NewProfiler makes a profiler, or returns nil when there is no memory for it. It is closed after the context that uses it, or
// once it is detached.
func NewProfiler() *Profiler {
	p := C.trtb_profiler_new()
	if p == nil {
		return nil
	}
	return &Profiler{p: p}
}

// Close frees the profiler.
func (p *Profiler) Close() {
	C.trtb_profiler_free(p.p)
	p.p = nil
}

// Take hands over the times of layers that were told since the last call, in milliseconds and in their order, and forgets them. No
// inference may be under way.
func (p *Profiler) Take(layer func(name string, milliseconds float32)) {
	var times *C.trtb_layer_time
	count := C.trtb_profiler_times(p.p, &times)
	for _, t := range unsafe.Slice(times, int(count)) {
		for int(t.name) >= len(p.names) {
			p.names = append(p.names, C.GoString(C.trtb_profiler_name(p.p, C.int32_t(len(p.names)))))
		}
		layer(p.names[t.name], float32(t.milliseconds))
	}
	C.trtb_profiler_clear(p.p)
}
