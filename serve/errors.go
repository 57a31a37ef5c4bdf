package serve

import (
	"errors"
	"fmt"
)

// Errors that callers tell apart with errors.Is.
var (
	ErrClosed        = errors.New("the server is closed")
	ErrSessionClosed = errors.New("the session is closed")
	ErrSessionsFull  = errors.New("every session is taken")
	ErrQueueFull     = errors.New("the queue is full")
	// ErrStateLost is returned for the chunks of a session whose state was lost, until one starts it anew.
	ErrStateLost = errors.New("the state of the stream was lost")
)

// BatchError says that a batch failed. Every chunk of it has this error, and its sessions have lost their states.
type BatchError struct {
	Instance int
	Size     int
	Err      error // of the executor
}

// Error is part of error.
func (e *BatchError) Error() string {
	return fmt.Sprintf("serve: a batch of %d chunks failed on instance %d: %v", e.Size, e.Instance, e.Err)
}

// Unwrap returns the executor's error.
func (e *BatchError) Unwrap() error { return e.Err }

// ChunkError says what is wrong with a chunk that was not accepted.
type ChunkError struct{ Text string }

// Error is part of error.
func (e *ChunkError) Error() string { return "serve: chunk: " + e.Text }
