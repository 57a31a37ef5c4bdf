// Devices: how many, which, and what they are like.
#include <cstdio>
#include <cstring>

#include "cudart/cudart.h"
#include "json/json.h"

using namespace trtbench::sim;

namespace {

// The beginning of cudaDeviceProp, which is the same in CUDA 12 and 13. Nothing behind it is written.
struct PropertiesHead {
  char name[256];
  char uuid[16];
  char luid[8];
  unsigned int luidDeviceNodeMask;
  size_t totalGlobalMem;
  size_t sharedMemPerBlock;
  int regsPerBlock;
  int warpSize;
};
static_assert(sizeof(PropertiesHead) == 312, "offsets of cudaDeviceProp");

// parseUuid reads 32 hexadecimal digits and skips everything else.
void parseUuid(const std::string& text, char out[16]) {
  int n = 0;
  memset(out, 0, 16);
  for (const char c : text) {
    const int digit = hexDigit(c);
    if (digit < 0 || n == 32) continue;
    out[n / 2] = static_cast<char>(out[n / 2] << 4 | digit);
    n++;
  }
}

bool exists(const Device& device, int ordinal) {
  return ordinal >= 0 && static_cast<size_t>(ordinal) < device.config().gpus.size();
}

// attribute returns the value of a cudaDeviceAttr.
int attribute(const GpuConfig& gpu, int ordinal, int which) {
  switch (which) {
    case 1: return 1024;                  // max threads per block
    case 8: return 48 << 10;              // shared memory per block
    case 10: return 32;                   // warp size
    case 13: return gpu.clockMhz * 1000;  // clock, kHz
    case 16: return gpu.smCount;          // multiprocessors
    case 18: return gpu.integrated ? 1 : 0;
    case 31: return 1;                          // concurrent kernels
    case 33: return ordinal + 1;                // PCI bus
    case 34: return 0;                          // PCI device
    case 36: return gpu.memoryClockMhz * 1000;  // memory clock, kHz
    case 37: return gpu.busWidthBits;
    case 38: return static_cast<int>(gpu.l2Bytes);
    case 39: return 1536;  // max threads per multiprocessor
    case 40: return 2;     // copy engines
    case 41: return 1;     // unified addressing
    case 50: return 0;     // PCI domain
    case 75: return gpu.major;
    case 76: return gpu.minor;
    case 81: return 100 << 10;                               // shared memory per multiprocessor
    case 83: return 1;                                       // managed memory
    case 89: return 1;                                       // concurrent managed access
    case 108: return static_cast<int>(gpu.l2Bytes / 4 * 3);  // max persisting L2
    default: return 0;
  }
}

}  // namespace

TRTBENCH_EXPORT int cudaRuntimeGetVersion(int* version) {
  if (version == nullptr) return done(kInvalidValue);
  *version = kCudaVersion;
  return kSuccess;
}

TRTBENCH_EXPORT int cudaDriverGetVersion(int* version) {
  if (version == nullptr) return done(kInvalidValue);
  *version = Device::instance().driverVersion();
  return kSuccess;
}

// As in the real library, a missing driver leaves *count as it was.
TRTBENCH_EXPORT int cudaGetDeviceCount(int* count) {
  return call("cudaGetDeviceCount", [&](Device& device) {
    if (count == nullptr) return kInvalidValue;
    *count = static_cast<int>(device.config().gpus.size());
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaGetDevice(int* device) {
  return call("cudaGetDevice", [&](Device&) {
    if (device == nullptr) return kInvalidValue;
    *device = currentDevice();
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaSetDevice(int ordinal) {
  return call("cudaSetDevice", [&](Device& device) {
    if (device.log().on()) device.log().write("setDevice %d", ordinal);
    if (!exists(device, ordinal)) return kInvalidDevice;
    currentDevice() = ordinal;
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaDeviceGetAttribute(int* value, int which, int ordinal) {
  return call("cudaDeviceGetAttribute", [&](Device& device) {
    if (value == nullptr || which < 1 || which > 200) return kInvalidValue;
    if (!exists(device, ordinal)) return kInvalidDevice;
    *value = attribute(device.config().gpus[static_cast<size_t>(ordinal)], ordinal, which);
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaGetDeviceProperties(void* properties, int ordinal) {
  return call("cudaGetDeviceProperties", [&](Device& device) {
    if (properties == nullptr) return kInvalidValue;
    if (!exists(device, ordinal)) return kInvalidDevice;
    const GpuConfig& gpu = device.config().gpus[static_cast<size_t>(ordinal)];
    PropertiesHead head = {};
    snprintf(head.name, sizeof head.name, "%s", gpu.name.c_str());
    parseUuid(gpu.uuid, head.uuid);
    head.uuid[15] = static_cast<char>(head.uuid[15] + ordinal);
    head.totalGlobalMem = static_cast<size_t>(gpu.memoryBytes);
    head.sharedMemPerBlock = 48 << 10;
    head.regsPerBlock = 65536;
    head.warpSize = 32;
    memcpy(properties, &head, sizeof head);
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaDeviceGetPCIBusId(char* text, int length, int ordinal) {
  return call("cudaDeviceGetPCIBusId", [&](Device& device) {
    if (text == nullptr || length < 13) return kInvalidValue;
    if (!exists(device, ordinal)) return kInvalidDevice;
    snprintf(text, static_cast<size_t>(length), "0000:%02X:00.0", ordinal + 1);
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaDeviceGetByPCIBusId(int* ordinal, const char* text) {
  return call("cudaDeviceGetByPCIBusId", [&](Device& device) {
    unsigned domain = 0, bus = 0, slot = 0;
    if (ordinal == nullptr || text == nullptr) return kInvalidValue;
    if (sscanf(text, "%x:%x:%x", &domain, &bus, &slot) != 3 && (domain = 0, sscanf(text, "%x:%x", &bus, &slot)) != 2) {
      return kInvalidValue;
    }
    const int found = static_cast<int>(bus) - 1;
    if (domain != 0 || slot != 0 || !exists(device, found)) return kInvalidDevice;
    *ordinal = found;
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  return call("cudaDeviceGetStreamPriorityRange", [&](Device&) {
    if (least != nullptr) *least = 0;
    if (greatest != nullptr) *greatest = -5;
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaDeviceSynchronize() {
  return call("cudaDeviceSynchronize", [](Device& device) { return device.finishDevice(currentDevice()); });
}

TRTBENCH_EXPORT int cudaDeviceReset() {
  return call("cudaDeviceReset", [](Device& device) { return device.finishDevice(currentDevice()); });
}

TRTBENCH_EXPORT int cudaDeviceSetLimit(int limit, size_t value) {
  return call("cudaDeviceSetLimit", [&](Device& device) { return device.setLimit(limit, value); });
}

TRTBENCH_EXPORT int cudaDeviceGetLimit(size_t* value, int limit) {
  return call("cudaDeviceGetLimit", [&](Device& device) { return device.limit(limit, value); });
}

TRTBENCH_EXPORT int cudaProfilerStart() {
  return call("cudaProfilerStart", [](Device& device) {
    device.log().write("profilerStart");
    return kSuccess;
  });
}

TRTBENCH_EXPORT int cudaProfilerStop() {
  return call("cudaProfilerStop", [](Device& device) {
    device.log().write("profilerStop");
    return kSuccess;
  });
}
