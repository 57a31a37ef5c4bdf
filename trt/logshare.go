package trt

import (
	"context"
	"path/filepath"
	"slices"
	"sync"

	"github.com/trtbench/trtbench/csrc"
)

// sharedLogger is the one logger of a loaded file. TensorRT keeps the first logger it gets, in the library's own memory, as
// long as the process lives; so a later Load of the same file finds the logger of the first and adds its sink there.
type sharedLogger struct {
	logger *csrc.Logger
	turn   chan struct{} // holds the one build that is under way, whose messages are its own then

	mu    sync.RWMutex
	sinks []*logSink
}

var (
	sharedLoggersMu sync.Mutex
	sharedLoggers   = map[string]*sharedLogger{} // by the path of the file itself
)

// loggerOf returns the logger of the library that was loaded from path, nil when there is no memory for one.
func loggerOf(path string) *sharedLogger {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		path = file
	}
	sharedLoggersMu.Lock()
	defer sharedLoggersMu.Unlock()
	shared := sharedLoggers[path]
	if shared == nil {
		shared = &sharedLogger{turn: make(chan struct{}, 1)}
		if shared.logger = csrc.NewLogger(shared.put); shared.logger == nil {
			return nil
		}
		sharedLoggers[path] = shared
	}
	return shared
}

// put hands a message to every sink. It is called on any thread.
func (s *sharedLogger) put(severity int, message string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, sink := range s.sinks {
		sink.put(severity, message)
	}
}

// takeTurn waits until no other build is under way. After it, endTurn must follow.
func (s *sharedLogger) takeTurn(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *sharedLogger) endTurn() { <-s.turn }

func (s *sharedLogger) attach(sink *logSink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sinks = append(s.sinks, sink)
	s.setLimit()
}

func (s *sharedLogger) detach(sink *logSink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sinks = slices.DeleteFunc(s.sinks, func(other *logSink) bool { return other == sink })
	s.setLimit()
}

func (s *sharedLogger) setLimit() {
	limit := csrc.LogNothing
	for _, sink := range s.sinks {
		limit = max(limit, sink.limit)
	}
	s.logger.SetLimit(limit)
}
