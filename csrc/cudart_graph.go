package csrc

// #include "cudart_calls.h"
import "C"

// Graph is a cudaGraph_t. Only this package sees into it.
type Graph struct{ c C.trtb_graph }

// GraphExec is a cudaGraphExec_t. Only this package sees into it.
type GraphExec struct{ c C.trtb_graph_exec }

// Values of cudaStreamCaptureStatus.
const (
	CaptureNone        = 0
	CaptureActive      = 1
	CaptureInvalidated = 2
)

// StreamBeginCapture turns the stream's further work into a graph. The capture is private to the calling OS thread
// (cudaStreamCaptureModeThreadLocal), which must also end it.
func (c *Cudart) StreamBeginCapture(device int, s Stream) int {
	return int(C.trtb_stream_begin_capture(c.table, C.int(device), s.c, C.TRTB_CAPTURE_THREAD_LOCAL))
}

// StreamEndCapture ends a capture and returns its graph.
func (c *Cudart) StreamEndCapture(device int, s Stream) (g Graph, status int) {
	status = int(C.trtb_stream_end_capture(c.table, C.int(device), s.c, &g.c))
	return g, status
}

// StreamCaptureStatus returns one of CaptureNone, CaptureActive and CaptureInvalidated.
func (c *Cudart) StreamCaptureStatus(device int, s Stream) (capture, status int) {
	var v C.int
	status = int(C.trtb_stream_capture_status(c.table, C.int(device), s.c, &v))
	return int(v), status
}

// GraphNodeCount returns the number of nodes of a graph.
func (c *Cudart) GraphNodeCount(device int, g Graph) (count, status int) {
	var n C.size_t
	status = int(C.trtb_graph_node_count(c.table, C.int(device), g.c, &n))
	return int(n), status
}

// GraphInstantiate makes a graph that can be launched.
func (c *Cudart) GraphInstantiate(device int, g Graph) (x GraphExec, status int) {
	status = int(C.trtb_graph_instantiate(c.table, C.int(device), g.c, &x.c))
	return x, status
}

// GraphDestroy destroys a graph; what was instantiated from it lives on.
func (c *Cudart) GraphDestroy(device int, g Graph) int {
	return int(C.trtb_graph_destroy(c.table, C.int(device), g.c))
}

// GraphExecUpdate gives x the parameters of g, which must have the same topology; reason is a cudaGraphExecUpdateResult.
func (c *Cudart) GraphExecUpdate(device int, x GraphExec, g Graph) (reason, status int) {
	var v C.int
	status = int(C.trtb_graph_exec_update(c.table, C.int(device), x.c, g.c, &v))
	return int(v), status
}

// GraphExecUpload brings x onto the device, so that its first launch takes no longer than the next.
func (c *Cudart) GraphExecUpload(device int, x GraphExec, s Stream) int {
	return int(C.trtb_graph_exec_upload(c.table, C.int(device), x.c, s.c))
}

// GraphExecLaunch queues x on the stream.
func (c *Cudart) GraphExecLaunch(device int, x GraphExec, s Stream) int {
	return int(C.trtb_graph_exec_launch(c.table, C.int(device), x.c, s.c))
}

// GraphExecDestroy destroys x.
func (c *Cudart) GraphExecDestroy(device int, x GraphExec) int {
	return int(C.trtb_graph_exec_destroy(c.table, C.int(device), x.c))
}
