package serve

import (
	"runtime"
	"time"
)

// instance runs batches, one after the other.
type instance struct {
	server *Server
	number int
	wake   chan struct{} // holds one: a batch was given to the instance, which was idle. Closed with the server

	// The rest belongs to the server while the instance is idle.
	calls    []*Call
	items    []Item        // the calls, as the executor takes them
	sessions []*Session    // of the calls
	queued   time.Duration // time in the queue of the calls, together
	none     [][]byte      // outputs of a call that wants none
}

func newInstance(s *Server, number int) *instance {
	most := s.options.MaxBatch
	return &instance{server: s, number: number, wake: make(chan struct{}, 1), calls: make([]*Call, 0, most), items: make([]Item, 0, most),
		sessions: make([]*Session, 0, most), none: make([][]byte, len(s.outBytes))}
}

// add puts a call into the batch.
func (in *instance) add(c *Call) {
	item := Item{Start: c.start, Inputs: c.Inputs, Outputs: c.Outputs}
	if c.Session != nil {
		item.Session = c.Session.row
	}
	if item.Outputs == nil {
		item.Outputs = in.none
	}
	in.calls, in.items, in.sessions = append(in.calls, c), append(in.items, item), append(in.sessions, c.Session)
}

// clear empties the batch.
func (in *instance) clear() {
	clear(in.calls)
	clear(in.items)
	clear(in.sessions)
	in.calls, in.items, in.sessions = in.calls[:0], in.items[:0], in.sessions[:0]
}

// serve runs the batches that the instance is given until the server is closed.
func (in *instance) serve() {
	defer in.server.exited.Done()
	runtime.LockOSThread() // a device may belong to its thread; the thread ends with the goroutine
	for range in.wake {
		in.run()
	}
}

// run runs the batch and tells its callers, who may use their calls again at once.
func (in *instance) run() {
	s := in.server
	started := s.options.Clock()
	err := s.opened.Run(in.number, in.items)
	finished := s.options.Clock()
	if err != nil {
		err = &BatchError{Instance: in.number, Size: len(in.calls), Err: err}
	}
	in.queued = 0
	for _, c := range in.calls {
		in.queued += time.Duration(started - c.Times.Queued)
		c.Times.Started, c.Times.Finished, c.Err = started, finished, err
		c.Done(c)
	}
	s.finish(in, started, finished, err)
}
