package bench

// chunkSamples is the number of samples in a chunk of a store: 768 KiB.
const chunkSamples = 1 << 14

// store collects the samples of one loop. Chunks are made by another goroutine before they are needed, so the loop
// never allocates. A bounded store is a ring of the newest samples.
type store struct {
	full      [][]Sample // chunks, oldest first
	current   []Sample   // the chunk being filled, or the ring
	next      int        // place of the next sample in current
	committed int

	bound int // samples a ring keeps; 0 for an unbounded store
	spare chan []Sample
	done  chan struct{}

	firstEnqueue int64 // EnqueueStart of the first sample ever committed
}

// newStore returns a store of the newest bound samples, or of all if bound is 0. The caller calls finish.
func newStore(bound int) *store {
	st := &store{bound: bound, done: make(chan struct{})}
	if bound > 0 {
		// One place more than is kept: the next sample is written there, and if it fails nothing was overwritten.
		st.current = touched(bound + 1)
		return st
	}
	st.current = touched(chunkSamples)
	st.spare = make(chan []Sample, 1)
	go st.provide()
	return st
}

// provide keeps one spare chunk ready until the store is finished.
func (st *store) provide() {
	for {
		chunk := touched(chunkSamples)
		select {
		case st.spare <- chunk:
		case <-st.done:
			return
		}
	}
}

// touched returns n samples in memory that the system has really handed out.
func touched(n int) []Sample {
	samples := make([]Sample, n)
	for i := 0; i < n; i += 64 {
		samples[i].Lane = -1
	}
	return samples
}

// reserve returns the place for the next sample. It stays the same until commit.
func (st *store) reserve() *Sample {
	if st.next == len(st.current) {
		st.advance()
	}
	return &st.current[st.next]
}

// advance goes to the next chunk, or to the begin of the ring.
func (st *store) advance() {
	if st.bound == 0 {
		st.full, st.current = append(st.full, st.current), <-st.spare
	}
	st.next = 0
}

// commit keeps the reserved sample.
func (st *store) commit() {
	if st.committed == 0 {
		st.firstEnqueue = st.current[0].EnqueueStart
	}
	st.next++
	st.committed++
}

// len returns the number of samples kept.
func (st *store) len() int {
	if st.bound > 0 {
		return min(st.committed, st.bound)
	}
	return st.committed
}

// dropped returns the number of samples that a ring has lost.
func (st *store) dropped() int { return st.committed - st.len() }

// finish ends the provider.
func (st *store) finish() { close(st.done) }

// appendTo appends the samples in the order of their commits, and lets go of them.
func (st *store) appendTo(all []Sample) []Sample {
	for _, chunk := range st.full {
		all = append(all, chunk...)
	}
	from := 0
	if st.bound > 0 {
		if from = st.next - st.len(); from < 0 { // the oldest stand at the end of the ring
			all = append(all, st.current[len(st.current)+from:]...)
			from = 0
		}
	}
	all = append(all, st.current[from:st.next]...)
	st.full, st.current = nil, nil
	return all
}
