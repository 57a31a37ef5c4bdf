package csrc

// #cgo noescape trtb_lane_wait
// #include "lane.h"
import "C"

import (
	"strings"
	"unsafe"
)

// LaneSlots is the number of inferences that a lane can have in flight.
const LaneSlots = C.TRTB_LANE_SLOTS

// StageEvents is the number of events of a slot: start and end of the copies in, of the computation, of the copies out.
const StageEvents = C.TRTB_STAGE_EVENTS

// Size and layout of the times that [Lane.Wait] writes, in bytes: what the Go struct that is handed to it must look like.
const (
	SampleSize         = C.sizeof_trtb_sample
	SampleEnqueueStart = unsafe.Offsetof(C.trtb_sample{}.enqueue_start)
	SampleEnqueueEnd   = unsafe.Offsetof(C.trtb_sample{}.enqueue_end)
	SampleComputeStart = unsafe.Offsetof(C.trtb_sample{}.compute_start)
	SampleH2D          = unsafe.Offsetof(C.trtb_sample{}.h2d)
	SampleH2DToCompute = unsafe.Offsetof(C.trtb_sample{}.h2d_to_compute)
	SampleCompute      = unsafe.Offsetof(C.trtb_sample{}.compute)
	SampleComputeToD2H = unsafe.Offsetof(C.trtb_sample{}.compute_to_d2h)
	SampleD2H          = unsafe.Offsetof(C.trtb_sample{}.d2h)
	SampleLane         = unsafe.Offsetof(C.trtb_sample{}.lane)
	SampleFlags        = unsafe.Offsetof(C.trtb_sample{}.flags)
)

// LaneCopy is one copy that an inference makes between host and device. With an Output the other fields are not used.
type LaneCopy struct {
	To, From uintptr
	Bytes    uint64
	Kind     CopyKind
	Output   *Output
}

// LaneConfig is everything that a lane is made of. All of it is owned by the caller and outlives the lane.
type LaneConfig struct {
	Cuda             *Cudart
	Device           int
	Context          Object
	Graph            GraphExec // launched instead of enqueueing the context, unless zero
	Input            Stream
	Compute          Stream
	Output           Stream
	Events           [LaneSlots][StageEvents]Event
	H2D, D2H         []LaneCopy
	Transfers        bool
	FirstRoundCopies bool
	Start            Event // the run's start mark on the device
	HostStart        int64 // and on the host, as Clock tells it
}

// Lane is one inference stream, ready to be timed. It is driven by one goroutine at a time.
type Lane struct{ p *C.trtb_lane }

// NewLane makes a lane, or returns nil when there is no memory for it. The caller closes it.
func (n *NVInfer) NewLane(config LaneConfig) *Lane {
	lane := C.trtb_lane_new(C.size_t(len(config.H2D)), C.size_t(len(config.D2H)))
	if lane == nil {
		return nil
	}
	lane.cuda = config.Cuda.table
	lane.device = C.int(config.Device)
	lane.input, lane.compute, lane.output = config.Input.c, config.Compute.c, config.Output.c
	for slot, events := range config.Events {
		for stage, event := range events {
			lane.events[slot][stage] = event.c
		}
	}
	lane.graph = config.Graph.c
	fillCopies(lane.h2d, config.H2D)
	fillCopies(lane.d2h, config.D2H)
	lane.transfers = C.bool(config.Transfers)
	lane.first_round_copies = C.bool(config.FirstRoundCopies)
	lane.start = config.Start.c
	lane.host_start = C.int64_t(config.HostStart)
	C.trtb_lane_bind(lane, n.p, config.Context.p)
	return &Lane{p: lane}
}

func fillCopies(array *C.trtb_lane_copy, copies []LaneCopy) {
	filled := unsafe.Slice(array, len(copies))
	for i, c := range copies {
		filled[i].size = C.size_t(c.Bytes)
		filled[i].kind = C.int(c.Kind)
		*(*uintptr)(unsafe.Pointer(&filled[i].to)) = c.To
		*(*uintptr)(unsafe.Pointer(&filled[i].from)) = c.From
		if c.Output != nil {
			filled[i].output = c.Output.p
		}
	}
}

// Close frees the lane. No inference of it may be under way.
func (l *Lane) Close() {
	C.trtb_lane_free(l.p)
	l.p = nil
}

// Enqueue queues one inference in a slot that is free. It returns 0, Refused when TensorRT refused, or a code of CUDA's.
func (l *Lane) Enqueue(slot int) int {
	return int(C.trtb_lane_enqueue(l.p, C.int(slot)))
}

// Wait returns when the inference in the slot has ended, with its times at sample, which has the layout of the Sample constants.
func (l *Lane) Wait(slot int, sample unsafe.Pointer) int {
	return int(C.trtb_lane_wait(l.p, C.int(slot), (*C.trtb_sample)(sample)))
}

// Failed names the call that failed last, as in "cudaEventRecord" and "enqueueV3".
func (l *Lane) Failed() string { return callName(l.p.failed) }

// callName turns a field of the table of the CUDA runtime's functions, or a method of TensorRT's, into a name to show.
func callName(failed *C.char) string {
	name := C.GoString(failed)
	if name == "" || name == "enqueueV3" {
		return name
	}
	return "cuda" + strings.ToUpper(name[:1]) + name[1:]
}

// Clock returns the host's monotonic clock, by which lanes time enqueues, in nanoseconds.
func Clock() int64 { return int64(C.trtb_clock()) }
