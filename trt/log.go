package trt

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/trtbench/trtbench/csrc"
)

// LevelInternalError is the level of TensorRT's internal errors, one above slog.LevelError.
const LevelInternalError = slog.LevelError + 4

// logSink carries TensorRT's messages to a slog.Logger. A message may come inside a timed enqueue, so it is only put into a
// queue there; a goroutine of its own writes it, with the time at which it came.
type logSink struct {
	log   *slog.Logger
	limit int           // largest severity that the logger wants
	wake  chan struct{} // holds at most one signal
	done  chan struct{}

	writing sync.Mutex // held while messages are written, so that they keep their order

	mu        sync.Mutex
	queue     []slog.Record
	dropped   int
	lastError string
	closed    bool
	warnings  map[*[]string]struct{} // lists of who collects warnings
}

// maxQueuedMessages bounds the memory of a sink whose logger does not keep up.
const maxQueuedMessages = 4096

// maxCollectedWarnings bounds what is kept of an operation that warns of every layer.
const maxCollectedWarnings = 100

// LogSource is the key of the attribute that marks TensorRT's own messages among this package's.
const LogSource = "from"

// newLogSink starts a sink. Close it.
func newLogSink(log *slog.Logger) *logSink {
	s := &logSink{log: log, limit: csrc.LogInfo, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if log.Enabled(context.Background(), slog.LevelDebug) {
		s.limit = csrc.LogVerbose
	}
	go func() {
		defer close(s.done)
		for range s.wake {
			s.flush()
		}
	}()
	return s
}

// put takes a message. It is called on any thread and never waits for the logger.
func (s *logSink) put(severity int, message string) {
	record := slog.NewRecord(time.Now(), levelOf(severity), message, 0)
	record.AddAttrs(slog.String(LogSource, "TensorRT"))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if severity > s.limit {
		return
	}
	if severity <= csrc.LogError {
		s.lastError = message
	}
	if severity == csrc.LogWarning {
		for list := range s.warnings {
			if !slices.Contains(*list, message) && len(*list) < maxCollectedWarnings {
				*list = append(*list, message)
			}
		}
	}
	if len(s.queue) == maxQueuedMessages {
		s.dropped++
		return
	}
	s.queue = append(s.queue, record)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// flush writes what is in the queue.
func (s *logSink) flush() {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	queue, dropped := s.queue, s.dropped
	s.queue, s.dropped = nil, 0
	s.mu.Unlock()
	handler := s.log.Handler()
	for _, record := range queue {
		if handler.Enabled(context.Background(), record.Level) {
			_ = handler.Handle(context.Background(), record) // there is nowhere to tell that a log cannot be written
		}
	}
	if dropped > 0 {
		s.log.Warn(fmt.Sprintf("trt: %d messages of TensorRT were dropped, the log did not keep up", dropped))
	}
}

// clearError forgets the last error, before an operation.
func (s *logSink) clearError() {
	s.mu.Lock()
	s.lastError = ""
	s.mu.Unlock()
}

// takeError returns the last error since clearError.
func (s *logSink) takeError() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastError
}

// collect notes the warnings from now on until the returned function is called, which returns them, each once.
func (s *logSink) collect() func() []string {
	list := new([]string)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.warnings == nil {
		s.warnings = map[*[]string]struct{}{}
	}
	s.warnings[list] = struct{}{}
	return func() []string {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.warnings, list)
		return *list
	}
}

// close writes what is left and ends the goroutine. What is put afterwards is lost.
func (s *logSink) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	close(s.wake)
	<-s.done
	s.flush()
}

func levelOf(severity int) slog.Level {
	switch severity {
	case csrc.LogInternalError:
		return LevelInternalError
	case csrc.LogError:
		return slog.LevelError
	case csrc.LogWarning:
		return slog.LevelWarn
	case csrc.LogInfo:
		return slog.LevelInfo
	}
	return slog.LevelDebug
}
