// Stream capture and graphs.
#include "cudart/cudart.h"

using namespace trtbench::sim;

TRTBENCH_EXPORT int cudaStreamBeginCapture(void* stream, int mode) {
  return call("cudaStreamBeginCapture", [&](Device& d) { return d.beginCapture(stream, mode); });
}

TRTBENCH_EXPORT int cudaStreamEndCapture(void* stream, void** graph) {
  return call("cudaStreamEndCapture", [&](Device& d) { return d.endCapture(stream, graph); });
}

TRTBENCH_EXPORT int cudaStreamIsCapturing(void* stream, int* status) {
  return call("cudaStreamIsCapturing", [&](Device& d) { return d.captureStatus(stream, status); });
}

TRTBENCH_EXPORT int cudaGraphCreate(void** graph, unsigned) {
  return call("cudaGraphCreate", [&](Device& d) { return d.createGraph(graph); });
}

TRTBENCH_EXPORT int cudaGraphDestroy(void* graph) {
  return call("cudaGraphDestroy", [&](Device& d) { return d.destroyGraph(graph); });
}

// Nodes are counted only: nodes is left alone, *count receives how many there are.
TRTBENCH_EXPORT int cudaGraphGetNodes(void* graph, void** nodes, size_t* count) {
  return call("cudaGraphGetNodes",
              [&](Device& d) { return nodes == nullptr ? d.graphNodes(graph, count) : static_cast<int>(kNotSupported); });
}

TRTBENCH_EXPORT int cudaGraphInstantiate(void** exec, void* graph, unsigned long long) {
  return call("cudaGraphInstantiate", [&](Device& d) { return d.instantiate(graph, exec); });
}

TRTBENCH_EXPORT int cudaGraphExecUpdate(void* exec, void* graph, void*) {
  return call("cudaGraphExecUpdate", [&](Device& d) { return d.updateExec(exec, graph); });
}

TRTBENCH_EXPORT int cudaGraphUpload(void* exec, void* stream) {
  return call("cudaGraphUpload", [&](Device& d) { return d.uploadGraph(exec, stream); });
}

TRTBENCH_EXPORT int cudaGraphLaunch(void* exec, void* stream) {
  return call("cudaGraphLaunch", [&](Device& d) { return d.launchGraph(exec, stream); });
}

TRTBENCH_EXPORT int cudaGraphExecDestroy(void* exec) {
  return call("cudaGraphExecDestroy", [&](Device& d) { return d.destroyExec(exec); });
}
