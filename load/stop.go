package load

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	pollInterval = time.Millisecond
	sendersEnd   = 2 * time.Second // bounds the wait for senders that have no reason to go on
)

var errNoAnswer = errors.New("load: no answer came while it was waited for")

// stop ends the point. It lets the senders end, waits for the answers that are missing, ends the sequences that are still open at the
// server with a request each (FlagClosing), and waits for those. Each wait is bounded by driverSettings.drain, all of them by ctx.
// What has no answer then ends with StatusLost, after until: the instant at which waiting for answers ended.
//
// An error means that a request cannot leave: nothing but close helps. Stopping twice does no harm.
func (d *driver) stop(ctx context.Context) (until int64, err error) {
	p := d.point.Load()
	if p == nil || d.closed {
		return d.clock(), nil
	}
	p.halt()
	if !p.await(ctx, p.over) && !p.awaitSenders(ctx) {
		return d.clock(), fmt.Errorf("load: end a point: a request is being sent for %v, the server does not read", d.settings.drain)
	}
	quiet := d.await(ctx, d.quiet)
	until = d.clock()
	if err := p.endSequences(ctx, quiet); err != nil {
		return until, err
	}
	d.settle()
	return until, nil
}

// close closes the connections, stopped or not, and returns once nothing of the driver runs. It ends within seconds.
func (d *driver) close() error {
	if d.closed {
		return nil
	}
	d.closed = true
	p := d.point.Load()
	if p != nil {
		p.halt()
	}
	err := d.conns.Close()
	if p != nil && !p.awaitSenders(context.Background()) {
		return errors.Join(err, errors.New("load: close: a request is still being sent though its connection is closed"))
	}
	d.settle()
	d.log.finish()
	return err
}

// awaitSenders waits for the senders of a point that is halted, though ctx may have ended.
func (p *drive) awaitSenders(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendersEnd)
	defer cancel()
	return p.await(ctx, p.over)
}

// finished returns a channel that is closed when the senders of the point have ended: because the schedule or demand.requests did,
// because too many requests failed, or because the point was stopped. Requests may still be in flight.
func (d *driver) finished() <-chan struct{} { return d.point.Load().done }

// over reports whether nobody sends any more.
func (p *drive) over() bool {
	return isClosed(p.done) && !p.ending.Load()
}

// quiet reports whether nothing is in flight.
func (d *driver) quiet() bool { return d.ended.Load() == d.log.next.Load() }

// await waits until something holds. It returns false when that takes longer than a drain may, or when ctx ends.
func (d *driver) await(ctx context.Context, holds func() bool) bool {
	if holds() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, d.settings.drain)
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if holds() {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}

// settle ends the requests that have no answer.
func (d *driver) settle() {
	for i := int64(0); i < d.log.next.Load() && !d.quiet(); i++ {
		if o := d.log.published(i); o != nil && atomic.LoadInt64(&o.Answered) == 0 {
			d.Answered(i, d.clock(), StatusLost, errNoAnswer)
		}
	}
}

// endSequences ends the sequences that the server still holds. quiet says that nothing else is in flight. A server that cannot be told
// ends them by itself, after its own time.
func (p *drive) endSequences(ctx context.Context, quiet bool) error {
	if p.sources == nil || p.sources.settings.untagged || p.sources.settings.state && !quiet {
		return nil
	}
	p.ending.Store(true)
	go func() {
		defer p.ending.Store(false)
		for i := range p.places {
			if pl := &p.places[i]; pl.open() && (pl.fallen.Load() != pl.id || pl.kept.Load()) {
				p.end(i)
			}
		}
	}()
	if !p.await(ctx, func() bool { return !p.ending.Load() }) {
		return fmt.Errorf("load: end sequences: a request is being sent for %v, the server does not read", p.settings.drain)
	}
	p.await(ctx, func() bool { return p.closings.Load() == 0 })
	return nil
}

// end sends a request whose only purpose is to end the sequence of a place.
func (p *drive) end(number int) {
	pl := &p.places[number]
	r := Request{State: -1, Stream: pl.payload.stream, Step: pl.payload.step, Sequence: pl.id, End: true}
	if p.sources.settings.state {
		r.State = number
	}
	pl.sent = pl.length
	i, o := p.log.reserve()
	r.Index = i
	now := p.clock()
	o.Begun, o.Sequence, o.Conn, o.Place, o.Flags = now, pl.id, uint32(pl.conn), uint32(number), FlagClosing|FlagEnd
	p.closings.Add(1)
	atomic.StoreInt64(&o.Intended, now)
	if err := p.conns.Send(pl.conn, r); err != nil {
		p.Answered(i, p.clock(), StatusLost, err)
	}
}
