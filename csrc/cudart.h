// The CUDA runtime as a table of functions, filled at run time from libcudart 12 or 13.
//
// No NVIDIA header is used. The declarations below state only what both majors have in common: every function is looked up
// by its unsuffixed name, whose signature is the same in both (the "_v2" names of 12 are gone in 13). A table is an instance,
// not a global, so that a real library and simulated ones can live in one process.
//
// Calls through the table return the library's own status code: 0 is success. The table never changes the current device; a
// caller that must not depend on the OS thread it runs on calls trtb_cudart_use first.
#ifndef TRTBENCH_CSRC_CUDART_H
#define TRTBENCH_CSRC_CUDART_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Opaque handles, with the tags that CUDA's own headers use, so that a file which includes those too sees the same types.
typedef struct CUstream_st* trtb_stream;
typedef struct CUevent_st* trtb_event;
typedef struct CUgraph_st* trtb_graph;
typedef struct CUgraphExec_st* trtb_graph_exec;
typedef struct CUgraphNode_st* trtb_graph_node;

typedef void (*trtb_host_fn)(void* user);

// cudaGraphExecUpdateResultInfo: why an update was refused.
typedef struct trtb_graph_update_info {
  int result;
  trtb_graph_node error_node;
  trtb_graph_node error_from_node;
} trtb_graph_update_info;

enum {
  // Status codes that the shim itself looks at.
  TRTB_CUDA_SUCCESS = 0,
  TRTB_CUDA_INSUFFICIENT_DRIVER = 35,
  TRTB_CUDA_NO_DEVICE = 100,
  TRTB_CUDA_NOT_READY = 600,

  TRTB_STREAM_NON_BLOCKING = 0x1,
  TRTB_EVENT_BLOCKING_SYNC = 0x1,
  TRTB_EVENT_DISABLE_TIMING = 0x2,
  TRTB_CAPTURE_THREAD_LOCAL = 1,
  TRTB_HOST_ALLOC_DEFAULT = 0x0,
  TRTB_MEM_ATTACH_GLOBAL = 0x1,

  // cudaMemoryType, the first member of what pointerGetAttributes fills in; the whole takes less than 128 bytes.
  TRTB_MEMORY_TYPE_DEVICE = 2,
  TRTB_POINTER_ATTRIBUTES_SIZE = 128,

  TRTB_COPY_HOST_TO_HOST = 0,
  TRTB_COPY_HOST_TO_DEVICE = 1,
  TRTB_COPY_DEVICE_TO_HOST = 2,
  TRTB_COPY_DEVICE_TO_DEVICE = 3,
  TRTB_COPY_DEFAULT = 4,

  TRTB_LIMIT_PERSISTING_L2 = 0x6,
};

