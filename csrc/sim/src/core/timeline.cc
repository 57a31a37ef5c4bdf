// When things happen: every operation gets its start and end on the virtual timeline as it is queued, or, behind a host function,
// as soon as that has returned.
#include <algorithm>
#include <cstring>

#include "core/current.h"
#include "core/device.h"
#include "core/pool.h"

namespace trtbench::sim {
namespace {

// TransferAction moves the bytes of one transfer. Reads from the device take place when the copy starts and are delivered when it
// ends, so a copy that did not wait for the work before it shows what was there too early.
class TransferAction final : public Action {
 public:
  explicit TransferAction(const Transfer& transfer) : t_(transfer) {}

  bool begin(const MemoryView& memory) override {
    if (t_.kind != Transfer::Kind::d2h && t_.kind != Transfer::Kind::d2d) return true;
    const char* from = memory.view(t_.from, t_.bytes, t_.fromRegistered);
    if (from == nullptr) return false;
    read_.take(t_.bytes);
    memcpy(read_.data(), from, t_.bytes);
    return true;
  }

  bool end(const MemoryView& memory) override {
    char* to = memory.view(t_.to, t_.bytes, t_.toRegistered);
    if (to == nullptr) return false;
    if (t_.kind == Transfer::Kind::set) {
      memset(to, t_.value, t_.bytes);
      return true;
    }
    const char* from = t_.staged ? t_.staged->data() : memory.view(t_.from, t_.bytes, t_.fromRegistered);
    if (read_.size() > 0) from = read_.data();
    if (from == nullptr) return false;
    memmove(to, from, t_.bytes);
    return true;
  }

 private:
  Transfer t_;
  Buffer read_;
};

// ReleaseAction frees memory when its stream gets there.
class ReleaseAction final : public Action {
 public:
  ReleaseAction(std::function<void(void*)> forget, void* p) : forget_(std::move(forget)), p_(p) {}
  bool end(const MemoryView&) override {
    forget_(p_);
    return true;
  }

