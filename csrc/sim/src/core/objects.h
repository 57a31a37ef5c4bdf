// Streams, events, graphs, and the operations that wait in a stream.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/api.h"
#include "core/clock.h"

namespace trtbench::sim {

using HostFunction = void (*)(void*);

struct Stream;

// Completion is a moment on some stream that is not known yet, because a host function before it has not returned.
struct Completion {
  bool known = false;
  Nanos at = 0;
  std::vector<std::shared_ptr<Stream>> waiters;
};

// Transfer moves or sets memory, or frees it in stream order.
struct Transfer {
  enum class Kind { h2d, d2h, d2d, h2h, set, release };
  Kind kind = Kind::h2h;
  void* to = nullptr;
  const void* from = nullptr;
  size_t bytes = 0;
  int value = 0;                                      // of set
  bool toRegistered = false, fromRegistered = false;  // which ends are in allocations
  std::shared_ptr<std::vector<char>> staged;          // the source, when it was pageable
};

struct Graph;

struct Operation {
  enum class Kind { kernel, transfer, graph, record, wait, host };
  Kind kind;
  Nanos issued;
  std::shared_ptr<Work> work;              // kernel
  Transfer transfer;                       // transfer
  std::shared_ptr<const Graph> graph;      // graph
  std::shared_ptr<Completion> completion;  // record, wait
  void* event = nullptr;                   // record: the event to tell, or nullptr
  HostFunction function = nullptr;         // host
  void* argument = nullptr;
};

struct Node {
  Operation::Kind kind;
  std::shared_ptr<Work> work;
  Transfer transfer;
  HostFunction function = nullptr;
  void* argument = nullptr;
  std::vector<uint32_t> after;
};

// Graph is what a capture recorded. It never changes once the capture has ended.
struct Graph {
  std::vector<Node> nodes;  // each after those it waits for
  bool hasHostFunction = false;
  Nanos launchNanos = 0;  // host time of one launch
};

// Capture is a graph under construction. The modes are those of cudaStreamCaptureMode.
struct Capture {
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  bool valid = true, ended = false;
  int mode = 0;
  std::thread::id thread;
  const Stream* origin = nullptr;
};

// Stream keeps only the time its last work ends. When that is unknown, operations wait in `waiting`.
struct Stream {
  void* handle = nullptr;
  uint32_t id = 0;
  int device = 0;
  uint32_t flags = 0;
  bool syncsWithNull = true;
  Nanos tail = 0;
  bool hostRunning = false;
  std::list<Operation> waiting;
  std::shared_ptr<Capture> capture;
  std::vector<uint32_t> tips;  // nodes of the capture that the next one comes after

  bool blocked() const { return !waiting.empty(); }
};

// Values of Event::done that are no times.
constexpr Nanos kNeverRecorded = -1, kUnknown = -2, kCaptured = -3;

struct Event {
  std::atomic<Nanos> done{kNeverRecorded};
  uint32_t id = 0;
  uint32_t flags = 0;
  std::shared_ptr<Completion> pending;  // while done is kUnknown
  std::shared_ptr<Capture> capture;     // while done is kCaptured
  std::vector<uint32_t> tips;
};

// The flags of cudaEventCreateWithFlags.
constexpr uint32_t kEventBlockingSync = 1, kEventDisableTiming = 2;

}  // namespace trtbench::sim
