package trt

import (
	"fmt"
	"sync/atomic"

	"github.com/trtbench/trtbench/serve"
)

// rows knows which sessions have a state, so that none is computed from bytes that are nobody's or that another batch is writing.
type rows []atomic.Uint32

const (
	rowVoid  uint32 = iota // never started, or lost by a batch that failed
	rowReady               // holds a state
	rowInUse               // in a batch
)

// claim takes the rows of a batch. With an error it has taken none, and those before the faulty one have lost their states.
func (r rows) claim(batch []serve.Item) error {
	for i := range batch {
		if err := r.claimOne(&batch[i]); err != nil {
			r.leave(batch[:i], rowVoid)
			return err
		}
	}
	return nil
}

func (r rows) claimOne(item *serve.Item) error {
	if uint(item.Session) >= uint(len(r)) {
		return fmt.Errorf("session %d, expected 0 to %d", item.Session, len(r)-1)
	}
	row := &r[item.Session]
	if row.CompareAndSwap(rowReady, rowInUse) || item.Start && row.CompareAndSwap(rowVoid, rowInUse) {
		return nil
	}
	if row.Load() == rowInUse {
		return fmt.Errorf("session %d is in two batches at a time, or twice in this one", item.Session)
	}
	return fmt.Errorf("session %d has no state: it never started, or lost it when a batch failed; start it", item.Session)
}

// leave gives the rows of a batch back.
func (r rows) leave(batch []serve.Item, state uint32) {
	for i := range batch {
		r[batch[i].Session].Store(state)
	}
}
