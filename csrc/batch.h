// One batch of a server on an engine: everything it takes is queued by one call, which returns when all of it is done.
//
// A batch is a list of moves, an inference, and a second list of moves, in order on one stream. The lists are filled anew for each
// batch in memory that is reserved once. A batch is driven by one thread at a time; different ones may be driven at once.
#ifndef TRTBENCH_CSRC_BATCH_H
#define TRTBENCH_CSRC_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cudart.h"
#include "nvinfer.h"

#ifdef __cplusplus
extern "C" {
#endif

// A kind of move beside those of copies: size bytes at `to` become zero.
enum { TRTB_MOVE_ZERO = -1 };

typedef struct trtb_move {
  uintptr_t to, from;
  size_t size;
  int kind;
} trtb_move;

// An inference that is ready: a context with its shapes and addresses, or what was captured from it.
typedef struct trtb_inference {
  bool (*enqueue)(void* context, trtb_stream stream);  // enqueueV3
  void* context;                                       // the implementation that it is called on
  trtb_graph_exec graph;                               // launched instead, unless NULL
} trtb_inference;

typedef struct trtb_moves {
  trtb_move* list;
  size_t count;
} trtb_moves;

typedef struct trtb_batch {
  const trtb_cudart* cuda;
  int device;
  trtb_stream stream;
  trtb_event done;
  trtb_moves before, after;
  const char* failed;  // the call that failed last, a constant
} trtb_batch;

// trtb_inference_bind resolves the function that enqueues inferences of a context; every version has it.
void trtb_inference_bind(trtb_inference* inference, const trtb_nvinfer* nvinfer, void* context);

// trtb_batch_new makes an empty batch with room for so many moves in each list, in one block.
trtb_batch* trtb_batch_new(size_t moves);
void trtb_batch_free(trtb_batch* batch);

// trtb_batch_run queues the batch and waits for its event. When a call failed, it waits for what was queued before.
int trtb_batch_run(trtb_batch* batch, const trtb_inference* inference);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_BATCH_H
