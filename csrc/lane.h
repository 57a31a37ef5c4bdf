// The timed part of a run: one function queues an inference, one waits for it and reads its times.
//
// A lane is one inference stream: a context whose addresses and shapes are set, its copies, three CUDA streams, and six timing
// events for each slot, a slot being a place for one inference in flight. Everything is prepared beforehand: the two functions
// allocate nothing, take no lock and format nothing. A lane is driven by one thread at a time; different lanes may be driven at
// once.
#ifndef TRTBENCH_CSRC_LANE_H
#define TRTBENCH_CSRC_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cudart.h"
#include "nvinfer.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { TRTB_LANE_SLOTS = 2 };

// The events of a slot, each recorded on the stream of its stage.
enum {
  TRTB_H2D_START,
  TRTB_H2D_END,
  TRTB_COMPUTE_START,
  TRTB_COMPUTE_END,
  TRTB_D2H_START,
  TRTB_D2H_END,
  TRTB_STAGE_EVENTS
};

// The times of one inference. The layout is that of bench.Sample.
typedef struct trtb_sample {
  int64_t enqueue_start, enqueue_end;  // host clock, nanoseconds since the start mark
  float compute_start;                 // device clock, milliseconds since the start mark
  float h2d, h2d_to_compute, compute, compute_to_d2h, d2h;  // milliseconds
  int32_t lane;    // left alone
  uint32_t flags;  // left alone
} trtb_sample;

// One copy of an inference. With an output, whose memory and size only the inference knows, the other fields are not used.
typedef struct trtb_lane_copy {
  void* to;
  const void* from;
  size_t size;
  int kind;
  const trtb_output* output;
} trtb_lane_copy;

typedef struct trtb_lane {
  const trtb_cudart* cuda;
  int device;
  trtb_stream input, compute, output;
  trtb_event events[TRTB_LANE_SLOTS][TRTB_STAGE_EVENTS];

  bool (*enqueue)(void* context, trtb_stream stream);  // enqueueV3
  void* context;          // the implementation that it is called on
  trtb_graph_exec graph;  // launched instead, unless NULL

  trtb_lane_copy* h2d;
  size_t h2d_count;
  trtb_lane_copy* d2h;
  size_t d2h_count;

  bool transfers;           // every inference copies its inputs in and its outputs out, and that is timed
  bool first_round_copies;  // the next inference copies in any case, and its outputs once more; then this becomes false

  trtb_event start;     // the run's start mark on the device
  int64_t host_start;   // and on the host's clock
  int64_t enqueue_start[TRTB_LANE_SLOTS], enqueue_end[TRTB_LANE_SLOTS];
  const char* failed;  // the call that failed last, a constant
} trtb_lane;

// trtb_lane_new makes an empty lane with room for its copies, in one block.
trtb_lane* trtb_lane_new(size_t h2d, size_t d2h);
void trtb_lane_free(trtb_lane* lane);

// trtb_lane_bind resolves the function that enqueues inferences of a context; every version has it.
void trtb_lane_bind(trtb_lane* lane, const trtb_nvinfer* nvinfer, void* context);

// trtb_lane_enqueue queues one inference in a free slot and returns when the device has it.
int trtb_lane_enqueue(trtb_lane* lane, int slot);

// trtb_lane_wait returns when the inference in the slot has ended, with its times.
int trtb_lane_wait(trtb_lane* lane, int slot, trtb_sample* sample);

// trtb_clock returns the host's monotonic clock, by which lanes time enqueues, in nanoseconds.
int64_t trtb_clock(void);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_LANE_H
