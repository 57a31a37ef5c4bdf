package cuda

import "sync/atomic"

// guard counts the calls that are inside an object, so that closing it never pulls it away from under another goroutine. The
// zero guard is open.
type guard struct {
	n atomic.Int64 // calls inside, plus closed once it was closed
}

// closed is far more than there can be calls inside.
const closed = 1 << 62

// enter reports whether the object may be used; if so, leave must follow.
func (g *guard) enter() bool {
	for {
		n := g.n.Load()
		if n >= closed {
			return false
		}
		if g.n.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// leave reports whether the object was closed meanwhile and this was the last call inside: then the caller destroys it.
func (g *guard) leave() (last bool) {
	return g.n.Add(-1) == closed
}

// close lets nobody in any more. It reports whether it was the first to do so, and whether nobody is inside: then the caller
// destroys the object.
func (g *guard) close() (first, idle bool) {
	for {
		n := g.n.Load()
		if n >= closed {
			return false, false
		}
		if g.n.CompareAndSwap(n, n+closed) {
			return true, n == 0
		}
	}
}

// tryClose closes a guard that nobody is inside of, and leaves others as they are.
func (g *guard) tryClose() bool { return g.n.CompareAndSwap(0, closed) }

// reopen undoes tryClose.
func (g *guard) reopen() { g.n.Store(0) }

func (g *guard) isClosed() bool { return g.n.Load() >= closed }
