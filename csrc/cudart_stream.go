package csrc

// #cgo noescape trtb_event_elapsed
// #cgo nocallback trtb_event_elapsed
// #include "cudart_calls.h"
import "C"

import "time"

// Stream is a cudaStream_t. Only this package sees into it; the zero Stream is the device's default stream.
type Stream struct{ c C.trtb_stream }

// Event is a cudaEvent_t. Only this package sees into it; the zero Event is none.
type Event struct{ c C.trtb_event }

// Flags of StreamCreate and EventCreate.
const (
	StreamNonBlocking  = C.TRTB_STREAM_NON_BLOCKING // does not wait for the default stream, nor it for this one
	EventBlockingSync  = C.TRTB_EVENT_BLOCKING_SYNC // a waiting thread sleeps instead of spinning
	EventDisableTiming = C.TRTB_EVENT_DISABLE_TIMING
)

// StreamCreate makes a stream.
func (c *Cudart) StreamCreate(device int, flags uint, priority int) (s Stream, status int) {
	status = int(C.trtb_stream_create(c.table, C.int(device), C.uint(flags), C.int(priority), &s.c))
	return s, status
}

// StreamDestroy returns at once; the stream's resources are freed when its work is done.
func (c *Cudart) StreamDestroy(device int, s Stream) int {
	return int(C.trtb_stream_destroy(c.table, C.int(device), s.c))
}

// StreamSynchronize waits until all work of the stream is done.
func (c *Cudart) StreamSynchronize(device int, s Stream) int {
	return int(C.trtb_stream_synchronize(c.table, C.int(device), s.c))
}

// StreamQuery returns 0 when all work of the stream is done and the code of cudaErrorNotReady when not.
func (c *Cudart) StreamQuery(device int, s Stream) int {
	return int(C.trtb_stream_query(c.table, C.int(device), s.c))
}

// StreamWaitEvent makes later work of the stream wait for what the event recorded last.
func (c *Cudart) StreamWaitEvent(device int, s Stream, e Event) int {
	return int(C.trtb_stream_wait_event(c.table, C.int(device), s.c, e.c))
}

// StreamSleep queues a host function that holds the stream for d.
func (c *Cudart) StreamSleep(device int, s Stream, d time.Duration) int {
	return int(C.trtb_stream_sleep(c.table, C.int(device), s.c, C.uint64_t(d.Nanoseconds())))
}

// EventCreate makes an event.
func (c *Cudart) EventCreate(device int, flags uint) (e Event, status int) {
	status = int(C.trtb_event_create(c.table, C.int(device), C.uint(flags), &e.c))
	return e, status
}

// EventDestroy destroys an event; it need not have completed.
func (c *Cudart) EventDestroy(device int, e Event) int {
	return int(C.trtb_event_destroy(c.table, C.int(device), e.c))
}

// EventRecord records the state of the stream at this point.
func (c *Cudart) EventRecord(device int, e Event, s Stream) int {
	return int(C.trtb_event_record(c.table, C.int(device), e.c, s.c))
}

// EventSynchronize waits for what the event recorded last.
func (c *Cudart) EventSynchronize(device int, e Event) int {
	return int(C.trtb_event_synchronize(c.table, C.int(device), e.c))
}

// EventQuery returns 0 when what the event recorded is done and the code of cudaErrorNotReady when not.
func (c *Cudart) EventQuery(device int, e Event) int {
	return int(C.trtb_event_query(c.table, C.int(device), e.c))
}

// EventElapsed returns the milliseconds between two completed events.
func (c *Cudart) EventElapsed(device int, start, end Event) (milliseconds float32, status int) {
	var ms C.float
	status = int(C.trtb_event_elapsed(c.table, C.int(device), start.c, end.c, &ms))
	return float32(ms), status
}
