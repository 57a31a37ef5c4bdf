#include "builder.h"

#include <fstream>
#include <iterator>

namespace driver {
namespace {

// direct calls a method of a class without an implementation behind it.
template <class Result, class... Parameters>
Result direct(Lib& lib, void* object, Method method, Parameters... parameters) {
  void** const table = *static_cast<void***>(object);
  const auto function =
      reinterpret_cast<Result (*)(void*, Parameters...)>(table[lib.major == 10 ? method.slot10 : method.slot11]);
  return function(object, parameters...);
}

Dims dims(const std::vector<int64_t>& shape) {
  Dims d = {static_cast<int32_t>(shape.size()), {}};
  for (size_t i = 0; i < shape.size() && i < 8; i++) d.d[i] = shape[i];
  return d;
}

}  // namespace

Building::Building(Lib& l, bool strong) : lib(l), builder(l.createBuilder(l.logger(), l.libVersion())) {
  const unsigned strongFlag = lib.major == 10 ? 2 : 1;
  network = lib.call<void*>(builder, kNewNetwork, strong ? strongFlag : 0u);
  config = lib.call<void*>(builder, kNewConfig);
  parser = lib.createParser(network, lib.logger(), lib.parserVersion());
}

Building::~Building() {
  if (parser != nullptr) direct<void>(lib, parser, {9, 7});
  for (void* object : {config, network, builder}) {
    if (object != nullptr) lib.destroy(object);
  }
}

bool Building::parseFile(const std::string& path) { return direct<bool>(lib, parser, {1, 1}, path.c_str(), 1); }

bool Building::parse(const std::string& bytes, const char* path) {
  return direct<bool>(lib, parser, {0, 0}, static_cast<const void*>(bytes.data()), bytes.size(), path);
}

void* Building::profile() { return lib.call<void*>(builder, kNewProfile); }

bool Building::bound(void* profile, const char* input, std::vector<int64_t> min, std::vector<int64_t> opt,
                     std::vector<int64_t> max) {
  bool ok = true;
  const std::vector<int64_t> shapes[] = {min, opt, max};
  for (int select = 0; select < 3; select++) {
    const Dims d = dims(shapes[select]);
    ok = lib.call<bool>(profile, kSetDims, input, select, &d) && ok;
  }
  return ok;
}

void Building::flag(Flag flag) { lib.call<void>(config, kSetFlag, lib.major == 10 ? flag.in10 : flag.in11); }

std::string Building::plan() {
  void* const memory = lib.call<void*>(builder, kBuild, static_cast<const void*>(network), static_cast<const void*>(config));
  if (memory == nullptr) return "";
  const std::string text(static_cast<char*>(lib.call<void*>(memory, kBytes)), lib.call<size_t>(memory, kSize));
  lib.destroy(memory);
  return text;
}

int32_t Building::errors() { return direct<int32_t>(lib, parser, {5, 3}); }
void* Building::errorAt(int32_t index) { return direct<void*>(lib, parser, {6, 4}, index); }
int32_t Building::code(int32_t error) { return direct<int32_t>(lib, errorAt(error), {0, 0}); }
int32_t Building::node(int32_t error) { return direct<int32_t>(lib, errorAt(error), {5, 5}); }
std::string Building::text(int32_t error, int slot) { return direct<const char*>(lib, errorAt(error), {slot, slot}); }

std::string Building::functionsOf(int32_t error) {
  const char* const* names = direct<const char* const*>(lib, errorAt(error), {8, 8});
  std::string text;
  for (int32_t i = 0; i < direct<int32_t>(lib, errorAt(error), {9, 9}); i++) text += std::string(names[i]) + " ";
  return text;
}

std::string builtPlan(Lib& lib) {
  Building b(lib, true);
  acoustic(b);
  lib.call<void>(b.config, kSetVerbosity, 2);
  lib.call<void>(b.network, kSetNetworkName, "streaming_acoustic");
  return b.plan();
}

void acoustic(Building& b) {
  CHECK(b.parseFile(b.lib.modelFile("streaming_acoustic")));
  void* const profile = b.profile();
  CHECK(b.bound(profile, "signal", {1, 2400, 1}, {8, 2400, 1}, {16, 2400, 1}));
  CHECK(b.bound(profile, "state", {1, 219729}, {8, 219729}, {16, 219729}));
  CHECK_EQ(b.add(profile), 0);
}

}  // namespace driver
