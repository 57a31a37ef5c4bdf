package load

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// instant is a server that answers within Send, and costs nothing itself.
type instant struct{ setup DialSetup }

func (*instant) Describe() record.Description { return record.Description{} }
func (*instant) Payloads() Payloads           { return Payloads{Steps: []int{4}, Batch: 1} }
func (*instant) Close() error                 { return nil }

func (s *instant) Dial(_ context.Context, setup DialSetup) (Conns, error) {
	s.setup = setup
	return s, nil
}

func (s *instant) Send(_ int, r Request) error {
	now := s.setup.Clock()
	s.setup.Sink.Sent(r.Index, now)
	s.setup.Sink.Answered(r.Index, now, StatusOK, nil)
	return nil
}

// atOnce makes a schedule that is always late.
func atOnce() (pace.Schedule, error) { return pace.NewConstant(1e9) }

// BenchmarkRequest is what the core costs per request, with nothing behind it.
func BenchmarkRequest(b *testing.B) {
	sequences := &sequenceSettings{length: 50, variation: 0.2}
	for name, of := range map[string]struct {
		settings driverSettings
		demand   demand
	}{
		"open":             {driverSettings{conns: 4}, demand{schedule: atOnce}},
		"open/sequences":   {driverSettings{conns: 4, sequences: sequences, places: 64}, demand{schedule: atOnce, live: 64}},
		"open/outstanding": {driverSettings{conns: 4, outstanding: 4}, demand{schedule: atOnce}},
		"closed":           {driverSettings{conns: 4}, demand{concurrency: 64}},
		"closed/sequences": {driverSettings{conns: 4, sequences: sequences, places: 64}, demand{concurrency: 64}},
	} {
		b.Run(name, func(b *testing.B) {
			of.settings.senders = 1
			d, err := openDriver(b.Context(), &instant{}, of.settings)
			require.NoError(b, err)
			of.demand.requests = int64(b.N)
			b.ReportAllocs()
			b.ResetTimer()
			_, _, err = d.begin(of.demand)
			require.NoError(b, err)
			<-d.finished()
			b.StopTimer()
			require.NoError(b, d.close())
		})
	}
}

// BenchmarkLag sends 4,000 requests per second and reports how late they leave.
func BenchmarkLag(b *testing.B) {
	for _, rate := range []float64{4000, 8000} {
		for name, waiter := range map[string]func(func() int64, time.Duration) pace.Waiter{
			"precise": pace.NewPrecise,
			"timed":   func(clock func() int64, _ time.Duration) pace.Waiter { return pace.NewTimed(clock) },
		} {
			b.Run(name+"/"+time.Duration(1e9/rate).String(), func(b *testing.B) {
				d, err := openDriver(b.Context(), &instant{}, driverSettings{conns: 1, senders: 1, waiter: waiter})
				require.NoError(b, err)
				for b.Loop() {
					_, first, err := d.begin(demand{schedule: constant(rate), requests: int64(rate) * 3})
					require.NoError(b, err)
					<-d.finished()
					var lags []int64
					for _, o := range d.outcomes(first) {
						lags = append(lags, o.Lag())
					}
					slices.Sort(lags)
					b.ReportMetric(float64(lags[len(lags)/2])/1e3, "p50-µs")
					b.ReportMetric(float64(lags[len(lags)*99/100])/1e3, "p99-µs")
				}
				require.NoError(b, d.close())
			})
		}
	}
	runtime.GC()
}
