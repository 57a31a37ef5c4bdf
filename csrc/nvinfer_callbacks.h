// The interfaces that the shim implements and TensorRT calls, one class for each shape. The order of the virtual functions is
// the binary interface: csrc/check/verify_abi.cc compares it with TensorRT's own headers.
#ifndef TRTBENCH_CSRC_NVINFER_CALLBACKS_H
#define TRTBENCH_CSRC_NVINFER_CALLBACKS_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "abi.h"
#include "cudart.h"
#include "logger.h"
#include "nvinfer.h"
#include "nvinfer_builder.h"

namespace trtb {

// What versioned interfaces say of themselves: 16 bytes, returned in two registers.
struct InterfaceInfo {
  const char* kind;
  int32_t major;
  int32_t minor;
};

// The head of every versioned interface: language and name, then the destructor's two slots.
class Versioned {
 public:
  virtual int32_t getAPILanguage() const noexcept { return 0; }  // C++
  virtual InterfaceInfo getInterfaceInfo() const noexcept = 0;
  virtual ~Versioned() = default;
};

// ILogger of 10.
class Logger10 {
 public:
  Logger10(trtb_log_fn write, uintptr_t handle) : write_(write), handle_(handle) {}
  virtual void log(int32_t severity, const char* message) noexcept;
  virtual ~Logger10() = default;

  std::atomic<int> limit{-1};

 private:
  trtb_log_fn write_;
  uintptr_t handle_;
};

// ILogger of 11 puts the same messages into the same place.
class Logger11 : public Versioned {
 public:
  explicit Logger11(Logger10* sink) : sink_(sink) {}
  InterfaceInfo getInterfaceInfo() const noexcept override { return {"ILogger", 1, 0}; }
  virtual void log(int32_t severity, const char* message) noexcept { sink_->log(severity, message); }

 private:
  Logger10* sink_;
};

// The times of layers in the order in which TensorRT tells them, in memory that is read when an inference is over.
class LayerTimes {
 public:
  void add(const char* name, float milliseconds) noexcept;
  void clear() noexcept { calls_.clear(); }  // the names stay known
  const std::vector<trtb_layer_time>& calls() const { return calls_; }
  const std::deque<std::string>& names() const { return names_; }

 private:
  std::deque<std::string> names_;  // each once; they stay where they are
  std::unordered_map<std::string_view, int32_t> numbers_;
  std::vector<trtb_layer_time> calls_;
};

// IProfiler of 10.
class Profiler10 {
 public:
  virtual void reportLayerTime(const char* name, float milliseconds) noexcept { times.add(name, milliseconds); }
  virtual ~Profiler10() = default;

  LayerTimes times;
};

// IProfiler of 11.
class Profiler11 : public Versioned {
 public:
  explicit Profiler11(LayerTimes* times) : times_(times) {}
  InterfaceInfo getInterfaceInfo() const noexcept override { return {"IProfiler", 1, 0}; }
  virtual void reportLayerTime(const char* name, float milliseconds) noexcept { times_->add(name, milliseconds); }

 private:
  LayerTimes* times_;
};

// IStreamReader: the plan file, from its beginning to its end, into host memory. TensorRT 10 takes it.
class FileReader : public Versioned {
 public:
  explicit FileReader(int file) : file_(file) {}
  InterfaceInfo getInterfaceInfo() const noexcept override { return {"IStreamReader", 1, 0}; }
  virtual int64_t read(void* to, int64_t size) noexcept;

 private:
  int file_;
};

// IStreamReaderV2: the plan file in any order, into memory of the host or of the device. TensorRT 10.7 and later take it.
class FileReaderV2 : public Versioned {
 public:
  FileReaderV2(const trtb_cudart* cuda, int file) : cuda_(cuda), file_(file) {}
  InterfaceInfo getInterfaceInfo() const noexcept override { return {"IStreamReaderV2", 1, 0}; }
  virtual int64_t read(void* to, int64_t size, trtb_stream stream) noexcept;
  virtual bool seek(int64_t offset, int32_t where) noexcept;

 private:
  int64_t read_to_device(void* to, int64_t size, trtb_stream stream) noexcept;

  const trtb_cudart* cuda_;
  int file_;
  std::vector<char> staging_;
};

// IOutputAllocator for an output whose size only the inference knows: device memory that grows, and page-locked host memory of
// the same size to copy it to.
class OutputAllocator : public Versioned {
 public:
  OutputAllocator(const trtb_cudart* cuda, int device) : cuda_(cuda), device_(device) {}
  ~OutputAllocator() override;
  InterfaceInfo getInterfaceInfo() const noexcept override { return {"IOutputAllocator", 1, 0}; }
  virtual void* reallocateOutput(const char* name, void* current, uint64_t size, uint64_t alignment) noexcept;
  virtual void* reallocateOutputAsync(const char* name, void* current, uint64_t size, uint64_t alignment,
                                      trtb_stream stream) noexcept;
  virtual void notifyShape(const char*, const Dims& shape) noexcept { shape_ = shape; }

  void* device_memory() const { return memory_; }
  void* host_memory() const { return host_; }
  uint64_t size() const { return size_; }
  const Dims& shape() const { return shape_; }
  int status() const { return status_; }  // of the CUDA call that failed last

 private:
  void release() noexcept;

  const trtb_cudart* cuda_;
  int device_;
  void* memory_ = nullptr;
  void* host_ = nullptr;
  uint64_t size_ = 0;
  Dims shape_ = {-1, {}};
  int status_ = 0;
};

// IProgressMonitor: the steps of a build, handed to a function that may end the build.
class ProgressMonitor : public Versioned {
 public:
  ProgressMonitor(trtb_progress_fn tell, uintptr_t handle) : tell_(tell), handle_(handle) {}
  InterfaceInfo getInterfaceInfo() const noexcept override { return {"IProgressMonitor", 1, 0}; }
  virtual void phaseStart(const char* phase, const char* parent, int32_t steps) noexcept {
    tell_(handle_, TRTB_PROGRESS_START, phase, parent, steps);
  }
  virtual bool stepComplete(const char* phase, int32_t step) noexcept {
    return tell_(handle_, TRTB_PROGRESS_STEP, phase, nullptr, step) != 0;
  }
  virtual void phaseFinish(const char* phase) noexcept { tell_(handle_, TRTB_PROGRESS_FINISH, phase, nullptr, 0); }

 private:
  trtb_progress_fn tell_;
  uintptr_t handle_;
};

}  // namespace trtb

#endif  // TRTBENCH_CSRC_NVINFER_CALLBACKS_H
