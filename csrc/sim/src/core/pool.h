// Memory for the results of device work that is under way, used again and again: fresh pages from the system would cost more
// than the work itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace trtbench::sim {

// Buffer is a block of bytes that goes back to a pool.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { release(); }

  // take makes the buffer hold n bytes of any value.
  void take(size_t n) {
    release();
    Pool& p = pool();
    const std::lock_guard<std::mutex> held(p.mutex);
    const auto fits = std::find_if(p.blocks.begin(), p.blocks.end(), [n](const std::vector<char>& b) { return b.size() == n; });
    if (fits == p.blocks.end()) {
      bytes_.resize(n);
      return;
    }
    std::swap(*fits, p.blocks.back());
    bytes_ = std::move(p.blocks.back());
    p.blocks.pop_back();
  }

  char* data() { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }

 private:
  static constexpr size_t kKept = 32;

  struct Pool {
    std::mutex mutex;
    std::vector<std::vector<char>> blocks;
  };

  void release() {
    if (bytes_.empty()) return;
    Pool& p = pool();
    const std::lock_guard<std::mutex> held(p.mutex);
    if (p.blocks.size() < kKept) p.blocks.push_back(std::move(bytes_));
    bytes_.clear();
  }

  static Pool& pool() {
    static Pool* const pool = new Pool();  // never destroyed: work may end after main
    return *pool;
  }

  std::vector<char> bytes_;
};

}  // namespace trtbench::sim
