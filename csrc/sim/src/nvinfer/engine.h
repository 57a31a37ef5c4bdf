// Methods of the engine about its tensors, used by its table.
#pragma once

#include "nvinfer/objects.h"

namespace trtbench::sim {

int32_t tensorCount(const EngineObject* self) noexcept;
const char* tensorName(const EngineObject* self, int32_t index) noexcept;
int32_t tensorMode(const EngineObject* self, const char* name) noexcept;
int32_t tensorType(const EngineObject* self, const char* name) noexcept;
int32_t tensorLocation(const EngineObject* self, const char* name) noexcept;
Dims tensorShape(const EngineObject* self, const char* name) noexcept;
bool tensorShapeInference(const EngineObject* self, const char* name) noexcept;
int32_t tensorFormat(const EngineObject* self, const char* name) noexcept;
int32_t tensorFormatV2(const EngineObject* self, const char* name, int32_t profile) noexcept;
const char* tensorFormatText(EngineObject* self, const char* name) noexcept;
const char* tensorFormatTextV2(EngineObject* self, const char* name, int32_t profile) noexcept;
int32_t tensorComponentBytes(const EngineObject* self, const char* name) noexcept;
int32_t tensorComponentBytesV2(const EngineObject* self, const char* name, int32_t profile) noexcept;
int32_t tensorComponents(const EngineObject* self, const char* name) noexcept;
int32_t tensorComponentsV2(const EngineObject* self, const char* name, int32_t profile) noexcept;
int32_t tensorVectorDim(const EngineObject* self, const char* name) noexcept;
int32_t tensorVectorDimV2(const EngineObject* self, const char* name, int32_t profile) noexcept;
const char* tensorAlias(const EngineObject* self, const char* name) noexcept;
bool tensorDebug(const EngineObject* self, const char* name) noexcept;
Dims profileShape(const EngineObject* self, const char* name, int32_t profile, int32_t select) noexcept;
const int64_t* profileValues(const EngineObject* self, const char* name, int32_t profile, int32_t select) noexcept;
const int32_t* profileValues32(EngineObject* self, const char* name, int32_t profile, int32_t select) noexcept;

}  // namespace trtbench::sim
