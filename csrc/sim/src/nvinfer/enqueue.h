// The methods that run a context, used by its table.
#pragma once

#include "nvinfer/context.h"

namespace trtbench::sim {

bool enqueue(ContextObject* self, void* stream) noexcept;
bool execute(ContextObject* self, void* const* bindings) noexcept;
bool reportToProfiler(ContextObject* self) noexcept;

// badShapeValue says which value of a shape tensor leaves the profile, or is empty.
std::string badShapeValue(const ContextObject& context);

}  // namespace trtbench::sim
