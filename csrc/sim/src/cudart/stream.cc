// Streams, events and host functions.
#include "cudart/cudart.h"

using namespace trtbench::sim;

TRTBENCH_EXPORT int cudaStreamCreate(void** stream) {
  return call("cudaStreamCreate", [&](Device& d) { return d.createStream(currentDevice(), 0, stream); });
}

TRTBENCH_EXPORT int cudaStreamCreateWithFlags(void** stream, unsigned flags) {
  return call("cudaStreamCreateWithFlags", [&](Device& d) { return d.createStream(currentDevice(), flags, stream); });
}

// Priorities are accepted; the simulated device does not preempt.
TRTBENCH_EXPORT int cudaStreamCreateWithPriority(void** stream, unsigned flags, int) {
  return call("cudaStreamCreateWithPriority", [&](Device& d) { return d.createStream(currentDevice(), flags, stream); });
}

TRTBENCH_EXPORT int cudaStreamDestroy(void* stream) {
  return call("cudaStreamDestroy", [&](Device& d) { return d.destroyStream(stream); });
}

TRTBENCH_EXPORT int cudaStreamSynchronize(void* stream) {
  return call("cudaStreamSynchronize", [&](Device& d) {
    if (d.log().on()) d.log().write("streamSync %s", d.streamLabel(stream).c_str());
    return d.finish(stream);
  });
}

TRTBENCH_EXPORT int cudaStreamQuery(void* stream) {
  return call("cudaStreamQuery", [&](Device& d) { return d.queryStream(stream, currentDevice()); });
}

TRTBENCH_EXPORT int cudaStreamWaitEvent(void* stream, void* event, unsigned) {
  return call("cudaStreamWaitEvent", [&](Device& d) { return d.waitEvent(stream, event); });
}

TRTBENCH_EXPORT int cudaEventCreate(void** event) {
  return call("cudaEventCreate", [&](Device& d) { return d.createEvent(0, event); });
}

TRTBENCH_EXPORT int cudaEventCreateWithFlags(void** event, unsigned flags) {
  return call("cudaEventCreateWithFlags", [&](Device& d) { return d.createEvent(flags, event); });
}

TRTBENCH_EXPORT int cudaEventDestroy(void* event) {
  return call("cudaEventDestroy", [&](Device& d) { return d.destroyEvent(event); });
}

TRTBENCH_EXPORT int cudaEventRecord(void* event, void* stream) {
  return call("cudaEventRecord", [&](Device& d) { return d.record(event, stream); });
}

TRTBENCH_EXPORT int cudaEventSynchronize(void* event) {
  return call("cudaEventSynchronize", [&](Device& d) { return d.syncEvent(event); });
}

TRTBENCH_EXPORT int cudaEventQuery(void* event) {
  return call("cudaEventQuery", [&](Device& d) { return d.queryEvent(event); });
}

TRTBENCH_EXPORT int cudaEventElapsedTime(float* ms, void* from, void* to) {
  return call("cudaEventElapsedTime", [&](Device& d) { return d.elapsed(from, to, ms); });
}

TRTBENCH_EXPORT int cudaLaunchHostFunc(void* stream, HostFunction function, void* argument) {
  return call("cudaLaunchHostFunc", [&](Device& d) { return d.launchHostFunction(stream, function, argument); });
}
