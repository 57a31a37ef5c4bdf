// How long layers take and what they need: the rules that README.md describes.
#include <algorithm>

#include "builder/emit.h"
#include "builder/flags.h"

namespace trtbench::sim {
namespace {

// LayerType of TensorRT.
enum : int { kConstantLayer = 19, kIdentityLayer = 20, kShapeLayer = 23 };

constexpr double kLayerMicros = 2;        // of every layer
constexpr double kBytesPerMicro = 400e3;  // parameters read: 400 GB/s

bool isFloat(int type) { return type == kFloat || type == kHalf || type == kBf16; }

// ownType is the type a layer has in the network.
int ownType(const LayerObject& layer) {
  for (const auto* tensors : {&layer.outputs, &layer.inputs}) {
    for (const TensorObject* t : *tensors) {
      if (t != nullptr && isFloat(t->type)) return t->type;
    }
  }
  for (const Parameters& p : layer.parameters) {
    if (isFloat(p.type)) return p.type;
  }
  return layer.outputs.empty() || layer.outputs[0] == nullptr ? kFloat : layer.outputs[0]->type;
}

}  // namespace

std::vector<const LayerObject*> engineLayers(const NetworkObject& network) {
  std::vector<const LayerObject*> kept, all;
  for (const auto& layer : network.layers) {
    const bool vanishes = layer->type == kConstantLayer || layer->type == kIdentityLayer || layer->type == kShapeLayer;
    if (!vanishes) kept.push_back(layer.get());
    all.push_back(layer.get());
  }
  return kept.empty() ? all : kept;
}

int layerPrecision(const LayerObject& layer, const BuildSettings& settings) {
  const int type = ownType(layer);
  if (type != kFloat || layer.network->stronglyTyped) return type;
  if (!layer.parameters.empty() && has(settings.flags, kInt8Flag)) return kInt8;
  if (!layer.parameters.empty() && has(settings.flags, kFp8Flag)) return kFp8;
  if (has(settings.flags, kFp16Flag)) return kHalf;
  return has(settings.flags, kBf16Flag) ? kBf16 : kFloat;
}

int64_t parameterBytes(const LayerObject& layer, int precision) {
  int64_t bytes = 0;
  for (Parameters p : layer.parameters) {
    if (isFloat(p.type) && bitsOf(precision) < bitsOf(p.type)) p.type = precision;
    bytes += p.bytes();
  }
  return bytes;
}

int64_t scratchBytes(const LayerObject& layer, int precision) { return parameterBytes(layer, precision); }

double layerMicros(const LayerObject& layer, int precision, const BuildSettings& settings) {
  static const double levels[] = {1.5, 1.25, 1.1, 1, 0.97, 0.95};
  static const double tilings[] = {1, 0.99, 0.98, 0.97};
  double us = static_cast<double>(parameterBytes(layer, precision)) / kBytesPerMicro;
  if (precision == kFloat && !has(settings.flags, kTf32)) us *= 1.25;
  if (has(settings.flags, kSparse)) us *= 0.75;
  us = (us + kLayerMicros) * levels[settings.level] * tilings[settings.tiling];
  if (settings.hardware != 0) us *= 1.05;
  return has(settings.flags, kVersionCompatible) ? us * 1.03 : us;
}

}  // namespace trtbench::sim
