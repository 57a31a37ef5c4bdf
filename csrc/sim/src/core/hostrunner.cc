#include "core/hostrunner.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace trtbench::sim {
namespace {

thread_local bool onHostThread = false;

}  // namespace

bool HostRunner::onThread() { return onHostThread; }

void HostRunner::schedule(Nanos at, std::function<void()> job) {
  const std::lock_guard<std::mutex> held(mutex_);
  jobs_.push_back(Job{at, std::move(job)});
  if (!started_) {
    started_ = true;
    std::thread([this] { serve(); }).detach();
  }
  changed_.notify_one();
}

void HostRunner::forget() {
  const std::lock_guard<std::mutex> held(mutex_);
  jobs_.clear();
}

void HostRunner::serve() {
  onHostThread = true;
  std::unique_lock<std::mutex> held(mutex_);
  for (;;) {
    changed_.wait(held, [this] { return !jobs_.empty(); });
    const auto first = std::min_element(jobs_.begin(), jobs_.end(), [](const Job& a, const Job& b) { return a.at < b.at; });
    const Nanos wait = first->at - now();
    if (wait > 0) {
      changed_.wait_for(held, std::chrono::nanoseconds(std::min(wait, Nanos{1000000000})));
      continue;
    }
    const std::function<void()> run = std::move(first->run);
    jobs_.erase(first);
    held.unlock();
    run();
    held.lock();
  }
}

}  // namespace trtbench::sim
