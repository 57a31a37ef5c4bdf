#include "builder/network_layers.h"

#include <algorithm>

namespace trtbench::sim {
namespace {

// MatrixOperation and ElementWiseOperation of TensorRT.
enum : int32_t { kTransposed = 1, kAsVector = 2 };
enum : int32_t { kFirstComparison = 11, kLastComparison = 13 };

// A layer's own methods, beyond those that all layers have, do nothing.
constexpr size_t kOwnSlots = 64;
int64_t quiet() noexcept { return 0; }

void* ownMethods() {
  static void* table[kOwnSlots];
  static void* object = table;
  std::fill(std::begin(table), std::end(table), slot(quiet));
  return &object;
}

LayerObject* add(NetworkObject* self, int32_t type, const char* kind, const std::vector<const void*>& inputs) {
  LayerObject* const layer =
      self->addLayer(type, kind, "(Unnamed Layer* " + std::to_string(self->layers.size()) + ") [" + kind + "]");
  layer->concrete = ownMethods();
  for (const void* input : inputs) layer->inputs.push_back(from<TensorObject>(input));
  return layer;
}

void* finish(LayerObject* layer, int type, const Shape& shape) {
  TensorObject* const output = layer->network->addTensor(layer->name + "_output", type);
  output->shape = shape;
  output->shaped = true;
  layer->outputs.push_back(output);
  return &layer->facade;
}

// alike gives the result the shape of the input.
void* alike(NetworkObject* self, int32_t type, const char* kind, const void* input, int resultType = -1) {
  const TensorObject* const t = from<TensorObject>(input);
  return finish(add(self, type, kind, {input}), resultType < 0 ? t->type : resultType, t->shape);
}

// broadcast is the shape of an operation on two shapes of the same rank.
Shape broadcast(const Shape& a, const Shape& b, size_t dims) {
  Shape shape;
  for (size_t i = 0; i < dims; i++) shape.push_back(a[i] == 1 ? b[i] : a[i]);
  return shape;
}

}  // namespace

void* addActivation(NetworkObject* self, const void* input, int32_t) noexcept { return alike(self, 2, "Activation", input); }
void* addSoftMax(NetworkObject* self, const void* input) noexcept { return alike(self, 6, "SoftMax", input); }
void* addUnary(NetworkObject* self, const void* input, int32_t) noexcept { return alike(self, 11, "PointWise", input); }
void* addIdentity(NetworkObject* self, const void* input) noexcept { return alike(self, 20, "Identity", input); }
void* addCast(NetworkObject* self, const void* input, int32_t type) noexcept { return alike(self, 1, "Cast", input, type); }

void* addElementWise(NetworkObject* self, const void* first, const void* second, int32_t operation) noexcept {
  const TensorObject *const a = from<TensorObject>(first), *const b = from<TensorObject>(second);
  if (a->shape.size() != b->shape.size()) {
    self->logger.error("addElementWise: " + shapeText(a->shape) + " and " + shapeText(b->shape) + " differ in rank");
    return nullptr;
  }
  const bool compares = operation >= kFirstComparison && operation <= kLastComparison;
  const Shape shape = broadcast(a->shape, b->shape, a->shape.size());
  return finish(add(self, 9, "PointWise", {first, second}), compares ? kBool : a->type, shape);
}

void* addMatrixMultiply(NetworkObject* self, const void* first, int32_t how, const void* second, int32_t how2) noexcept {
  const TensorObject *const a = from<TensorObject>(first), *const b = from<TensorObject>(second);
  const size_t rank = a->shape.size();
  if (how == kAsVector || how2 == kAsVector || rank < 2 || rank != b->shape.size()) {
    self->logger.error("addMatrixMultiply: matrices of the same rank expected, found " + shapeText(a->shape) + " and " +
                       shapeText(b->shape));
    return nullptr;
  }
  Shape shape = broadcast(a->shape, b->shape, rank - 2);
  shape.push_back(a->shape[rank - (how == kTransposed ? 1 : 2)]);
  shape.push_back(b->shape[rank - (how2 == kTransposed ? 2 : 1)]);
  return finish(add(self, 17, "MatrixMultiply", {first, second}), a->type, shape);
}

void* addConstant(NetworkObject* self, const Dims& dims, Weights weights) noexcept {
  Shape shape;
  if (!toShape(dims, &shape) || volume(shape) != weights.count) {
    self->logger.error("addConstant: " + std::to_string(weights.count) + " weights do not fit the dimensions");
    return nullptr;
  }
  LayerObject* const layer = add(self, 19, "Constant", {});
  layer->parameters.push_back(Parameters{weights.type, weights.count});
  return finish(layer, weights.type, shape);
}

bool setWeightsName(const NetworkObject*, Weights, const char*) noexcept { return true; }

}  // namespace trtbench::sim
