#include "lane.h"

#include <time.h>

#include <cstdlib>

#include "nvinfer_callbacks.h"

namespace {

// Runs a call of the CUDA runtime and leaves the function with its status when it failed.
#define TRTB_CUDA(lane, function, ...)                           \
  do {                                                           \
    const int status = (lane)->cuda->function(__VA_ARGS__);      \
    if (__builtin_expect(status != TRTB_CUDA_SUCCESS, 0)) {      \
      return fail(lane, #function, status);                      \
    }                                                            \
  } while (false)

int fail(trtb_lane* lane, const char* call, int status) {
  lane->failed = call;
  return status;
}

int copy_all(trtb_lane* lane, const trtb_lane_copy* copies, size_t count, trtb_stream stream) {
  for (size_t i = 0; i < count; i++) {
    const trtb_lane_copy& copy = copies[i];
    if (copy.output == nullptr) {
      TRTB_CUDA(lane, memcpyAsync, copy.to, copy.from, copy.size, copy.kind, stream);
      continue;
    }
    trtb_output_state now;
    trtb_output_inspect(copy.output, &now);
    if (now.size != 0) {
      TRTB_CUDA(lane, memcpyAsync, reinterpret_cast<void*>(now.host), reinterpret_cast<const void*>(now.device), now.size,
                TRTB_COPY_DEVICE_TO_HOST, stream);
    }
  }
  return TRTB_OK;
}

int copy_in(trtb_lane* lane, trtb_event* events) {
  TRTB_CUDA(lane, eventRecord, events[TRTB_H2D_START], lane->input);
  const int copied = copy_all(lane, lane->h2d, lane->h2d_count, lane->input);
  if (copied != TRTB_OK) {
    return copied;
  }
  TRTB_CUDA(lane, eventRecord, events[TRTB_H2D_END], lane->input);
  TRTB_CUDA(lane, streamWaitEvent, lane->compute, events[TRTB_H2D_END], 0);
  return TRTB_OK;
}

int copy_out(trtb_lane* lane, trtb_event* events) {
  TRTB_CUDA(lane, streamWaitEvent, lane->output, events[TRTB_COMPUTE_END], 0);
  TRTB_CUDA(lane, eventRecord, events[TRTB_D2H_START], lane->output);
  const int copied = copy_all(lane, lane->d2h, lane->d2h_count, lane->output);
  if (copied != TRTB_OK) {
    return copied;
  }
  TRTB_CUDA(lane, eventRecord, events[TRTB_D2H_END], lane->output);
  return TRTB_OK;
}

int compute(trtb_lane* lane, int slot) {
  trtb_event* events = lane->events[slot];
  TRTB_CUDA(lane, eventRecord, events[TRTB_COMPUTE_START], lane->compute);
  lane->enqueue_start[slot] = trtb_clock();
  if (lane->graph != nullptr) {
    TRTB_CUDA(lane, graphLaunch, lane->graph, lane->compute);
  } else if (__builtin_expect(!lane->enqueue(lane->context, lane->compute), 0)) {
    return fail(lane, "enqueueV3", TRTB_REFUSED);
  }
  lane->enqueue_end[slot] = trtb_clock();
  TRTB_CUDA(lane, eventRecord, events[TRTB_COMPUTE_END], lane->compute);
  return TRTB_OK;
}

// The outputs of the first inference are fetched once more and waited for, as trtexec 11.1 does.
int first_round(trtb_lane* lane) {
  lane->first_round_copies = false;
  const int copied = copy_all(lane, lane->d2h, lane->d2h_count, lane->output);
  if (copied != TRTB_OK) {
    return copied;
  }
  TRTB_CUDA(lane, streamSynchronize, lane->output);
  return TRTB_OK;
}

}  // namespace

trtb_lane* trtb_lane_new(size_t h2d, size_t d2h) {
  void* block = std::calloc(1, sizeof(trtb_lane) + (h2d + d2h) * sizeof(trtb_lane_copy));
  if (block == nullptr) {
    return nullptr;
  }
  trtb_lane* lane = static_cast<trtb_lane*>(block);
  lane->h2d = reinterpret_cast<trtb_lane_copy*>(lane + 1);
  lane->h2d_count = h2d;
  lane->d2h = lane->h2d + h2d;
  lane->d2h_count = d2h;
  lane->failed = "";
  return lane;
}

void trtb_lane_free(trtb_lane* lane) { std::free(lane); }

void trtb_lane_bind(trtb_lane* lane, const trtb_nvinfer* nvinfer, void* context) {
  lane->enqueue = trtb::resolve<trtb::row::ExecutionContext_enqueueV3>(nvinfer->abi, context);
  lane->context = trtb::implementation(context);
}

int trtb_lane_enqueue(trtb_lane* lane, int slot) {
  const int current = trtb_cudart_use(lane->cuda, lane->device);
  if (current != TRTB_CUDA_SUCCESS) {
    return fail(lane, "setDevice", current);
  }
  trtb_event* events = lane->events[slot];
  const bool copies = lane->transfers || lane->first_round_copies;
  int status = TRTB_OK;
  if (copies && (status = copy_in(lane, events)) != TRTB_OK) {
    return status;
  }
  if ((status = compute(lane, slot)) != TRTB_OK) {
    return status;
  }
  if (copies && (status = copy_out(lane, events)) != TRTB_OK) {
    return status;
  }
  return lane->first_round_copies ? first_round(lane) : TRTB_OK;
}

int trtb_lane_wait(trtb_lane* lane, int slot, trtb_sample* sample) {
  const trtb_event* events = lane->events[slot];
  sample->enqueue_start = lane->enqueue_start[slot] - lane->host_start;
  sample->enqueue_end = lane->enqueue_end[slot] - lane->host_start;
  sample->h2d = sample->h2d_to_compute = sample->compute_to_d2h = sample->d2h = 0;
  TRTB_CUDA(lane, eventSynchronize, events[lane->transfers ? TRTB_D2H_END : TRTB_COMPUTE_END]);
  TRTB_CUDA(lane, eventElapsedTime, &sample->compute_start, lane->start, events[TRTB_COMPUTE_START]);
  TRTB_CUDA(lane, eventElapsedTime, &sample->compute, events[TRTB_COMPUTE_START], events[TRTB_COMPUTE_END]);
  if (lane->transfers) {
    TRTB_CUDA(lane, eventElapsedTime, &sample->h2d, events[TRTB_H2D_START], events[TRTB_H2D_END]);
    TRTB_CUDA(lane, eventElapsedTime, &sample->h2d_to_compute, events[TRTB_H2D_END], events[TRTB_COMPUTE_START]);
    TRTB_CUDA(lane, eventElapsedTime, &sample->compute_to_d2h, events[TRTB_COMPUTE_END], events[TRTB_D2H_START]);
    TRTB_CUDA(lane, eventElapsedTime, &sample->d2h, events[TRTB_D2H_START], events[TRTB_D2H_END]);
  }
  return TRTB_OK;
}

int64_t trtb_clock(void) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{1000000000} * now.tv_sec + now.tv_nsec;
}
