package bench

// chunkSamples is the number of samples in a chunk of a store: 768 KiB.
const chunkSamples = 1 << 14

// store collects the samples of one loop. Chunks are made by another goroutine before they are needed, so the loop
// never allocates. A bounded store is a ring of the newest samples.
type store struct {
	chunks [][]Sample // all but the last are full
	used   int        // samples in the last chunk
	spare  chan []Sample
	done   chan struct{}

	bound   int // samples a ring keeps; 0 for an unbounded store
	dropped int // samples the ring has lost

	firstEnqueue int64 // EnqueueStart of the first sample ever committed
}

func newStore(bound int) *store {
	st := &store{bound: bound, done: make(chan struct{})}
	if bound > 0 {
		st.chunks = [][]Sample{touched(bound)}
		return st
	}
	st.chunks = [][]Sample{touched(chunkSamples)}
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
	last := st.chunks[len(st.chunks)-1]
	if st.used < len(last) {
		return &last[st.used]
	}
	if st.bound > 0 {
		return &last[(st.used+st.dropped)%st.bound]
	}
	chunk := <-st.spare
	st.chunks, st.used = append(st.chunks, chunk), 0
	return &chunk[0]
}

// commit keeps the reserved sample.
func (st *store) commit() {
	if st.used == 0 && len(st.chunks) == 1 {
		st.firstEnqueue = st.chunks[0][0].EnqueueStart
	}
	if st.bound > 0 && st.used == st.bound {
		st.dropped++
		return
	}
	st.used++
}

// finish ends the provider and returns the samples in the order of their commits.
func (st *store) finish() []Sample {
	close(st.done)
	if st.bound > 0 {
		ring := st.chunks[0][:st.used]
		oldest := st.dropped % st.bound
		return append(append([]Sample(nil), ring[oldest:]...), ring[:oldest]...)
	}
	full := len(st.chunks) - 1
	all := make([]Sample, 0, full*chunkSamples+st.used)
	for i, chunk := range st.chunks {
		if i == full {
			chunk = chunk[:st.used]
		}
		all = append(all, chunk...)
		st.chunks[i] = nil
	}
	return all
}
