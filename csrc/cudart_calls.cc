#include "cudart_calls.h"

#include <cstring>

extern "C" void trtbenchHostFunc(uintptr_t handle);  // in cudart_hostfunc.go

namespace {

// Far more than any version of the properties structure takes (1032 bytes in 12.9).
constexpr size_t properties_size = 16384;

void* pointer(uintptr_t address) { return reinterpret_cast<void*>(address); }

void run_go(void* handle) { trtbenchHostFunc(reinterpret_cast<uintptr_t>(handle)); }

// Makes device current, then calls one function of the table.
template <typename... Parameters, typename... Arguments>
int on(const trtb_cudart* rt, int device, int (*function)(Parameters...), Arguments... arguments) {
  const int status = trtb_cudart_use(rt, device);
  return status != TRTB_CUDA_SUCCESS ? status : function(arguments...);
}

// The same for the functions that return an address.
template <typename... Parameters, typename... Arguments>
int allocate(const trtb_cudart* rt, int device, uintptr_t* address, int (*function)(void**, size_t, Parameters...),
             size_t size, Arguments... arguments) {
  void* memory = nullptr;
  const int status = on(rt, device, function, &memory, size, arguments...);
  *address = reinterpret_cast<uintptr_t>(memory);
  return status;
}

}  // namespace

const char* trtb_error_name(const trtb_cudart* rt, int code) { return rt->getErrorName(code); }
const char* trtb_error_text(const trtb_cudart* rt, int code) { return rt->getErrorString(code); }
int trtb_runtime_version(const trtb_cudart* rt, int* version) { return rt->runtimeGetVersion(version); }
int trtb_driver_version(const trtb_cudart* rt, int* version) { return rt->driverGetVersion(version); }
int trtb_device_count(const trtb_cudart* rt, int* count) { return rt->getDeviceCount(count); }
int trtb_current_device(const trtb_cudart* rt, int* device) { return rt->getDevice(device); }
int trtb_set_device(const trtb_cudart* rt, int device) { return rt->setDevice(device); }
int trtb_device_attribute(const trtb_cudart* rt, int device, int attribute, int* value) {
  return rt->deviceGetAttribute(value, attribute, device);
}
int trtb_device_by_pci(const trtb_cudart* rt, const char* id, int* device) { return rt->deviceGetByPCIBusId(device, id); }
int trtb_device_pci(const trtb_cudart* rt, int device, char* id, int length) {
  return rt->deviceGetPCIBusId(id, length, device);
}

int trtb_device_identify(const trtb_cudart* rt, int device, trtb_device_identity* identity) {
  alignas(16) unsigned char properties[properties_size] = {};
  const int status = rt->getDeviceProperties(properties, device);
  std::memcpy(identity, properties, sizeof *identity);
  return status;
}

int trtb_device_synchronize(const trtb_cudart* rt, int device) { return on(rt, device, rt->deviceSynchronize); }
int trtb_device_priorities(const trtb_cudart* rt, int device, int* least, int* greatest) {
  return on(rt, device, rt->deviceGetStreamPriorityRange, least, greatest);
}
int trtb_device_limit(const trtb_cudart* rt, int device, int limit, size_t* value) {
  return on(rt, device, rt->deviceGetLimit, value, limit);
}
int trtb_device_set_limit(const trtb_cudart* rt, int device, int limit, size_t value) {
  return on(rt, device, rt->deviceSetLimit, limit, value);
}
int trtb_device_memory(const trtb_cudart* rt, int device, size_t* available, size_t* total) {
  return on(rt, device, rt->memGetInfo, available, total);
}
int trtb_profiler_start(const trtb_cudart* rt, int device) { return on(rt, device, rt->profilerStart); }
int trtb_profiler_stop(const trtb_cudart* rt, int device) { return on(rt, device, rt->profilerStop); }

int trtb_stream_create(const trtb_cudart* rt, int device, unsigned flags, int priority, trtb_stream* stream) {
  return on(rt, device, rt->streamCreateWithPriority, stream, flags, priority);
}
int trtb_stream_destroy(const trtb_cudart* rt, int device, trtb_stream stream) {
  return on(rt, device, rt->streamDestroy, stream);
}
int trtb_stream_synchronize(const trtb_cudart* rt, int device, trtb_stream stream) {
  return on(rt, device, rt->streamSynchronize, stream);
}
int trtb_stream_query(const trtb_cudart* rt, int device, trtb_stream stream) {
  return on(rt, device, rt->streamQuery, stream);
}
int trtb_stream_wait_event(const trtb_cudart* rt, int device, trtb_stream stream, trtb_event event) {
  return on(rt, device, rt->streamWaitEvent, stream, event, 0u);
}
int trtb_stream_sleep(const trtb_cudart* rt, int device, trtb_stream stream, uint64_t nanoseconds) {
  return on(rt, device, trtb_cudart_sleep, rt, stream, nanoseconds);
}
int trtb_stream_host_func(const trtb_cudart* rt, int device, trtb_stream stream, uintptr_t handle) {
  return on(rt, device, rt->launchHostFunc, stream, run_go, pointer(handle));
}
int trtb_stream_begin_capture(const trtb_cudart* rt, int device, trtb_stream stream, int mode) {
  return on(rt, device, rt->streamBeginCapture, stream, mode);
}
int trtb_stream_end_capture(const trtb_cudart* rt, int device, trtb_stream stream, trtb_graph* graph) {
  return on(rt, device, rt->streamEndCapture, stream, graph);
}
int trtb_stream_capture_status(const trtb_cudart* rt, int device, trtb_stream stream, int* status) {
  return on(rt, device, rt->streamIsCapturing, stream, status);
}

