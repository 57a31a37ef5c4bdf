#include "abi.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const trtb_method kMethods[] = {
#define TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, name, parameters, qualifier) \
  {"V" #interface, #method, #result, #parameters, #qualifier, slot10, since10, slot11, since11},
#define TRTB_DIRECT(interface, slot10, since10, slot11, since11, result, method, parameters, qualifier) \
  {"I" #interface, #method, #result, #parameters, #qualifier, slot10, since10, slot11, since11},
#define TRTB_DESTRUCTOR(interface, slot10, since10, slot11, since11) \
  {"I" #interface, "~D0", "void", "()", "", slot10, since10, slot11, since11},
#include "abi_methods.h"
};

const trtb_method kCallbacks[] = {
#define TRTB_CALLBACK(interface, method, slot10, since10, slot11, since11) \
  {#interface, #method, nullptr, nullptr, nullptr, slot10, since10, slot11, since11},
#include "abi_callbacks.h"
};

const trtb_value kValues[] = {
#define TRTB_VALUE(enumeration, name, value10, since10, value11, since11) \
  {#enumeration, #name, value10, since10, value11, since11},
#include "abi_values.h"
};

// What a version has of a pair of numbers: -1 for none.
int in_version(int version, int of10, int since10, int of11, int since11) {
  const int major = version / 10000, minor = version / 100 % 100;
  const int number = major == 10 ? of10 : major == 11 ? of11 : -1;
  return minor >= (major == 10 ? since10 : since11) ? number : -1;
}

// The number behind "libnvinfer.so." in the file name, or 0.
int major_of_name(const char* path) {
  const char* name = std::strrchr(path, '/');
  name = name != nullptr ? name + 1 : path;
  const char* suffix = std::strstr(name, ".so.");
  return suffix != nullptr ? std::atoi(suffix + 4) : 0;
}

// Sets *error to a text, without throwing; NULL when there is no memory for it.
__attribute__((format(printf, 2, 3))) int refuse(char** error, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (vasprintf(error, format, arguments) < 0) {
    *error = nullptr;
  }
  va_end(arguments);
  return TRTB_FAILED;
}

}  // namespace

trtb::Abi::Abi(int loaded) : version(loaded) {
  for (int i = 0; i < row::Count; i++) {
    slots[i] = static_cast<int16_t>(trtb_abi_slot(&kMethods[i], loaded));
  }
}

int trtb_method_count(void) { return trtb::row::Count; }

const trtb_method* trtb_method_at(int row) { return &kMethods[row]; }

int trtb_callback_count(void) { return sizeof(kCallbacks) / sizeof(kCallbacks[0]); }

const trtb_method* trtb_callback_at(int row) { return &kCallbacks[row]; }

int trtb_abi_slot(const trtb_method* method, int version) {
  return in_version(version, method->slot10, method->since10, method->slot11, method->since11);
}

int trtb_value_count(void) { return sizeof(kValues) / sizeof(kValues[0]); }

const trtb_value* trtb_value_at(int row) { return &kValues[row]; }

int trtb_abi_value(const trtb_value* value, int version) {
  return in_version(version, value->value10, value->since10, value->value11, value->since11);
}

int trtb_abi_check(int version, const char* path, char** error) {
  const int major = version / 10000, minor = version / 100 % 100, patch = version % 100;
  if (version < 100000) {
    // TensorRT-RTX counts from 1.0 and TensorRT 8 wrote major·1000; neither has the tables of this shim.
    return refuse(error,
                  "%s: version number %d is that of TensorRT-RTX or of a TensorRT before 10; this trtbench knows TensorRT 10 and 11",
                  path, version);
  }
  if (major > 11) {
    return refuse(error, "%s: TensorRT %d.%d is newer than this trtbench knows (10, 11)", path, major, minor);
  }
  const int named = major_of_name(path);
  if (named != 0 && named != major) {
    return refuse(error, "%s: the file is named for TensorRT %d and says it is %d.%d.%d; install the two versions apart", path,
                  named, major, minor, patch);
  }
  return TRTB_OK;
}
