package csrc

// #include "nvinfer_builder.h"
// int trtbenchProgress(uintptr_t handle, int event, char* phase, char* parent, int number);
import "C"

import "runtime/cgo"

// Kinds of events in a build.
const (
	ProgressStart  = C.TRTB_PROGRESS_START
	ProgressStep   = C.TRTB_PROGRESS_STEP
	ProgressFinish = C.TRTB_PROGRESS_FINISH
)

// Monitor is told the steps of a build.
type Monitor struct {
	p      *C.trtb_monitor
	handle cgo.Handle
}

// NewMonitor makes a monitor that hands events to tell, which is called on any thread: number is the number of steps at a start,
// and the step at a step, where the answer false ends the build. It returns nil when there is no memory for it.
func NewMonitor(tell func(event int, phase, parent string, number int) bool) *Monitor {
	m := &Monitor{handle: cgo.NewHandle(tell)}
	m.p = C.trtb_monitor_new(C.trtb_progress_fn(C.trtbenchProgress), C.uintptr_t(m.handle))
	if m.p == nil {
		m.handle.Delete()
		return nil
	}
	return m
}

// Close frees the monitor, after the settings that name it.
func (m *Monitor) Close() {
	C.trtb_monitor_free(m.p)
	m.handle.Delete()
}

// SetMonitor makes a monitor watch the builds with these settings.
func (n *NVInfer) SetMonitor(config Object, m *Monitor) int {
	return int(C.trtb_config_set_monitor(n.p, config.p, m.p))
}

//export trtbenchProgress
func trtbenchProgress(handle C.uintptr_t, event C.int, phase, parent *C.char, number C.int) C.int {
	tell := cgo.Handle(handle).Value().(func(event int, phase, parent string, number int) bool)
	if tell(int(event), C.GoString(phase), C.GoString(parent), int(number)) {
		return 1
	}
	return 0
}
