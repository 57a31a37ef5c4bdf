#include "core/effects.h"

#include <algorithm>

namespace trtbench::sim {

void Effects::add(std::shared_ptr<Action> action, Nanos start, Nanos end) {
  start = std::max(start, applied_);
  end = std::max(end, start);
  queue_.push(Entry{start, order_++, false, action});
  queue_.push(Entry{end, order_++, true, std::move(action)});
  last_ = std::max(last_, end);
  next_.store(queue_.top().at, std::memory_order_release);
}

bool Effects::applyUntil(Nanos moment, const MemoryView& memory) {
  bool allThere = true;
  while (!queue_.empty() && queue_.top().at <= moment) {
    const Entry entry = queue_.top();
    queue_.pop();
    applied_ = entry.at;
    const bool there = entry.isEnd ? entry.action->end(memory) : entry.action->begin(memory);
    allThere = allThere && there;
  }
  applied_ = std::max(applied_, moment);
  next_.store(queue_.empty() ? kForever : queue_.top().at, std::memory_order_release);
  return allThere;
}

std::vector<std::shared_ptr<Action>> Effects::clear() {
  std::vector<std::shared_ptr<Action>> dropped;
  for (; !queue_.empty(); queue_.pop()) dropped.push_back(queue_.top().action);
  next_.store(kForever, std::memory_order_release);
  last_ = 0;
  return dropped;
}

}  // namespace trtbench::sim
