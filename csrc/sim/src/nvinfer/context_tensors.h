// Methods of the execution context about its tensors, used by its table.
#pragma once

#include "nvinfer/context.h"

namespace trtbench::sim {

bool setInputShape(ContextObject* self, const char* name, const Dims& dims) noexcept;
Dims shapeNow(const ContextObject* self, const char* name) noexcept;
Dims stridesNow(const ContextObject* self, const char* name) noexcept;
bool setTensorAddress(ContextObject* self, const char* name, void* address) noexcept;
bool setInputAddress(ContextObject* self, const char* name, void* address) noexcept;
bool setOutputAddress(ContextObject* self, const char* name, void* address) noexcept;
void* addressNow(const ContextObject* self, const char* name) noexcept;
bool setOutputAllocator(ContextObject* self, const char* name, void* allocator) noexcept;
void* outputAllocator(const ContextObject* self, const char* name) noexcept;
int64_t maxOutputSize(const ContextObject* self, const char* name) noexcept;
bool allShapes(const ContextObject* self) noexcept;
bool allValues(const ContextObject* self) noexcept;
int32_t inferShapes(const ContextObject* self, int32_t room, const char** names) noexcept;

}  // namespace trtbench::sim
