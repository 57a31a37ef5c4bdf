// The functions of the CUDA runtime as Go calls them: Go cannot call through a pointer, and a goroutine moves between OS
// threads while the current device belongs to the thread. So each of these makes device current, then calls the table, in one
// crossing of the boundary. All return the status of the library. C++ of this folder calls the table directly.
//
// Addresses of device and page-locked memory are integers, because they are none of the garbage collector's business; memory
// of Go is a pointer, is only read or written before the function returns, and is never kept.
#ifndef TRTBENCH_CSRC_CUDART_CALLS_H
#define TRTBENCH_CSRC_CUDART_CALLS_H

#include "cudart.h"

#ifdef __cplusplus
extern "C" {
#endif

// These do not depend on the current device.
const char* trtb_error_name(const trtb_cudart* rt, int code);
const char* trtb_error_text(const trtb_cudart* rt, int code);
int trtb_runtime_version(const trtb_cudart* rt, int* version);
int trtb_driver_version(const trtb_cudart* rt, int* version);
int trtb_device_count(const trtb_cudart* rt, int* count);  // leaves *count untouched on failure, as the library does
int trtb_current_device(const trtb_cudart* rt, int* device);
int trtb_set_device(const trtb_cudart* rt, int device);
int trtb_device_attribute(const trtb_cudart* rt, int device, int attribute, int* value);
int trtb_device_by_pci(const trtb_cudart* rt, const char* id, int* device);
int trtb_device_pci(const trtb_cudart* rt, int device, char* id, int length);

// The properties structure differs between versions, but for its beginning: the name and the UUID.
enum { TRTB_DEVICE_NAME_SIZE = 256, TRTB_DEVICE_UUID_SIZE = 16 };
typedef struct trtb_device_identity {
  char name[TRTB_DEVICE_NAME_SIZE];
  unsigned char uuid[TRTB_DEVICE_UUID_SIZE];
} trtb_device_identity;
int trtb_device_identify(const trtb_cudart* rt, int device, trtb_device_identity* identity);

int trtb_device_synchronize(const trtb_cudart* rt, int device);
int trtb_device_priorities(const trtb_cudart* rt, int device, int* least, int* greatest);
int trtb_device_limit(const trtb_cudart* rt, int device, int limit, size_t* value);
int trtb_device_set_limit(const trtb_cudart* rt, int device, int limit, size_t value);
int trtb_device_memory(const trtb_cudart* rt, int device, size_t* available, size_t* total);
int trtb_profiler_start(const trtb_cudart* rt, int device);
int trtb_profiler_stop(const trtb_cudart* rt, int device);

int trtb_stream_create(const trtb_cudart* rt, int device, unsigned flags, int priority, trtb_stream* stream);
int trtb_stream_destroy(const trtb_cudart* rt, int device, trtb_stream stream);
int trtb_stream_synchronize(const trtb_cudart* rt, int device, trtb_stream stream);
int trtb_stream_query(const trtb_cudart* rt, int device, trtb_stream stream);
int trtb_stream_wait_event(const trtb_cudart* rt, int device, trtb_stream stream, trtb_event event);
int trtb_stream_sleep(const trtb_cudart* rt, int device, trtb_stream stream, uint64_t nanoseconds);
int trtb_stream_host_func(const trtb_cudart* rt, int device, trtb_stream stream, uintptr_t handle);
int trtb_stream_begin_capture(const trtb_cudart* rt, int device, trtb_stream stream, int mode);
int trtb_stream_end_capture(const trtb_cudart* rt, int device, trtb_stream stream, trtb_graph* graph);
int trtb_stream_capture_status(const trtb_cudart* rt, int device, trtb_stream stream, int* status);

int trtb_event_create(const trtb_cudart* rt, int device, unsigned flags, trtb_event* event);
int trtb_event_destroy(const trtb_cudart* rt, int device, trtb_event event);
int trtb_event_record(const trtb_cudart* rt, int device, trtb_event event, trtb_stream stream);
int trtb_event_synchronize(const trtb_cudart* rt, int device, trtb_event event);
int trtb_event_query(const trtb_cudart* rt, int device, trtb_event event);
int trtb_event_elapsed(const trtb_cudart* rt, int device, trtb_event start, trtb_event end, float* milliseconds);

int trtb_graph_node_count(const trtb_cudart* rt, int device, trtb_graph graph, size_t* count);
int trtb_graph_instantiate(const trtb_cudart* rt, int device, trtb_graph graph, trtb_graph_exec* exec);
int trtb_graph_destroy(const trtb_cudart* rt, int device, trtb_graph graph);
int trtb_graph_exec_update(const trtb_cudart* rt, int device, trtb_graph_exec exec, trtb_graph graph, int* reason);
int trtb_graph_exec_upload(const trtb_cudart* rt, int device, trtb_graph_exec exec, trtb_stream stream);
int trtb_graph_exec_launch(const trtb_cudart* rt, int device, trtb_graph_exec exec, trtb_stream stream);
int trtb_graph_exec_destroy(const trtb_cudart* rt, int device, trtb_graph_exec exec);

int trtb_device_alloc(const trtb_cudart* rt, int device, size_t size, uintptr_t* address);
int trtb_device_free(const trtb_cudart* rt, int device, uintptr_t address);  // also of managed memory
int trtb_host_alloc(const trtb_cudart* rt, int device, size_t size, uintptr_t* address);
int trtb_host_free(const trtb_cudart* rt, int device, uintptr_t address);
int trtb_managed_alloc(const trtb_cudart* rt, int device, size_t size, uintptr_t* address);
int trtb_copy(const trtb_cudart* rt, int device, uintptr_t to, uintptr_t from, size_t size, int kind);
int trtb_copy_from_go(const trtb_cudart* rt, int device, uintptr_t to, const void* from, size_t size, int kind);
int trtb_copy_to_go(const trtb_cudart* rt, int device, void* to, uintptr_t from, size_t size, int kind);
int trtb_copy_async(const trtb_cudart* rt, int device, uintptr_t to, uintptr_t from, size_t size, int kind,
                    trtb_stream stream);
int trtb_fill(const trtb_cudart* rt, int device, uintptr_t address, int value, size_t size);
int trtb_fill_async(const trtb_cudart* rt, int device, uintptr_t address, int value, size_t size, trtb_stream stream);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_CUDART_CALLS_H
