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

// newStore returns a store of the newest bound samples, or of all if bound is 0. The caller calls finish.
func newStore(bound int) *store {
	st := &store{bound: bound, done: make(chan struct{})}
	if bound > 0 {
		// One place more than is kept: the next sample is written there, and if it fails nothing was overwritten.
		st.chunks = [][]Sample{touched(bound + 1)}
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
	if st.bound > 0 {
		return &last[(st.used+st.dropped)%len(last)]
	}
	if st.used < len(last) {
		return &last[st.used]
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

// len returns the number of samples kept.
func (st *store) len() int { return (len(st.chunks)-1)*chunkSamples + st.used }

// finish ends the provider.
func (st *store) finish() { close(st.done) }

// appendTo appends the samples in the order of their commits, and lets go of them.
func (st *store) appendTo(all []Sample) []Sample {
	last := st.chunks[len(st.chunks)-1]
	if st.bound > 0 {
		oldest := st.dropped % len(last)
		end := min(oldest+st.used, len(last))
		all = append(all, last[oldest:end]...)
		all = append(all, last[:st.used-(end-oldest)]...)
	} else {
		for _, chunk := range st.chunks[:len(st.chunks)-1] {
			all = append(all, chunk...)
		}
		all = append(all, last[:st.used]...)
	}
	st.chunks = nil
	return all
}