// TRTB_CUDART_FUNCTIONS lists each function as X(field, parameters); the symbol is "cuda" + the field with a capital letter.
// The one list declares the table and drives the look-up in cudart.cc.
#define TRTB_CUDART_FUNCTIONS(X)                                                                  \
  /* errors and versions */                                                                       \
  X(getErrorName, const char*, (int code))                                                        \
  X(getErrorString, const char*, (int code))                                                      \
  X(getLastError, int, (void))                                                                    \
  X(runtimeGetVersion, int, (int* version))                                                       \
  X(driverGetVersion, int, (int* version))                                                        \
  /* devices */                                                                                   \
  X(getDeviceCount, int, (int* count))                                                            \
  X(setDevice, int, (int device))                                                                 \
  X(getDevice, int, (int* device))                                                                \
  X(getDeviceProperties, int, (void* properties, int device))                                     \
  X(deviceGetAttribute, int, (int* value, int attribute, int device))                             \
  X(deviceGetPCIBusId, int, (char* id, int length, int device))                                   \
  X(deviceGetByPCIBusId, int, (int* device, const char* id))                                      \
  X(deviceGetStreamPriorityRange, int, (int* least, int* greatest))                               \
  X(deviceGetLimit, int, (size_t* value, int limit))                                              \
  X(deviceSetLimit, int, (int limit, size_t value))                                               \
  X(deviceSynchronize, int, (void))                                                               \
  /* streams */                                                                                   \
  X(streamCreateWithPriority, int, (trtb_stream* stream, unsigned flags, int priority))           \
  X(streamDestroy, int, (trtb_stream stream))                                                     \
  X(streamSynchronize, int, (trtb_stream stream))                                                 \
  X(streamQuery, int, (trtb_stream stream))                                                       \
  X(streamWaitEvent, int, (trtb_stream stream, trtb_event event, unsigned flags))                 \
  X(launchHostFunc, int, (trtb_stream stream, trtb_host_fn function, void* user))                 \
  X(streamBeginCapture, int, (trtb_stream stream, int mode))                                      \
  X(streamEndCapture, int, (trtb_stream stream, trtb_graph* graph))                               \
  X(streamIsCapturing, int, (trtb_stream stream, int* status))                                    \
  /* events */                                                                                    \
  X(eventCreateWithFlags, int, (trtb_event* event, unsigned flags))                               \
  X(eventDestroy, int, (trtb_event event))                                                        \
  X(eventRecord, int, (trtb_event event, trtb_stream stream))                                     \
  X(eventSynchronize, int, (trtb_event event))                                                    \
  X(eventQuery, int, (trtb_event event))                                                          \
  X(eventElapsedTime, int, (float* milliseconds, trtb_event start, trtb_event end))               \
  /* graphs */                                                                                    \
  X(graphGetNodes, int, (trtb_graph graph, trtb_graph_node* nodes, size_t* count))                \
  X(graphInstantiate, int, (trtb_graph_exec* exec, trtb_graph graph, unsigned long long flags))   \
  X(graphExecUpdate, int, (trtb_graph_exec exec, trtb_graph graph, trtb_graph_update_info* info)) \
  X(graphUpload, int, (trtb_graph_exec exec, trtb_stream stream))                                 \
  X(graphLaunch, int, (trtb_graph_exec exec, trtb_stream stream))                                 \
  X(graphExecDestroy, int, (trtb_graph_exec exec))                                                \
  X(graphDestroy, int, (trtb_graph graph))                                                        \
  /* memory: sizes in bytes */                                                                    \
  X(malloc, int, (void** device, size_t size))                                                    \
  X(free, int, (void* device))                                                                    \
  X(hostAlloc, int, (void** host, size_t size, unsigned flags))                                   \
  X(freeHost, int, (void* host))                                                                  \
  X(mallocManaged, int, (void** pointer, size_t size, unsigned flags))                            \
  X(memcpy, int, (void* to, const void* from, size_t size, int kind))                             \
  X(memcpyAsync, int, (void* to, const void* from, size_t size, int kind, trtb_stream stream))    \
  X(memset, int, (void* device, int value, size_t size))                                          \
  X(memsetAsync, int, (void* device, int value, size_t size, trtb_stream stream))                 \
  X(pointerGetAttributes, int, (void* attributes, const void* pointer))                           \
  X(memGetInfo, int, (size_t* free, size_t* total))                                               \
  /* profiler */                                                                                  \
  X(profilerStart, int, (void))                                                                   \
  X(profilerStop, int, (void))

#define TRTB_CUDART_FIELD(field, result, parameters) result(*field) parameters;
typedef struct trtb_cudart {
  TRTB_CUDART_FUNCTIONS(TRTB_CUDART_FIELD)
  void* library;  // the loader's handle
} trtb_cudart;
#undef TRTB_CUDART_FIELD

// trtb_cudart_open loads the library at path and fills a table. It returns 0, or -1 with *error set to a text that the caller
// frees; a symbol that is missing is named. The library stays mapped for the life of the process: unloading a CUDA runtime
// that has started threads is not safe.
int trtb_cudart_open(const char* path, trtb_cudart** table, char** error);

// trtb_cudart_close frees the table. Handles made through it must have been destroyed.
void trtb_cudart_close(trtb_cudart* table);

// trtb_cudart_use makes device the current one of the calling OS thread, at the cost of one query when it already is.
int trtb_cudart_use(const trtb_cudart* table, int device);

// trtb_cudart_sleep queues a host function that holds the stream for the given time in nanoseconds.
int trtb_cudart_sleep(const trtb_cudart* table, trtb_stream stream, uint64_t nanoseconds);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_CUDART_H
