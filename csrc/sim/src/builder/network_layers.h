// Methods of the network that add layers, as a parser calls them. The simulated parser does not need them: they are there for
// NVIDIA's, which can fill a simulated network with simple models.
#pragma once

#include "builder/objects.h"

namespace trtbench::sim {

// Weights as TensorRT passes them by value.
struct Weights {
  int32_t type;
  const void* values;
  int64_t count;
};
static_assert(sizeof(Weights) == 24, "layout of Weights");

void* addActivation(NetworkObject* self, const void* input, int32_t function) noexcept;
void* addSoftMax(NetworkObject* self, const void* input) noexcept;
void* addUnary(NetworkObject* self, const void* input, int32_t operation) noexcept;
void* addIdentity(NetworkObject* self, const void* input) noexcept;
void* addCast(NetworkObject* self, const void* input, int32_t type) noexcept;
void* addElementWise(NetworkObject* self, const void* first, const void* second, int32_t operation) noexcept;
void* addMatrixMultiply(NetworkObject* self, const void* first, int32_t how, const void* second, int32_t how2) noexcept;
void* addConstant(NetworkObject* self, const Dims& dims, Weights weights) noexcept;
bool setWeightsName(const NetworkObject* self, Weights weights, const char* name) noexcept;

}  // namespace trtbench::sim
