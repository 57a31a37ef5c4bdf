#include "batch.h"

#include <cstdlib>

#include "nvinfer_callbacks.h"

namespace {

void* pointer(uintptr_t address) { return reinterpret_cast<void*>(address); }

// Notes the call when it failed, and returns its status.
int check(trtb_batch* batch, const char* call, int status) {
  if (__builtin_expect(status != TRTB_OK, 0)) {
    batch->failed = call;
  }
  return status;
}

int move_all(trtb_batch* batch, const trtb_moves& moves) {
  const trtb_cudart* cuda = batch->cuda;
  for (size_t i = 0; i < moves.count; i++) {
    const trtb_move& m = moves.list[i];
    const int status =
        m.kind == TRTB_MOVE_ZERO
            ? check(batch, "memsetAsync", cuda->memsetAsync(pointer(m.to), 0, m.size, batch->stream))
            : check(batch, "memcpyAsync", cuda->memcpyAsync(pointer(m.to), pointer(m.from), m.size, m.kind, batch->stream));
    if (status != TRTB_OK) {
      return status;
    }
  }
  return TRTB_OK;
}

int infer(trtb_batch* batch, const trtb_inference* inference) {
  if (inference->graph != nullptr) {
    return check(batch, "graphLaunch", batch->cuda->graphLaunch(inference->graph, batch->stream));
  }
  const bool accepted = inference->enqueue(inference->context, batch->stream);
  return check(batch, "enqueueV3", accepted ? TRTB_OK : TRTB_REFUSED);
}

int queue(trtb_batch* batch, const trtb_inference* inference) {
  int status = move_all(batch, batch->before);
  if (status == TRTB_OK) {
    status = infer(batch, inference);
  }
  if (status == TRTB_OK) {
    status = move_all(batch, batch->after);
  }
  if (status == TRTB_OK) {
    status = check(batch, "eventRecord", batch->cuda->eventRecord(batch->done, batch->stream));
  }
  return status;
}

}  // namespace

void trtb_inference_bind(trtb_inference* inference, const trtb_nvinfer* nvinfer, void* context) {
  inference->enqueue = trtb::resolve<trtb::row::ExecutionContext_enqueueV3>(nvinfer->abi, context);
  inference->context = trtb::implementation(context);
}

trtb_batch* trtb_batch_new(size_t moves) {
  void* block = std::calloc(1, sizeof(trtb_batch) + 2 * moves * sizeof(trtb_move));
  if (block == nullptr) {
    return nullptr;
  }
  trtb_batch* batch = static_cast<trtb_batch*>(block);
  batch->before.list = reinterpret_cast<trtb_move*>(batch + 1);
  batch->after.list = batch->before.list + moves;
  batch->failed = "";
  return batch;
}

void trtb_batch_free(trtb_batch* batch) { std::free(batch); }

int trtb_batch_run(trtb_batch* batch, const trtb_inference* inference) {
  const int current = check(batch, "setDevice", trtb_cudart_use(batch->cuda, batch->device));
  if (current != TRTB_OK) {
    return current;
  }
  const int status = queue(batch, inference);
  if (status != TRTB_OK) {
    batch->cuda->streamSynchronize(batch->stream);
    return status;
  }
  return check(batch, "eventSynchronize", batch->cuda->eventSynchronize(batch->done));
}
