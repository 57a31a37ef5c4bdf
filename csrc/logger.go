package csrc

// #include "logger.h"
// void trtbenchLog(uintptr_t handle, int severity, char* message);
import "C"

import "runtime/cgo"

// Severities of TensorRT's log.
const (
	LogInternalError = C.TRTB_LOG_INTERNAL_ERROR
	LogError         = C.TRTB_LOG_ERROR
	LogWarning       = C.TRTB_LOG_WARNING
	LogInfo          = C.TRTB_LOG_INFO
	LogVerbose       = C.TRTB_LOG_VERBOSE
)

// Logger receives TensorRT's messages. It serves libraries of both majors.
type Logger struct {
	logger *C.trtb_logger
	handle cgo.Handle
}

// NewLogger makes a logger that hands every message up to the severity limit to write, which is called on any thread and
// must not block. The caller closes it after everything that was created with it.
func NewLogger(limit int, write func(severity int, message string)) *Logger {
	handle := cgo.NewHandle(write)
	return &Logger{
		logger: C.trtb_logger_new(C.int(limit), C.trtb_log_fn(C.trtbenchLog), C.uintptr_t(handle)),
		handle: handle,
	}
}

// Close frees the logger.
func (l *Logger) Close() {
	C.trtb_logger_free(l.logger)
	l.logger = nil
	l.handle.Delete()
}

//export trtbenchLog
func trtbenchLog(handle C.uintptr_t, severity C.int, message *C.char) {
	write := cgo.Handle(handle).Value().(func(severity int, message string))
	write(int(severity), C.GoString(message))
}
