// The timed part, in every mode, and its failures.
#include <cmath>
#include <cstring>

#include "exercise.h"

namespace {

// Lane is a lane on a context, with streams and events of its own.
struct Lane {
  Context* c;
  trtb_lane* lane;
  trtb_event start = nullptr;

  Lane(Context* context, trtb_output* output, bool transfers, bool first_round, trtb_graph_exec graph) : c(context) {
    const trtb_cudart* cuda = c->world->cuda;
    size_t inputs = 0, outputs = 0;
    for (const bool input : c->input) {
      (input ? inputs : outputs)++;
    }
    lane = trtb_lane_new(inputs, outputs);
    EXPECT(lane != nullptr);
    lane->cuda = cuda;
    for (trtb_stream* stream : {&lane->input, &lane->compute, &lane->output}) {
      EXPECT(cuda->streamCreateWithPriority(stream, 0, 0) == 0);
    }
    for (auto& slot : lane->events) {
      for (trtb_event& event : slot) {
        EXPECT(cuda->eventCreateWithFlags(&event, 0) == 0);
      }
    }
    EXPECT(cuda->eventCreateWithFlags(&start, TRTB_EVENT_BLOCKING_SYNC) == 0);
    size_t in = 0, out = 0;
    for (size_t i = 0; i < c->input.size(); i++) {
      if (c->input[i]) {
        lane->h2d[in++] = {c->device[i], c->host[i], c->bytes[i], TRTB_COPY_HOST_TO_DEVICE, nullptr};
      } else {
        lane->d2h[out++] = {c->host[i], c->device[i], c->bytes[i], TRTB_COPY_DEVICE_TO_HOST, output};
      }
    }
    lane->transfers = transfers;
    lane->first_round_copies = first_round;
    lane->graph = graph;
    trtb_lane_bind(lane, c->world->trt, c->context);
    EXPECT(trtb_cudart_sleep(cuda, lane->output, 1000) == 0);
    lane->host_start = trtb_clock();
    EXPECT(cuda->eventRecord(start, lane->output) == 0);
    lane->start = start;
    EXPECT(cuda->streamWaitEvent(lane->input, start, 0) == 0 && cuda->streamWaitEvent(lane->compute, start, 0) == 0);
  }

  ~Lane() {
    const trtb_cudart* cuda = c->world->cuda;
    for (const trtb_stream stream : {lane->input, lane->compute, lane->output}) {
      cuda->streamSynchronize(stream);
      cuda->streamDestroy(stream);
    }
    for (const auto& slot : lane->events) {
      for (const trtb_event event : slot) {
        cuda->eventDestroy(event);
      }
    }
    cuda->eventDestroy(start);
    trtb_lane_free(lane);
  }

  // run does rounds as the measuring loop does, one inference ahead.
  void run(int rounds) {
    trtb_sample sample = {};
    sample.lane = 7;
    EXPECT(trtb_lane_enqueue(lane, 0) == 0);
    for (int i = 1; i < rounds; i++) {
      EXPECT(trtb_lane_enqueue(lane, i % 2) == 0);
      EXPECT(trtb_lane_wait(lane, (i - 1) % 2, &sample) == 0);
      EXPECT(sample.enqueue_end >= sample.enqueue_start && sample.compute_start >= 0 && sample.compute >= 0);
      EXPECT(lane->transfers ? sample.h2d > 0 && sample.d2h > 0 : sample.h2d + sample.d2h == 0);
      EXPECT(sample.lane == 7 && std::isfinite(sample.compute));
    }
    EXPECT(trtb_lane_wait(lane, (rounds - 1) % 2, &sample) == 0);
    EXPECT(!lane->first_round_copies);
  }
};

trtb_graph_exec capture(Context* c) {
  const trtb_cudart* cuda = c->world->cuda;
  trtb_graph graph = nullptr;
  trtb_graph_exec exec = nullptr;
  EXPECT(trtb_context_enqueue(c->world->trt, c->context, c->stream) == TRTB_OK);
  EXPECT(cuda->streamSynchronize(c->stream) == 0);
  EXPECT(cuda->streamBeginCapture(c->stream, TRTB_CAPTURE_THREAD_LOCAL) == 0);
  EXPECT(trtb_context_enqueue(c->world->trt, c->context, c->stream) == TRTB_OK);
  EXPECT(cuda->streamEndCapture(c->stream, &graph) == 0);
  EXPECT(cuda->graphInstantiate(&exec, graph, 0) == 0);
  EXPECT(cuda->graphDestroy(graph) == 0);
  return exec;
}

}  // namespace

