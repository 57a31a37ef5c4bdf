#include "dl.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

void* trtb_dl_open(const char* path, char** error) {
  void* handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* text = dlerror();
    *error = strdup(text != nullptr ? text : "dlopen failed without a reason");
  }
  return handle;
}

void* trtb_dl_symbol(void* handle, const char* library, const char* name, char** error) {
  void* address = dlsym(handle, name);
  if (address != nullptr) {
    return address;
  }
  static const char format[] = "%s: symbol %s is missing";
  int size = std::snprintf(nullptr, 0, format, library, name) + 1;
  *error = static_cast<char*>(std::malloc(size));
  if (*error != nullptr) {
    std::snprintf(*error, size, format, library, name);
  }
  return nullptr;
}

const char* trtb_dl_path(const void* address) {
  Dl_info info;
  return dladdr(address, &info) != 0 ? info.dli_fname : nullptr;
}
