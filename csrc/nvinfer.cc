#include "nvinfer.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "dl.h"
#include "nvinfer_callbacks.h"

using trtb::attempt;
using trtb::make;
using trtb::run;
namespace row = trtb::row;

int trtb_nvinfer_open(const char* path, trtb_nvinfer** nvinfer, char** error) {
  void* handle = trtb_dl_open(path, error);
  if (handle == nullptr) {
    return TRTB_FAILED;
  }
  const auto version = trtb::symbol<int32_t (*)()>(handle, path, "getInferLibVersion", error);
  if (version == nullptr || trtb_abi_check(version(), path, error) != TRTB_OK) {
    return TRTB_FAILED;
  }
  std::unique_ptr<trtb_nvinfer> opened(new (std::nothrow) trtb_nvinfer{trtb::Abi(version()), handle, 0, nullptr});
  if (opened == nullptr) {
    *error = nullptr;
    return TRTB_FAILED;
  }
  opened->create_runtime =
      trtb::symbol<decltype(opened->create_runtime)>(handle, path, "createInferRuntime_INTERNAL", error);
  if (opened->create_runtime == nullptr) {
    return TRTB_FAILED;
  }
  const auto build = reinterpret_cast<int32_t (*)()>(trtb_nvinfer_symbol(opened.get(), "getInferLibBuildVersion"));
  opened->build = build != nullptr ? build() : 0;
  *nvinfer = opened.release();
  return TRTB_OK;
}

void trtb_nvinfer_close(trtb_nvinfer* nvinfer) { delete nvinfer; }

int trtb_nvinfer_version(const trtb_nvinfer* nvinfer, int* build) {
  *build = nvinfer->build;
  return nvinfer->abi.version;
}

void* trtb_nvinfer_symbol(const trtb_nvinfer* nvinfer, const char* name) {
  char* missing = nullptr;
  void* address = trtb_dl_symbol(nvinfer->handle, "libnvinfer", name, &missing);
  std::free(missing);
  return address;
}

int trtb_nvinfer_init_plugins(const trtb_nvinfer* nvinfer, const char* path, trtb_logger* logger, char** error) {
  void* handle = trtb_dl_open(path, error);
  if (handle == nullptr) {
    return TRTB_FAILED;
  }
  const auto initialise = trtb::symbol<bool (*)(void*, const char*)>(handle, path, "initLibNvInferPlugins", error);
  if (initialise == nullptr) {
    return TRTB_FAILED;
  }
  return initialise(trtb_logger_interface(logger, nvinfer->abi.major()), "") ? TRTB_OK : TRTB_REFUSED;
}

int trtb_nvinfer_load_plugins(const char* path, char** error) {
  return trtb_dl_open(path, error) != nullptr ? TRTB_OK : TRTB_FAILED;
}

void trtb_object_destroy(void* object) { trtb::destroy(object); }

int trtb_runtime_create(const trtb_nvinfer* nvinfer, trtb_logger* logger, void** runtime) {
  void* made = nvinfer->create_runtime(trtb_logger_interface(logger, nvinfer->abi.major()), nvinfer->abi.version);
  *runtime = trtb::is_object(made) ? made : nullptr;
  return *runtime != nullptr ? TRTB_OK : TRTB_REFUSED;
}

int trtb_runtime_set_temporary_directory(const trtb_nvinfer* nvinfer, void* runtime, const char* path) {
  return run<row::Runtime_setTemporaryDirectory>(nvinfer->abi, runtime, path);
}

int trtb_runtime_allow_host_code(const trtb_nvinfer* nvinfer, void* runtime, bool allowed) {
  return run<row::Runtime_setEngineHostCodeAllowed>(nvinfer->abi, runtime, allowed);
}

int trtb_runtime_set_dla_core(const trtb_nvinfer* nvinfer, void* runtime, int core) {
  return run<row::Runtime_setDLACore>(nvinfer->abi, runtime, core);
}

int trtb_runtime_deserialize(const trtb_nvinfer* nvinfer, void* runtime, const void* plan, size_t size, void** engine) {
  return make<row::Runtime_deserializeCudaEngine>(nvinfer->abi, runtime, engine, plan, size);
}

int trtb_runtime_deserialize_file(const trtb_nvinfer* nvinfer, void* runtime, const trtb_cudart* cuda, int file,
                                  void** engine) {
  trtb::FileReaderV2 any_order(cuda, file);
  auto& v2 = reinterpret_cast<trtb::IStreamReaderV2&>(any_order);
  const int status = make<row::Runtime_deserializeCudaEngineV2>(nvinfer->abi, runtime, engine, v2);
  if (status > TRTB_ABSENT) {
    return status;
  }
  trtb::FileReader in_order(file);
  auto& v1 = reinterpret_cast<trtb::IStreamReader&>(in_order);
  return make<row::Runtime_deserializeFromReader>(nvinfer->abi, runtime, engine, v1);
}
