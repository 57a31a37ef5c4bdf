#include "nvinfer_callbacks.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace trtb {

namespace {

// Reads until size bytes are there or the file ends; -1 on an error.
int64_t read_fully(int file, void* to, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(file, static_cast<char*>(to) + done, static_cast<size_t>(size - done));
    if (got > 0) {
      done += got;
    } else if (got == 0) {
      break;
    } else if (errno != EINTR) {
      return -1;
    }
  }
  return done;
}

}  // namespace

void LayerTimes::add(const char* name, float milliseconds) noexcept {
  try {
    const auto known = numbers_.find(name);
    int32_t number = 0;
    if (known != numbers_.end()) {
      number = known->second;
    } else {
      number = static_cast<int32_t>(names_.size());
      names_.emplace_back(name);
      numbers_.emplace(names_.back(), number);
    }
    calls_.push_back({number, milliseconds});
  } catch (const std::bad_alloc&) {
    // The profile lacks a time; the inference that is under way must not end for it.
  }
}

int64_t FileReader::read(void* to, int64_t size) noexcept { return read_fully(file_, to, size); }

int64_t FileReaderV2::read(void* to, int64_t size, trtb_stream stream) noexcept {
  // TensorRT asks for weights straight into device memory, which a file cannot be read into.
  alignas(16) unsigned char attributes[TRTB_POINTER_ATTRIBUTES_SIZE] = {};
  int32_t type = 0;
  if (cuda_->pointerGetAttributes(attributes, to) != TRTB_CUDA_SUCCESS) {
    return -1;
  }
  std::memcpy(&type, attributes, sizeof(type));
  return type == TRTB_MEMORY_TYPE_DEVICE ? read_to_device(to, size, stream) : read_fully(file_, to, size);
}

int64_t FileReaderV2::read_to_device(void* to, int64_t size, trtb_stream stream) noexcept {
  constexpr int64_t kPiece = 4 << 20;
  try {
    staging_.resize(static_cast<size_t>(std::min(size, kPiece)));
  } catch (const std::bad_alloc&) {
    return -1;
  }
  int64_t done = 0;
  while (done < size) {
    const int64_t got = read_fully(file_, staging_.data(), std::min(size - done, kPiece));
    if (got <= 0) {
      return got < 0 ? -1 : done;
    }
    void* target = static_cast<char*>(to) + done;
    if (cuda_->memcpyAsync(target, staging_.data(), static_cast<size_t>(got), TRTB_COPY_HOST_TO_DEVICE, stream) != 0 ||
        cuda_->streamSynchronize(stream) != 0) {
      return -1;
    }
    done += got;
  }
  return done;
}

bool FileReaderV2::seek(int64_t offset, int32_t where) noexcept {
  static const int kWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  return where >= 0 && where < 3 && ::lseek(file_, offset, kWhence[where]) >= 0;
}

OutputAllocator::~OutputAllocator() { release(); }

void OutputAllocator::release() noexcept {
  if (memory_ != nullptr || host_ != nullptr) {
    trtb_cudart_use(cuda_, device_);
    cuda_->free(memory_);
    cuda_->freeHost(host_);
  }
  memory_ = host_ = nullptr;
  size_ = 0;
}

void* OutputAllocator::reallocateOutput(const char*, void*, uint64_t size, uint64_t) noexcept {
  // CUDA aligns to 256 bytes, more than any tensor asks for. TensorRT wants an address for an empty output too.
  const uint64_t wanted = std::max<uint64_t>(size, 1);
  if (wanted <= size_) {
    return memory_;
  }
  release();
  status_ = cuda_->malloc(&memory_, wanted);
  if (status_ == TRTB_CUDA_SUCCESS) {
    status_ = cuda_->hostAlloc(&host_, wanted, TRTB_HOST_ALLOC_DEFAULT);
  }
  if (status_ != TRTB_CUDA_SUCCESS) {
    release();
    return nullptr;
  }
  size_ = wanted;
  return memory_;
}

void* OutputAllocator::reallocateOutputAsync(const char* name, void* current, uint64_t size, uint64_t alignment,
                                             trtb_stream) noexcept {
  return reallocateOutput(name, current, size, alignment);
}

}  // namespace trtb