 private:
  std::function<void(void*)> forget_;
  void* p_;
};

}  // namespace

Nanos Device::clock() {
  const Nanos t = now();
  lastNow_.store(t, std::memory_order_relaxed);
  return t;
}

std::shared_ptr<Stream>* Device::findStream(void* handle) {
  if (reinterpret_cast<uintptr_t>(handle) > 2) return streams_.find(handle);
  const size_t device = static_cast<size_t>(currentDevice());
  return device < gpus_.size() ? &gpus_[device].nullStream : nullptr;
}

// ready is when the stream could start something issued at that moment. The null stream waits for all blocking streams of its
// device, and they wait for it.
Nanos Device::ready(const Stream& s, Nanos issued) {
  Nanos t = std::max(issued, s.tail);
  const Gpu& g = gpu(s);
  if (g.nullStream.get() != &s) return s.syncsWithNull ? std::max(t, g.nullStream->tail) : t;
  streams_.each([&](void*, const std::shared_ptr<Stream>& other) {
    if (other->syncsWithNull && other->device == s.device) t = std::max(t, other->tail);
  });
  return t;
}

Nanos Device::placeKernel(Gpu& g, const std::shared_ptr<Work>& work, Nanos ready) {
  const Cost cost = work->cost();
  const Nanos start = g.kernels.reserve(ready, cost.device, lastNow_.load(std::memory_order_relaxed));
  const Nanos end = std::min(start + cost.device, kForever);
  totals_.kernels++;
  work->ran(start, cost.device);
  if (cost.losesDevice != 0) loseAt(start, cost.losesDevice);
  if (std::shared_ptr<Action> action = work->effect()) effects_.add(std::move(action), start, end);
  return end;
}

Nanos Device::transferNanos(const Gpu& g, const Transfer& t) const {
  const GpuConfig& c = g.config;
  double gbps = c.d2dGbps, latencyUs = 0;
  switch (t.kind) {
    case Transfer::Kind::h2d:
      gbps = c.h2dGbps;
      latencyUs = c.copyLatencyUs;
      break;
    case Transfer::Kind::d2h:
      gbps = c.d2hGbps;
      latencyUs = c.copyLatencyUs;
      break;
    default: break;
  }
  const double ns = latencyUs * 1e3 + (gbps > 0 ? static_cast<double>(t.bytes) / gbps : 0);
  return static_cast<Nanos>(ns);
}

Nanos Device::placeTransfer(Gpu& g, const Transfer& t, Nanos ready) {
  if (t.kind == Transfer::Kind::release) {
    effects_.add(std::make_shared<ReleaseAction>([this](void* p) { forget(p); }, t.to), ready, ready);
    return ready;
  }
  const Nanos length = transferNanos(g, t);
  const Nanos past = lastNow_.load(std::memory_order_relaxed);
  Nanos start = ready;
  if (t.kind == Transfer::Kind::h2d) start = g.h2d.reserve(ready, length, past);
  if (t.kind == Transfer::Kind::d2h) start = g.d2h.reserve(ready, length, past);
  const auto kind = static_cast<size_t>(t.kind);
  if (kind < 4) {
    totals_.copies[kind]++;
    totals_.copiedBytes[kind] += static_cast<int64_t>(t.bytes);
  }
  if (t.bytes > 0) effects_.add(std::make_shared<TransferAction>(t), start, start + length);
  return start + length;
}

Nanos Device::placeGraph(Gpu& g, const Graph& graph, Nanos ready) {
  totals_.graphLaunches++;
  ends_.resize(graph.nodes.size());
  Nanos last = ready;
  for (size_t i = 0; i < graph.nodes.size(); i++) {
    const Node& node = graph.nodes[i];
    Nanos start = ready;
    for (const uint32_t before : node.after) start = std::max(start, ends_[before]);
    ends_[i] = node.kind == Operation::Kind::kernel ? placeKernel(g, node.work, start) : placeTransfer(g, node.transfer, start);
    last = std::max(last, ends_[i]);
  }
  return last;
}

// submit gives an operation its place, or queues it when the stream does not know yet when its work ends.
void Device::submit(const std::shared_ptr<Stream>& s, Operation op) {
  if (gpu(*s).blockedStreams > 0) orderWithNull(s, op.issued);
  if (s->blocked() || op.kind == Operation::Kind::host || (op.kind == Operation::Kind::wait && !op.completion->known)) {
    queue(s, std::move(op));
  } else {
    run(*s, op);
  }
}

// orderWithNull adds the waits between the null stream and blocking streams that follow from the default stream's rule.
void Device::orderWithNull(const std::shared_ptr<Stream>& s, Nanos issued) {
  const auto waitFor = [&](const std::shared_ptr<Stream>& other) {
    auto moment = std::make_shared<Completion>();
    Operation record{Operation::Kind::record, issued, nullptr, {}, nullptr, moment};
    queue(other, std::move(record));
    Operation wait{Operation::Kind::wait, issued, nullptr, {}, nullptr, std::move(moment)};
    queue(s, std::move(wait));
  };
  const std::shared_ptr<Stream> null = gpu(*s).nullStream;
  if (s != null) {
    if (s->syncsWithNull && null->blocked()) waitFor(null);
    return;
  }
  std::vector<std::shared_ptr<Stream>> others;
  streams_.each([&](void*, const std::shared_ptr<Stream>& other) {
    if (other->syncsWithNull && other->device == s->device && other->blocked()) others.push_back(other);
  });
  for (const auto& other : others) waitFor(other);
}

void Device::queue(const std::shared_ptr<Stream>& s, Operation op) {
  const bool first = !s->blocked();
  s->waiting.push_back(std::move(op));
  if (!first) return;
  gpu(*s).blockedStreams++;
  settle(s);
}

void Device::run(Stream& s, const Operation& op) {
  const Nanos start = ready(s, op.issued);
  Gpu& g = gpu(s);
  switch (op.kind) {
    case Operation::Kind::kernel: s.tail = placeKernel(g, op.work, start); break;
    case Operation::Kind::transfer: s.tail = placeTransfer(g, op.transfer, start); break;
    case Operation::Kind::graph: s.tail = placeGraph(g, *op.graph, start); break;
    case Operation::Kind::wait: s.tail = std::max(s.tail, op.completion->at); break;
    case Operation::Kind::host: break;  // queued, never run here
    case Operation::Kind::record:
      op.completion->known = true;
      op.completion->at = start;
      if (Event* e = events_.find(op.event); e != nullptr && e->pending == op.completion) {
        e->pending.reset();
        e->done.store(start, std::memory_order_release);
      }
      settling_.insert(settling_.end(), op.completion->waiters.begin(), op.completion->waiters.end());
      break;
  }
}

// settle runs what can run in the stream, and then in the streams that waited for it.
void Device::settle(const std::shared_ptr<Stream>& s) {
  settling_.push_back(s);
  while (!settling_.empty()) {
    const std::shared_ptr<Stream> next = std::move(settling_.back());
    settling_.pop_back();
    while (next->blocked() && drainOne(next)) {
    }
  }
}

// drainOne takes the first waiting operation of a stream; false when it has to wait.
bool Device::drainOne(const std::shared_ptr<Stream>& s) {
  Operation& op = s->waiting.front();
  if (op.kind == Operation::Kind::wait && !op.completion->known) {
    op.completion->waiters.push_back(s);
    return false;
  }
  if (op.kind == Operation::Kind::host) {
    if (s->hostRunning) return false;
    s->hostRunning = true;
    const HostFunction function = op.function;
    void* const argument = op.argument;
    const uint64_t epoch = epoch_.load();
    host_.schedule(ready(*s, op.issued), [this, s, function, argument, epoch] {
      if (epoch_.load() != epoch) return;
      applyEffects(now());
      function(argument);
      hostReturned(s, epoch);
    });
    return false;
  }
  run(*s, op);
  s->waiting.pop_front();
  if (!s->blocked()) gpu(*s).blockedStreams--;
  return true;
}

void Device::hostReturned(const std::shared_ptr<Stream>& s, uint64_t epoch) {
  {
    const Lock held(lock_);
    if (epoch_.load() != epoch) return;
    totals_.hostFunctions++;
    s->tail = clock();
    s->hostRunning = false;
    s->waiting.pop_front();
    if (!s->blocked()) gpu(*s).blockedStreams--;
    settle(s);
  }
  announce();
}

void Device::applyEffects(Nanos moment) {
  if (effects_.next() > moment) return;
  const Lock held(lock_);
  if (!effects_.applyUntil(moment, memory_)) loseAt(moment, kIllegalAddress);
}

}  // namespace trtbench::sim
