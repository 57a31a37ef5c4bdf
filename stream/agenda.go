package stream

// agenda holds when each session has its next chunk due, the earliest first. It is a binary heap.
type agenda []entry

type entry struct {
	due     int64
	session int32
}

// add puts in a session.
func (a *agenda) add(e entry) {
	*a = append(*a, e)
	h := *a
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if h[parent].due <= h[i].due {
			return
		}
		h[parent], h[i] = h[i], h[parent]
		i = parent
	}
}

// postpone gives the first session a later instant.
func (a agenda) postpone(due int64) {
	a[0].due = due
	a.sink()
}

// drop takes out the first session.
func (a *agenda) drop() {
	last := len(*a) - 1
	(*a)[0] = (*a)[last]
	*a = (*a)[:last]
	a.sink()
}

// sink moves the first entry to where it belongs.
func (a agenda) sink() {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(a) {
			return
		}
		if right := child + 1; right < len(a) && a[right].due < a[child].due {
			child = right
		}
		if a[i].due <= a[child].due {
			return
		}
		a[i], a[child] = a[child], a[i]
		i = child
	}
}
