// Walks the whole boundary on the simulated libraries, without Go in between, so that sanitizers and valgrind see all of it:
//
//   exercise FOLDER MAJOR PLAN   every function once and more, every failure that can be provoked
//   exercise canary              writes past the end of a block; whoever runs this must notice
//
// sanitize.sh builds and runs it.
#include "exercise.h"

#include <cstring>
#include <fstream>
#include <iterator>

namespace {

void remember(uintptr_t world, int severity, const char* message) {
  if (severity <= TRTB_LOG_ERROR) {
    reinterpret_cast<World*>(world)->errors.push_back(message);
  }
}

// canary overflows a copy of the lanes' own block by one byte.
int canary() {
  trtb_lane* lane = trtb_lane_new(0, 1);
  volatile char* block = reinterpret_cast<volatile char*>(lane);
  block[sizeof(trtb_lane) + sizeof(trtb_lane_copy)] = 1;
  trtb_lane_free(lane);
  std::puts("exercise: the canary was not noticed");
  return 0;
}

}  // namespace

void World::open(const char* config) {
  char* error = nullptr;
  if (cuda == nullptr) {
    EXPECT(trtb_cudart_open(cudart.c_str(), &cuda, &error) == 0);
  }
  EXPECT(trtb_sim_present(cuda) == 1);
  EXPECT(trtb_sim_configure(cuda, config, &error) == 0);
  EXPECT(trtb_nvinfer_open(nvinfer.c_str(), &trt, &error) == TRTB_OK);
  if (logger == nullptr) {
    logger = trtb_logger_new(remember, reinterpret_cast<uintptr_t>(this));
    trtb_logger_limit(logger, TRTB_LOG_VERBOSE);
  }
  errors.clear();
}

void World::close() {
  trtb_nvinfer_close(trt);
  trt = nullptr;
  char *counters = nullptr, *error = nullptr;
  EXPECT(trtb_sim_counters(cuda, &counters, &error) == 0);
  EXPECT(std::strstr(counters, "\"absent_methods\": 0") != nullptr);
  EXPECT(std::strstr(counters, "\"early_destroys\": 0") != nullptr);
  for (const char* object : {"streams", "events", "graph_execs", "device_allocations", "host_allocations", "runtimes", "engines",
                             "contexts", "builders", "networks", "builder_configs", "timing_caches", "parsers"}) {
    EXPECT(std::strstr(counters, ("\"" + std::string(object) + "\": 0").c_str()) != nullptr);
  }
  std::free(counters);
}

void* World::runtime() {
  void* runtime = nullptr;
  EXPECT(trtb_runtime_create(trt, logger, &runtime) == TRTB_OK);
  return runtime;
}

void* World::engine(void* runtime) {
  const std::string text = read_file(plan);
  void* engine = nullptr;
  EXPECT(trtb_runtime_deserialize(trt, runtime, text.data(), text.size(), &engine) == TRTB_OK);
  return engine;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "canary") == 0) {
    return canary();
  }
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s FOLDER MAJOR PLAN | canary\n", argv[0]);
    return 2;
  }
  const std::string folder = argv[1], major = argv[2];
  World world;
  world.cudart = folder + (major == "10" ? "/libcudart.so.12" : "/libcudart.so.13");
  world.nvinfer = folder + "/libnvinfer.so." + major;
  world.plan = argv[3];
  for (const auto part :
       {exercise_refusals, exercise_engine, exercise_context, exercise_callbacks, exercise_builder, exercise_lanes,
        exercise_faults, exercise_batches}) {
    part(&world);
  }
  trtb_logger_free(world.logger);
  trtb_cudart_close(world.cuda);
  std::printf("exercise: TensorRT %s: the boundary holds\n", major.c_str());
  return 0;
}
