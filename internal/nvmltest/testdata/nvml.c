/* A stand-in for NVML with one GPU, as an old driver has it: some functions are missing, and so is the counter of energy. What it tells
 * is fixed. */
#include <string.h>

typedef int status;
enum { success = 0, invalid = 2, unsupported = 3, not_found = 6 };

typedef struct { unsigned int gpu, memory; } utilization;
typedef struct { unsigned long long total, free, used; } memory;

static char gpu; /* its address is the handle */

static status text(char *to, unsigned int length, const char *from) {
    if (strlen(from) >= length) return invalid;
    strcpy(to, from);
    return success;
}

status nvmlInit_v2(void) { return success; }
status nvmlShutdown(void) { return success; }
const char *nvmlErrorString(status s) { return s == success ? "fine" : s == not_found ? "no such GPU" : "refused"; }
status nvmlSystemGetNVMLVersion(char *to, unsigned int length) { return text(to, length, "11.450.1"); }
status nvmlDeviceGetCount_v2(unsigned int *n) { *n = 1; return success; }

status nvmlDeviceGetHandleByIndex_v2(unsigned int i, void **device) { *device = &gpu; return i == 0 ? success : not_found; }
status nvmlDeviceGetHandleByUUID(const char *uuid, void **device) {
    *device = &gpu;
    return strcmp(uuid, "GPU-1") == 0 ? success : not_found;
}
status nvmlDeviceGetHandleByPciBusId_v2(const char *pci, void **device) {
    *device = &gpu;
    return strcmp(pci, "0000:3b:00.0") == 0 ? success : not_found;
}

status nvmlDeviceGetName(void *device, char *to, unsigned int length) { return device == &gpu ? text(to, length, "A stand-in") : invalid; }
status nvmlDeviceGetUUID(void *device, char *to, unsigned int length) { return device == &gpu ? text(to, length, "GPU-1") : invalid; }

status nvmlDeviceGetUtilizationRates(void *device, utilization *rates) {
    (void)device;
    rates->gpu = 42;
    rates->memory = 7;
    return success;
}
status nvmlDeviceGetMemoryInfo(void *device, memory *bytes) {
    (void)device;
    bytes->total = 1000;
    bytes->free = 400;
    bytes->used = 600;
    return success;
}
status nvmlDeviceGetClockInfo(void *device, int type, unsigned int *mhz) { (void)device; *mhz = type == 1 ? 1980 : 2619; return success; }
status nvmlDeviceGetPowerUsage(void *device, unsigned int *milliwatts) { (void)device; *milliwatts = 301500; return success; }
status nvmlDeviceGetTemperature(void *device, int sensor, unsigned int *celsius) {
    (void)device;
    (void)sensor;
    (void)celsius;
    return unsupported;
}
status nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *reasons) {
    (void)device;
    *reasons = 0x1 | 0x2 | 0x4 | 0x40; /* idle, clocks that were set, power cap, heat */
    return success;
}