void exercise_lanes(World* world) {
  world->open("");
  for (const bool transfers : {false, true}) {
    for (const bool first_round : {false, true}) {
      for (const bool graph : {false, true}) {
        Context c(world);
        const trtb_graph_exec exec = graph ? capture(&c) : nullptr;
        Lane(&c, nullptr, transfers, first_round, exec).run(20);
        // The plan copies its input to its output.
        EXPECT(!transfers || std::memcmp(c.host[0], c.host[1], c.bytes[0]) == 0);
        EXPECT(exec == nullptr || world->cuda->graphExecDestroy(exec) == 0);
      }
    }
  }
  trtb_output* output = trtb_output_new(world->cuda, 0);
  {
    Context c(world);
    EXPECT(trtb_context_set_output(world->trt, c.context, "y", output) == TRTB_OK);
    Lane(&c, output, true, false, nullptr).run(5);
    trtb_output_state state;
    trtb_output_inspect(output, &state);
    EXPECT(std::memcmp(c.host[0], reinterpret_cast<void*>(state.host), c.bytes[0]) == 0);
  }
  trtb_output_free(output);
  world->close();
}

// Each call of a round fails once.
void exercise_faults(World* world) {
  const struct {
    const char* call;
    int at;
    const char* failed;
  } faults[] = {
      {"cudaEventRecord", 2, "eventRecord"},          {"cudaEventRecord", 3, "eventRecord"},
      {"cudaEventRecord", 4, "eventRecord"},          {"cudaEventRecord", 5, "eventRecord"},
      {"cudaEventRecord", 6, "eventRecord"},          {"cudaEventRecord", 7, "eventRecord"},
      {"cudaMemcpyAsync", 1, "memcpyAsync"},          {"cudaMemcpyAsync", 2, "memcpyAsync"},
      {"cudaMemcpyAsync", 3, "memcpyAsync"},          {"cudaStreamWaitEvent", 3, "streamWaitEvent"},
      {"cudaStreamWaitEvent", 4, "streamWaitEvent"},  {"cudaStreamSynchronize", 1, "streamSynchronize"},
      {"cudaEventSynchronize", 1, "eventSynchronize"}, {"cudaEventElapsedTime", 1, "eventElapsedTime"},
      {"cudaEventElapsedTime", 6, "eventElapsedTime"}, {"cudaGetDevice", 1, nullptr},
  };
  for (const auto& fault : faults) {
    char config[160];
    std::snprintf(config, sizeof(config), "{\"faults\": [{\"call\": \"%s\", \"at\": %d, \"error\": 1}]}", fault.call, fault.at);
    world->open(config);
    {
      Context c(world);
      Lane lane(&c, nullptr, true, true, nullptr);
      trtb_sample sample = {};
      int status = trtb_lane_enqueue(lane.lane, 0);
      if (status == 0) {
        status = trtb_lane_wait(lane.lane, 0, &sample);
      }
      EXPECT(status == (fault.failed != nullptr ? 1 : 0));
      EXPECT(fault.failed == nullptr || std::strcmp(lane.lane->failed, fault.failed) == 0);
    }
    world->close();
  }
  world->open("");
  {
    Context c(world);
    Lane lane(&c, nullptr, false, false, nullptr);
    EXPECT(trtb_context_set_address(world->trt, c.context, "y", 0) != TRTB_ABSENT);
    lane.lane->enqueue = [](void*, trtb_stream) { return false; };
    EXPECT(trtb_lane_enqueue(lane.lane, 1) == TRTB_REFUSED && std::strcmp(lane.lane->failed, "enqueueV3") == 0);
  }
  world->close();
}
