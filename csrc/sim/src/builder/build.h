// The methods of the builder that build, used by its table.
#pragma once

#include "builder/objects.h"

namespace trtbench::sim {

// newBuilder is createInferBuilder: the public object, or nullptr without a device.
void* newBuilder(const Logger& logger);

void* buildSerialized(BuilderObject* self, const void* network, const void* config) noexcept;
void* buildWithKernelText(BuilderObject* self, const void* network, const void* config, void** kernelText) noexcept;
bool buildToStream(BuilderObject* self, const void* network, const void* config, void* writer) noexcept;
void* buildEngine(BuilderObject* self, const void* network, const void* config) noexcept;
bool isSupported(const BuilderObject* self, const void* network, const void* config) noexcept;

}  // namespace trtbench::sim
