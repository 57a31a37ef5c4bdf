// The parts of the program that walks the whole boundary without Go, under sanitizers; see exercise.cc.
#ifndef TRTBENCH_CSRC_CHECK_EXERCISE_H
#define TRTBENCH_CSRC_CHECK_EXERCISE_H

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "../cudart.h"
#include "../cudart_sim.h"
#include "../lane.h"
#include "../nvinfer.h"

// EXPECT ends the program when a condition does not hold.
#define EXPECT(condition)                                                                  \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      std::fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);        \
      std::exit(1);                                                                        \
    }                                                                                      \
  } while (false)

// World is the pair of simulated libraries of one major, with a plan to run.
struct World {
  std::string cudart, nvinfer;  // paths
  std::string plan;             // path
  trtb_cudart* cuda = nullptr;
  trtb_nvinfer* trt = nullptr;
  trtb_logger* logger = nullptr;
  std::vector<std::string> errors;  // that TensorRT logged

  // open configures the device and opens TensorRT anew.
  void open(const char* device);
  void close();

  void* runtime();
  void* engine(void* runtime);
};

// Context is an execution context with memory for every tensor of the plan, and a stream.
struct Context {
  World* world;
  void* runtime;
  void* engine;
  void* context = nullptr;
  trtb_stream stream = nullptr;
  std::vector<void*> device, host;
  std::vector<size_t> bytes;
  std::vector<bool> input;

  explicit Context(World* w, int strategy = 0);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

std::string read_file(const std::string& path);

void exercise_refusals(World* world);
void exercise_engine(World* world);
void exercise_context(World* world);
void exercise_callbacks(World* world);
void exercise_builder(World* world);
void exercise_lanes(World* world);
void exercise_faults(World* world);
void exercise_batches(World* world);

#endif  // TRTBENCH_CSRC_CHECK_EXERCISE_H
