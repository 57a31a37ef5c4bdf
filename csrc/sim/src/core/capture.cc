// Stream capture and graphs.
#include <algorithm>

#include "core/device.h"

namespace trtbench::sim {
namespace {

// The modes of cudaStreamBeginCapture.
enum CaptureMode { kGlobal = 0, kThreadLocal = 1, kRelaxed = 2 };

// reachable counts the nodes that the tips come after, tips included.
size_t reachable(const Graph& graph, const std::vector<uint32_t>& tips) {
  std::vector<bool> seen(graph.nodes.size());
  for (const uint32_t t : tips) seen[t] = true;
  size_t count = 0;
  for (size_t i = graph.nodes.size(); i > 0; i--) {
    if (!seen[i - 1]) continue;
    count++;
    for (const uint32_t before : graph.nodes[i - 1].after) seen[before] = true;
  }
  return count;
}

}  // namespace

int Device::capture(Stream& s, Node node) {
  if (!s.capture->valid) return kCaptureInvalidated;
  Graph& graph = *s.capture->graph;
  node.after = s.tips;
  if (node.work != nullptr) graph.launchNanos += node.work->graphLaunchNanos();
  if (node.kind == Operation::Kind::host) graph.hasHostFunction = true;
  s.tips = {static_cast<uint32_t>(graph.nodes.size())};
  graph.nodes.push_back(std::move(node));
  return kSuccess;
}

// unsafeDuringCapture refuses calls that a capture forbids: one of global mode to every thread, a thread-local one to its own.
int Device::unsafeDuringCapture() {
  int error = kSuccess;
  for (const auto& c : captures_) {
    if (c->mode == kRelaxed || (c->mode == kThreadLocal && c->thread != std::this_thread::get_id())) continue;
    c->valid = false;
    error = kCaptureUnsupported;
  }
  return error;
}

int Device::refuseCapturing(Stream& s) {
  if (s.capture == nullptr) return kSuccess;
  s.capture->valid = false;
  return kCaptureUnsupported;
}

// joinCapture handles a wait where the stream or the event belongs to a capture.
int Device::joinCapture(Stream& s, Event& e) {
  if (s.capture == nullptr) {
    if (e.capture->ended) return kCapturedEvent;
    if (s.handle == nullptr) return kCaptureImplicit;
    s.capture = e.capture;
    s.tips = e.tips;
    return kSuccess;
  }
  if (!s.capture->valid) return kCaptureInvalidated;
  if (e.capture != s.capture) {
    s.capture->valid = false;
    return kCaptureIsolation;
  }
  for (const uint32_t tip : e.tips) {
    if (std::find(s.tips.begin(), s.tips.end(), tip) == s.tips.end()) s.tips.push_back(tip);
  }
  return kSuccess;
}

int Device::beginCapture(void* stream, int mode) {
  if (mode < kGlobal || mode > kRelaxed) return kInvalidValue;
  const Lock held(lock_);
  std::shared_ptr<Stream>* found = findStream(stream);
  if (found == nullptr) return kInvalidHandle;
  Stream& s = **found;
  if (log_.on()) log_.write("beginCapture s%u mode%d", s.id, mode);
  if (s.handle == nullptr) return kCaptureUnsupported;
  if (s.capture != nullptr) return 401;
  s.capture = std::make_shared<Capture>();
  s.capture->mode = mode;
  s.capture->thread = std::this_thread::get_id();
  s.capture->origin = &s;
  s.tips.clear();
  captures_.push_back(s.capture);
  return kSuccess;
}

int Device::endCapture(void* stream, void** graph) {
  if (graph == nullptr) return kInvalidValue;
  *graph = nullptr;
  const Lock held(lock_);
  std::shared_ptr<Stream>* found = findStream(stream);
  if (found == nullptr) return kInvalidHandle;
  Stream& s = **found;
  if (log_.on()) log_.write("endCapture s%u", s.id);
  if (s.capture == nullptr) return 401;
  const std::shared_ptr<Capture> ended = s.capture;
  if (ended->origin != &s) return kCaptureUnmatched;
  if (ended->mode != kRelaxed && ended->thread != std::this_thread::get_id()) return kCaptureWrongThread;
  const bool joined = reachable(*ended->graph, s.tips) == ended->graph->nodes.size();
  ended->ended = true;
  captures_.erase(std::find(captures_.begin(), captures_.end(), ended));
  streams_.each([&](void*, const std::shared_ptr<Stream>& member) {
    if (member->capture != ended) return;
    member->capture.reset();
    member->tips.clear();
  });
  if (!ended->valid) return kCaptureInvalidated;
  if (!joined) return kCaptureUnjoined;
  *graph = graphs_.create();
  if (*graph == nullptr) return kOutOfMemory;
  *graphs_.find(*graph) = ended->graph;
  return kSuccess;
}

int Device::captureStatus(void* stream, int* status) {
  if (status == nullptr) return kInvalidValue;
  const Lock held(lock_);
  const std::shared_ptr<Stream>* found = findStream(stream);
  if (found == nullptr) return kInvalidHandle;
  const auto& c = (*found)->capture;
  *status = c == nullptr ? 0 : c->valid ? 1 : 2;
  return kSuccess;
}

int Device::createGraph(void** graph) {
  if (graph == nullptr) return kInvalidValue;
  const Lock held(lock_);
  *graph = graphs_.create();
  if (*graph == nullptr) return kOutOfMemory;
  *graphs_.find(*graph) = std::make_shared<Graph>();
  return kSuccess;
}

int Device::destroyGraph(void* graph) {
  const Lock held(lock_);
  std::shared_ptr<Graph>* found = graphs_.find(graph);
  if (found == nullptr) return kInvalidValue;
  if (log_.on()) log_.write("graphDestroy");
  found->reset();
  graphs_.destroy(graph);
  return kSuccess;
}

int Device::graphNodes(void* graph, size_t* count) {
  if (count == nullptr) return kInvalidValue;
  const Lock held(lock_);
  const std::shared_ptr<Graph>* found = graphs_.find(graph);
  if (found == nullptr) return kInvalidValue;
  *count = (*found)->nodes.size();
  return kSuccess;
}

int Device::instantiate(void* graph, void** exec) {
  if (exec == nullptr) return kInvalidValue;
  *exec = nullptr;
  const Lock held(lock_);
  const std::shared_ptr<Graph>* found = graphs_.find(graph);
  if (found == nullptr) return kInvalidValue;
  if (log_.on()) log_.write("graphInstantiate");
  *exec = execs_.create();
  if (*exec == nullptr) return kOutOfMemory;
  *execs_.find(*exec) = *found;
  return kSuccess;
}

// updateExec takes a graph of the same shape only.
int Device::updateExec(void* exec, void* graph) {
  const Lock held(lock_);
  std::shared_ptr<const Graph>* target = execs_.find(exec);
  const std::shared_ptr<Graph>* source = graphs_.find(graph);
  if (target == nullptr || source == nullptr) return kInvalidValue;
  if (log_.on()) log_.write("graphExecUpdate");
  const auto& before = (*target)->nodes;
  const auto& after = (*source)->nodes;
  const bool same = std::equal(before.begin(), before.end(), after.begin(), after.end(),
                               [](const Node& a, const Node& b) { return a.kind == b.kind && a.after == b.after; });
  if (!same) return 910;
  *target = *source;
  return kSuccess;
}

// uploadGraph has nothing to do: a simulated graph is always ready.
int Device::uploadGraph(void* exec, void* stream) {
  const Lock held(lock_);
  return execs_.find(exec) == nullptr || findStream(stream) == nullptr ? kInvalidValue : kSuccess;
}

int Device::launchGraph(void* exec, void* stream) {
  std::unique_lock<SpinLock> held(lock_);
  const std::shared_ptr<const Graph>* found = execs_.find(exec);
  if (found == nullptr) return kInvalidValue;
  if (const Nanos hostNanos = (*found)->launchNanos; hostNanos > 0) {
    held.unlock();
    spendUntil(now() + hostNanos);
    held.lock();
    found = execs_.find(exec);
  }
  std::shared_ptr<Stream>* target = findStream(stream);
  if (found == nullptr || target == nullptr) return kInvalidHandle;
  Stream& s = **target;
  if (log_.on()) log_.write("graphLaunch s%u", s.id);
  if (s.capture != nullptr) return refuseCapturing(s);
  const Nanos issued = clock();
  const Graph& graph = **found;
  if (graph.hasHostFunction) {
    launchNodes(*target, *found, issued);
  } else if (!s.blocked() && gpu(s).blockedStreams == 0) {
    s.tail = placeGraph(gpu(s), graph, ready(s, issued));
  } else {
    submit(*target, Operation{Operation::Kind::graph, issued, nullptr, {}, *found, nullptr});
  }
  return kSuccess;
}

// launchNodes runs a graph with host functions one node after the other, which every order of its edges allows.
void Device::launchNodes(const std::shared_ptr<Stream>& s, const std::shared_ptr<const Graph>& graph, Nanos issued) {
  totals_.graphLaunches++;
  for (const Node& node : graph->nodes) {
    Operation op{node.kind, issued, node.work, node.transfer, nullptr, nullptr};
    op.function = node.function;
    op.argument = node.argument;
    submit(s, std::move(op));
  }
}

int Device::destroyExec(void* exec) {
  const Lock held(lock_);
  std::shared_ptr<const Graph>* found = execs_.find(exec);
  if (found == nullptr) return kInvalidValue;
  if (log_.on()) log_.write("graphExecDestroy");
  found->reset();
  execs_.destroy(exec);
  return kSuccess;
}

}  // namespace trtbench::sim
