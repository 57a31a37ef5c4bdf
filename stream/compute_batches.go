package stream

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// change is that a part of a batch begins or ends to run. A batch is known from each of its chunks, which stands for a part of it.
type change struct {
	at   int64
	part float64 // below 0: it ends
}

// batches computes what the server told about its batches: those that ended in the measured time.
func (m *measuring) batches() {
	var count, compute, chunks float64
	var changes []change
	var sizes []float64
	var times []float64 // of all batches of a size together
	for i := range m.Point.Chunks {
		c := &m.Point.Chunks[i]
		if c.Batch == 0 || c.Finished < m.Start || c.Finished >= m.End {
			continue
		}
		size, part := int(c.Batch), 1/float64(c.Batch)
		for len(sizes) <= size {
			sizes, times = append(sizes, 0), append(times, 0)
		}
		sizes[size] += part
		chunks++
		count += part
		took := float64(c.Finished-c.Started) * part
		times[size] += took
		compute += took
		changes = append(changes, change{max(c.Started, m.Start), part}, change{c.Finished, -part})
	}
	if count == 0 {
		return
	}
	m.Batches = &Batches{
		Count: int(math.Round(count)), Mean: chunks / count, Sizes: make([]int, len(sizes)), Compute: make([]time.Duration, len(sizes)),
	}
	for size, n := range sizes {
		m.Batches.Sizes[size] = int(math.Round(n))
		if n > 0 {
			m.Batches.Compute[size] = time.Duration(math.Round(times[size] / n))
		}
	}
	m.Batches.overlap(changes, float64(m.Measured))
	if compute > 0 {
		m.Rate.RTFXCompute = chunks * float64(m.settings.ChunkDuration) / compute
	}
}

// overlap computes how many batches ran at a time.
func (b *Batches) overlap(changes []change, measured float64) {
	slices.SortFunc(changes, func(x, y change) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.part, y.part)) // what ends goes first
	})
	const rounding = 1e-6
	running, most := 0.0, 0.0
	for i, c := range changes {
		if i > 0 && running > rounding {
			span := float64(c.at - changes[i-1].at)
			b.Busy += span / measured
			b.Running += span * running / measured
		}
		running += c.part
		most = max(most, running)
	}
	b.Most = int(math.Round(most))
}