int trtb_event_create(const trtb_cudart* rt, int device, unsigned flags, trtb_event* event) {
  return on(rt, device, rt->eventCreateWithFlags, event, flags);
}
int trtb_event_destroy(const trtb_cudart* rt, int device, trtb_event event) {
  return on(rt, device, rt->eventDestroy, event);
}
int trtb_event_record(const trtb_cudart* rt, int device, trtb_event event, trtb_stream stream) {
  return on(rt, device, rt->eventRecord, event, stream);
}
int trtb_event_synchronize(const trtb_cudart* rt, int device, trtb_event event) {
  return on(rt, device, rt->eventSynchronize, event);
}
int trtb_event_query(const trtb_cudart* rt, int device, trtb_event event) { return on(rt, device, rt->eventQuery, event); }
int trtb_event_elapsed(const trtb_cudart* rt, int device, trtb_event start, trtb_event end, float* milliseconds) {
  return on(rt, device, rt->eventElapsedTime, milliseconds, start, end);
}

int trtb_graph_node_count(const trtb_cudart* rt, int device, trtb_graph graph, size_t* count) {
  return on(rt, device, rt->graphGetNodes, graph, nullptr, count);
}
int trtb_graph_instantiate(const trtb_cudart* rt, int device, trtb_graph graph, trtb_graph_exec* exec) {
  return on(rt, device, rt->graphInstantiate, exec, graph, 0ull);
}
int trtb_graph_destroy(const trtb_cudart* rt, int device, trtb_graph graph) {
  return on(rt, device, rt->graphDestroy, graph);
}
int trtb_graph_exec_update(const trtb_cudart* rt, int device, trtb_graph_exec exec, trtb_graph graph, int* reason) {
  trtb_graph_update_info info = {};
  const int status = on(rt, device, rt->graphExecUpdate, exec, graph, &info);
  *reason = info.result;
  return status;
}
int trtb_graph_exec_upload(const trtb_cudart* rt, int device, trtb_graph_exec exec, trtb_stream stream) {
  return on(rt, device, rt->graphUpload, exec, stream);
}
int trtb_graph_exec_launch(const trtb_cudart* rt, int device, trtb_graph_exec exec, trtb_stream stream) {
  return on(rt, device, rt->graphLaunch, exec, stream);
}
int trtb_graph_exec_destroy(const trtb_cudart* rt, int device, trtb_graph_exec exec) {
  return on(rt, device, rt->graphExecDestroy, exec);
}

int trtb_device_alloc(const trtb_cudart* rt, int device, size_t size, uintptr_t* address) {
  return allocate(rt, device, address, rt->malloc, size);
}
int trtb_device_free(const trtb_cudart* rt, int device, uintptr_t address) {
  return on(rt, device, rt->free, pointer(address));
}
int trtb_host_alloc(const trtb_cudart* rt, int device, size_t size, uintptr_t* address) {
  return allocate(rt, device, address, rt->hostAlloc, size, static_cast<unsigned>(TRTB_HOST_ALLOC_DEFAULT));
}
int trtb_host_free(const trtb_cudart* rt, int device, uintptr_t address) {
  return on(rt, device, rt->freeHost, pointer(address));
}
int trtb_managed_alloc(const trtb_cudart* rt, int device, size_t size, uintptr_t* address) {
  return allocate(rt, device, address, rt->mallocManaged, size, static_cast<unsigned>(TRTB_MEM_ATTACH_GLOBAL));
}
int trtb_copy(const trtb_cudart* rt, int device, uintptr_t to, uintptr_t from, size_t size, int kind) {
  return on(rt, device, rt->memcpy, pointer(to), pointer(from), size, kind);
}
int trtb_copy_from_go(const trtb_cudart* rt, int device, uintptr_t to, const void* from, size_t size,
                      int kind) {
  return on(rt, device, rt->memcpy, pointer(to), from, size, kind);
}
int trtb_copy_to_go(const trtb_cudart* rt, int device, void* to, uintptr_t from, size_t size, int kind) {
  return on(rt, device, rt->memcpy, to, pointer(from), size, kind);
}
int trtb_copy_async(const trtb_cudart* rt, int device, uintptr_t to, uintptr_t from, size_t size, int kind,
                    trtb_stream stream) {
  return on(rt, device, rt->memcpyAsync, pointer(to), pointer(from), size, kind, stream);
}
int trtb_fill(const trtb_cudart* rt, int device, uintptr_t address, int value, size_t size) {
  return on(rt, device, rt->memset, pointer(address), value, size);
}
int trtb_fill_async(const trtb_cudart* rt, int device, uintptr_t address, int value, size_t size, trtb_stream stream) {
  return on(rt, device, rt->memsetAsync, pointer(address), value, size, stream);
}
