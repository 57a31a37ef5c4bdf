// The objects of the simulated builder: what a caller has put into a network, a profile and a configuration.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nvinfer/slots.h"

namespace trtbench::sim {

struct NetworkObject;
struct LayerObject;

// TensorObject is a tensor of a network.
struct TensorObject : Object {
  NetworkObject* network = nullptr;
  std::string name;
  int type = kFloat;
  Shape shape;
  bool shaped = false;  // the number of dimensions is known
  bool input = false, output = false;
  bool shapeTensor = false;  // its values decide about shapes
  std::vector<std::string> dimensionNames;
  uint32_t formats = 1;  // bit mask of TensorFormat; linear
  int32_t location = 0;
};

// Parameters are the weights of a layer.
struct Parameters {
  int type = kFloat;
  int64_t count = 0;
  int64_t bytes() const { return (count * bitsOf(type) + 7) / 8; }
};

struct LayerObject : Object {
  NetworkObject* network = nullptr;
  int32_t type = 0;  // LayerType of TensorRT
  std::string name, kind, metadata;
  std::vector<TensorObject*> inputs, outputs;
  std::vector<Parameters> parameters;
};

struct NetworkObject : Object {
  ~NetworkObject();
  std::shared_ptr<int> parent;  // of the builder
  void* builder = nullptr;
  bool stronglyTyped = false;
  uint32_t flags = 0;
  std::string name;
  std::vector<std::unique_ptr<TensorObject>> tensors;
  std::vector<std::unique_ptr<LayerObject>> layers;
  std::vector<TensorObject*> inputs, outputs;
  std::vector<std::weak_ptr<int>> weightOwners;  // parsers, which own the weights of the layers they made

  TensorObject* addTensor(const std::string& name, int type);
  LayerObject* addLayer(int32_t type, const std::string& kind, const std::string& name);
  TensorObject* find(const std::string& name) const;
};

// liveNetwork returns the network behind a public object, or nullptr when it is none of this library's or has been destroyed.
NetworkObject* liveNetwork(const void* facade);
// enlist makes a network known to liveNetwork.
void enlist(const NetworkObject* network);

// Selected has the numbers of an input at the minimum, optimum and maximum; a list that was not set is empty.
struct Selected {
  Shape at[3];
  bool set[3] = {};
};

struct ProfileObject : Object {
  std::map<std::string, Selected> shapes, values;
  std::map<std::string, std::vector<int32_t>> values32;  // handed out
  float extraMemory = 1;
};

// TimingCacheObject remembers layers whose fastest tactic is known. The key is a hash of the layer.
struct TimingCacheObject : Object {
  struct Entry {
    uint64_t tactic;
    float ms;
  };
  ~TimingCacheObject();
  std::string gpu;
  std::map<std::string, Entry> entries;  // by 16 bytes
};

// BuildSettings is what a configuration remembers.
struct BuildSettings {
  uint32_t flags = 0;  // by the numbers of TensorRT 10, see flags.h
  uint32_t quantizationFlags = 0;
  int32_t averageTimings = 1, capability = 0, dlaCore = -1, deviceType = 0;
  std::map<const void*, int32_t> layerDevices;
  void* profileStream = nullptr;
  std::vector<const ProfileObject*> profiles;
  const void* calibrationProfile = nullptr;
  void *calibrator = nullptr, *algorithmSelector = nullptr;
  int32_t verbosity = 0;
  uint32_t tacticSources = 0;
  TimingCacheObject* cache = nullptr;
  std::map<int32_t, size_t> pools;  // those set by the caller
  uint32_t previews = 0;
  int32_t level = 3, hardware = 0, auxStreams = -1, platform = 0, maxTactics = -1, tiling = 0;
  std::vector<std::string> plugins;
  void* monitor = nullptr;
  int64_t l2Limit = -1;
  std::string autoTuning, route;
};

struct ConfigObject : Object {
  ~ConfigObject();
  std::shared_ptr<int> parent;
  BuildSettings settings;
};

struct BuilderObject : Object {
  ~BuilderObject();
  std::shared_ptr<int> children = std::make_shared<int>();  // its use count tells whether networks and configurations are alive
  std::vector<std::unique_ptr<ProfileObject>> profiles;
  int32_t maxThreads = 1;
  void* gpuAllocator = nullptr;
};

template <>
const Interface& interfaceOf<BuilderObject>();
template <>
const Interface& interfaceOf<ConfigObject>();
template <>
const Interface& interfaceOf<NetworkObject>();
template <>
const Interface& interfaceOf<TensorObject>();
template <>
const Interface& interfaceOf<LayerObject>();
template <>
const Interface& interfaceOf<ProfileObject>();
template <>
const Interface& interfaceOf<TimingCacheObject>();

// meet asks the device's configuration whether this call has to go wrong, and lets it: it waits, loses the device, or returns
// false after saying why the call fails.
bool meet(const char* call, const Logger& logger);

}  // namespace trtbench::sim
