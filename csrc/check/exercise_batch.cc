// A batch of a server: moves, an inference, moves, and its failures.
#include <cstring>

#include "../batch.h"
#include "exercise.h"

namespace {

uintptr_t address(const void* p) { return reinterpret_cast<uintptr_t>(p); }

// Batch brings x to the device but for its first four bytes, which become zero, and y back. Each list has room for two moves.
struct Batch {
  Context* c;
  trtb_batch* batch;
  trtb_inference inference = {};

  explicit Batch(Context* context) : c(context), batch(trtb_batch_new(2)) {
    EXPECT(batch != nullptr);
    batch->cuda = c->world->cuda;
    batch->stream = c->stream;
    EXPECT(batch->cuda->eventCreateWithFlags(&batch->done, TRTB_EVENT_BLOCKING_SYNC | TRTB_EVENT_DISABLE_TIMING) == 0);
    trtb_inference_bind(&inference, c->world->trt, c->context);
    batch->before.list[0] = {address(c->device[0]), address(c->host[0]), c->bytes[0], TRTB_COPY_HOST_TO_DEVICE};
    batch->before.list[1] = {address(c->device[0]), 0, 4, TRTB_MOVE_ZERO};
    batch->before.count = 2;
    batch->after.list[0] = {address(c->host[1]), address(c->device[1]), c->bytes[1], TRTB_COPY_DEVICE_TO_HOST};
    batch->after.count = 1;
  }

  ~Batch() {
    EXPECT(batch->cuda->eventDestroy(batch->done) == 0);
    trtb_batch_free(batch);
  }
};

void run(Context* c) {
  Batch b(c);
  for (int i = 1; i < 20; i++) {
    std::memset(c->host[0], i, c->bytes[0]);
    EXPECT(trtb_batch_run(b.batch, &b.inference) == 0);
    const char *in = static_cast<char*>(c->host[0]), *out = static_cast<char*>(c->host[1]);
    EXPECT(std::memcmp(out, "\0\0\0\0", 4) == 0 && std::memcmp(out + 4, in + 4, c->bytes[0] - 4) == 0);
  }
}

}  // namespace

void exercise_batches(World* world) {
  world->open("");
  {
    Context c(world);
    run(&c);
    Batch refused(&c);
    refused.inference.enqueue = [](void*, trtb_stream) { return false; };
    EXPECT(trtb_batch_run(refused.batch, &refused.inference) == TRTB_REFUSED);
    EXPECT(std::strcmp(refused.batch->failed, "enqueueV3") == 0);
  }
  world->close();

  // Each call fails once.
  const struct {
    const char* call;
    int at;
    const char* failed;
  } faults[] = {{"cudaMemcpyAsync", 1, "memcpyAsync"}, {"cudaMemsetAsync", 1, "memsetAsync"}, {"cudaMemcpyAsync", 2, "memcpyAsync"},
                {"cudaEventRecord", 1, "eventRecord"}, {"cudaEventSynchronize", 1, "eventSynchronize"}};
  for (const auto& fault : faults) {
    char config[160];
    std::snprintf(config, sizeof(config), "{\"faults\": [{\"call\": \"%s\", \"at\": %d, \"error\": 1}]}", fault.call, fault.at);
    world->open(config);
    {
      Context c(world);
      Batch b(&c);
      EXPECT(trtb_batch_run(b.batch, &b.inference) == 1 && std::strcmp(b.batch->failed, fault.failed) == 0);
      EXPECT(trtb_batch_run(b.batch, &b.inference) == 0);
    }
    world->close();
  }
}
