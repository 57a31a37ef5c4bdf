package load

import (
	"errors"
	"sync/atomic"
)

// Sent is part of [Sink].
func (d *driver) Sent(i int64, at int64) {
	if o := d.log.published(i); o != nil {
		atomic.StoreInt64(&o.Sent, at)
	}
}

// Part is part of [Sink].
func (d *driver) Part(i int64, at int64) {
	o := d.log.published(i)
	if o == nil || atomic.LoadInt64(&o.Answered) != 0 {
		d.strays.Add(1)
		return
	}
	atomic.CompareAndSwapInt64(&o.First, 0, at)
	parts := atomic.AddUint32(&o.Parts, 1)
	if p := d.point.Load(); p.groups != nil && i >= p.first {
		p.groups.part(int(o.Place), int(parts))
	}
}

// Answered is part of [Sink].
func (d *driver) Answered(i int64, at int64, status Status, detail error) {
	o := d.log.published(i)
	if o == nil || !atomic.CompareAndSwapInt64(&o.Answered, 0, claimed) {
		d.strays.Add(1)
		return
	}
	if status == StatusPending || status > StatusFailed {
		status = StatusFailed
	}
	o.Status = status
	if status.answered() {
		atomic.CompareAndSwapInt64(&o.First, 0, at)
		atomic.AddUint32(&o.Parts, 1)
	}
	closing := o.Flags&FlagClosing != 0
	atomic.StoreInt64(&o.Answered, max(at, 1))
	d.ended.Add(1)
	p := d.point.Load()
	if closing {
		d.closings.Add(-1)
		return
	}
	// What a point stopped waiting for is no failure: a server that is asked for too much has a queue, and the run goes on.
	if status != StatusOK && !errors.Is(detail, errNoAnswer) && d.failures.add(i, status, detail) {
		p.halt()
	}
	if i >= p.first {
		p.free(at, o)
	}
}

// answered reports whether the server answered with what was asked for, right or wrong.
func (s Status) answered() bool { return s == StatusOK || s == StatusMismatch }

// cuts reports whether a request that ended so was the last of its sequence: the server may not have seen it, so that the next one
// would follow on something else.
func (s Status) cuts() bool { return s != StatusPending && !s.answered() }

// keeps reports whether the server, after a request that ended so, may still hold the sequence.
func (s Status) keeps() bool { return s == StatusDeadline || s == StatusRejected || s == StatusFailed }
