package serve

// readyQueue holds the calls that could be in a batch together, at most one for each session: a heap by arrival. A session's next
// call becomes ready when the one before is done, so that calls do not become ready in the order in which they arrived.
type readyQueue []*Call

func (q *readyQueue) push(c *Call) {
	*q = append(*q, c)
	c.at = len(*q) - 1
	q.up(c.at)
}

// pop takes the call that arrived first.
func (q *readyQueue) pop() *Call { return q.remove(0) }

// remove takes the call at a place out.
func (q *readyQueue) remove(i int) *Call {
	calls := *q
	c, last := calls[i], len(calls)-1
	calls[i] = calls[last]
	calls[i].at = i
	calls[last] = nil
	*q = calls[:last]
	if i < last {
		q.up(i)
		q.down(i)
	}
	c.at = atRest
	return c
}

func (q readyQueue) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if q[parent].order < q[i].order {
			return
		}
		q.swap(i, parent)
		i = parent
	}
}

func (q readyQueue) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(q) {
			return
		}
		if right := child + 1; right < len(q) && q[right].order < q[child].order {
			child = right
		}
		if q[i].order < q[child].order {
			return
		}
		q.swap(i, child)
		i = child
	}
}

func (q readyQueue) swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}
