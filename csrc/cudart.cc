#include "cudart.h"

#include <errno.h>
#include <time.h>

#include <memory>
#include <new>
#include <string>

#include "dl.h"

namespace {

// "streamQuery" → "cudaStreamQuery".
std::string symbol_of(const char* field) {
  std::string name = std::string("cuda") + field;
  name[4] = static_cast<char>(name[4] - 'a' + 'A');
  return name;
}

void sleep_on_stream(void* user) {
  const uint64_t nanoseconds = reinterpret_cast<uintptr_t>(user);
  timespec left;
  left.tv_sec = static_cast<time_t>(nanoseconds / 1000000000u);
  left.tv_nsec = static_cast<long>(nanoseconds % 1000000000u);
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

}  // namespace

int trtb_cudart_open(const char* path, trtb_cudart** table, char** error) {
  void* library = trtb_dl_open(path, error);
  if (library == nullptr) {
    return -1;
  }
  std::unique_ptr<trtb_cudart> rt(new trtb_cudart());
#define TRTB_RESOLVE(field, result, parameters)                                                   \
  rt->field = trtb::symbol<result(*) parameters>(library, path, symbol_of(#field).c_str(), error); \
  if (rt->field == nullptr) {                                                                     \
    return -1;                                                                                    \
  }
  TRTB_CUDART_FUNCTIONS(TRTB_RESOLVE)
#undef TRTB_RESOLVE
  rt->library = library;
  *table = rt.release();
  return 0;
}

void trtb_cudart_close(trtb_cudart* table) { delete table; }

int trtb_cudart_use(const trtb_cudart* table, int device) {
  int current = -1;
  if (table->getDevice(&current) == TRTB_CUDA_SUCCESS && current == device) {
    return TRTB_CUDA_SUCCESS;
  }
  return table->setDevice(device);
}

int trtb_cudart_sleep(const trtb_cudart* table, trtb_stream stream, uint64_t nanoseconds) {
  return table->launchHostFunc(stream, sleep_on_stream, reinterpret_cast<void*>(static_cast<uintptr_t>(nanoseconds)));
}
