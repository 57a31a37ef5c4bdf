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

// LogNothing is the limit of a silent logger.
const LogNothing = -1

// Logger receives TensorRT's messages. It serves libraries of both majors. TensorRT keeps the first logger it gets for the life of
// the process, so a Logger is never freed.
type Logger struct{ logger *C.trtb_logger }

// NewLogger makes a logger that hands messages up to its limit to write, which is called on any thread and must not block. It
// is silent until the limit is set. It returns nil when there is no memory for it.
func NewLogger(write func(severity int, message string)) *Logger {
	handle := cgo.NewHandle(write)
	p := C.trtb_logger_new(C.trtb_log_fn(C.trtbenchLog), C.uintptr_t(handle))
	if p == nil {
		handle.Delete()
		return nil
	}
	return &Logger{p}
}

// SetLimit sets the largest severity that is handed over. It may be called at any time.
func (l *Logger) SetLimit(severity int) { C.trtb_logger_limit(l.logger, C.int(severity)) }

//export trtbenchLog
func trtbenchLog(handle C.uintptr_t, severity C.int, message *C.char) {
	write := cgo.Handle(handle).Value().(func(severity int, message string))
	write(int(severity), C.GoString(message))
}
