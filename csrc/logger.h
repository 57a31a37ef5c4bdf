// TensorRT's log: messages of a loaded library, handed to a function with an integer that the caller chose. It may be called on
// any thread, also inside a timed enqueue: it copies what it needs, and never blocks.
#ifndef TRTBENCH_CSRC_LOGGER_H
#define TRTBENCH_CSRC_LOGGER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// TensorRT's severities.
enum {
  TRTB_LOG_INTERNAL_ERROR = 0,
  TRTB_LOG_ERROR = 1,
  TRTB_LOG_WARNING = 2,
  TRTB_LOG_INFO = 3,
  TRTB_LOG_VERBOSE = 4,
};

typedef void (*trtb_log_fn)(uintptr_t handle, int severity, const char* message);

typedef struct trtb_logger trtb_logger;

// trtb_logger_new makes a logger for libraries of either major. It is silent until its limit is set.
//
// TensorRT keeps the first logger it gets, for the life of the process and for all who use the library. So there is one logger
// for each library, and it is never freed while the library is mapped.
trtb_logger* trtb_logger_new(trtb_log_fn write, uintptr_t handle);

// trtb_logger_limit drops messages above a severity before write is called; -1 drops all. It may be called at any time.
void trtb_logger_limit(trtb_logger* logger, int severity);

// trtb_logger_free frees a logger that no library was given.
void trtb_logger_free(trtb_logger* logger);

// trtb_logger_interface returns the ILogger* in the shape of a major: each crashes or stays silent with the other's.
void* trtb_logger_interface(trtb_logger* logger, int major);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_LOGGER_H
