package stream

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// instant answers at once.
type instant struct{}

type instantConns struct{ load.DialSetup }

func (instant) Describe() record.Description { return record.Description{} }

func (instant) Payloads() load.Payloads { return load.Payloads{Steps: []int{1}, Batch: 1} }

func (instant) Dial(_ context.Context, setup load.DialSetup) (load.Conns, error) {
	return &instantConns{setup}, nil
}

func (c *instantConns) Send(_ int, r load.Request) error {
	at := c.Clock()
	c.Sink.Sent(r.Index, at)
	c.Sink.Answered(r.Index, at, load.StatusOK, nil)
	return nil
}

func (c *instantConns) Close() error { return nil }

func drivenFor(b *testing.B, sessions int, span time.Duration) ([]Chunk, time.Duration, uint64) {
	s := (&Options{}).settings()
	d, err := openDrive(b.Context(), instant{}, &s, sessions, 1, &hooks{waiter: pace.NewPrecise, boot: bootTime})
	require.NoError(b, err)
	d.run()
	time.Sleep(joining(sessions, s.ChunkDuration) + s.ChunkDuration)
	first := d.log.next.Load()
	var before, after runtime.MemStats
	used := processorTime()
	runtime.ReadMemStats(&before)
	time.Sleep(span)
	runtime.ReadMemStats(&after)
	used = processorTime() - used
	last := d.log.next.Load()
	d.end()
	<-d.paced
	require.NoError(b, d.close())
	return d.log.all()[first:last], used, after.Mallocs - before.Mallocs
}

// BenchmarkScheduleError measures how late chunks of real-time sessions are sent to a server that takes no time, what each costs in
// processor time, and how much is allocated for it.
func BenchmarkScheduleError(b *testing.B) {
	for _, sessions := range []int{100, 2000, 10000} {
		b.Run(fmt.Sprintf("sessions=%d", sessions), func(b *testing.B) {
			var lags []int64
			var used time.Duration
			var allocated uint64
			for b.Loop() {
				chunks, cost, mallocs := drivenFor(b, sessions, 2*time.Second)
				used, allocated = used+cost, allocated+mallocs
				for i := range chunks {
					lags = append(lags, chunks[i].Lag())
				}
			}
			slices.Sort(lags)
			n := len(lags)
			b.ReportMetric(float64(lags[n/2])/1e3, "p50-late-µs")
			b.ReportMetric(float64(lags[n*99/100])/1e3, "p99-late-µs")
			b.ReportMetric(float64(used)/float64(n)/1e3, "cpu-µs/chunk")
			b.ReportMetric(float64(allocated)/float64(n), "allocs/chunk")
			b.ReportMetric(float64(n)/float64(b.N)/2, "chunks/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func TestSessionsAreSmall(t *testing.T) {
	size := unsafe.Sizeof(session{}) + unsafe.Sizeof(entry{}) + unsafe.Sizeof(rand0{}) + 8 + 8
	assert.Less(t, size, uintptr(512))
}

// rand0 has the size of a rand.Rand.
type rand0 struct{ _ [2]uintptr }

func TestSendingDoesNotAllocate(t *testing.T) {
	s := (&Options{}).settings()
	d, err := openDrive(t.Context(), instant{}, &s, 10, 1, &hooks{waiter: pace.NewPrecise, boot: bootTime})
	require.NoError(t, err)
	allocated := testing.AllocsPerRun(2000, func() {
		first := d.agenda[0]
		d.due(int(first.session), first.due)
	})
	assert.Zero(t, allocated)
	d.agenda = nil
	d.run()
	d.end()
	<-d.paced
	require.NoError(t, d.close())
}
