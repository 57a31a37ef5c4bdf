package load

import (
	"context"
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
		"open/senders":     {driverSettings{conns: 4, senders: 2}, demand{schedule: atOnce}},
		"open/sequences":   {driverSettings{conns: 4, sequences: sequences, places: 64}, demand{schedule: atOnce, live: 64}},
		"open/outstanding": {driverSettings{conns: 4, outstanding: 4}, demand{schedule: atOnce}},
		"closed":           {driverSettings{conns: 4}, demand{concurrency: 64}},
		"closed/sequences": {driverSettings{conns: 4, sequences: sequences, places: 64}, demand{concurrency: 64}},
	} {
		b.Run(name, func(b *testing.B) {
			of.settings.senders = max(of.settings.senders, 1)
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

// BenchmarkLag sends at a rate and reports how late requests leave. Each sender needs a processor now and then: measure on a quiet
// machine, for some seconds.
func BenchmarkLag(b *testing.B) {
	timed := func(clock func() int64, _ time.Duration) pace.Waiter { return pace.NewTimed(clock) }
	for name, of := range map[string]struct {
		rate   float64
		spin   time.Duration
		waiter func(func() int64, time.Duration) pace.Waiter
	}{
		"precise/4000": {4000, 0, pace.NewPrecise},
		"precise/8000": {8000, 0, pace.NewPrecise},
		"spin/4000":    {4000, 60 * time.Microsecond, pace.NewPrecise},
		"timed/4000":   {4000, 0, timed},
	} {
		b.Run(name, func(b *testing.B) {
			d, err := openDriver(b.Context(), &instant{}, driverSettings{conns: 1, senders: 1, spin: of.spin, waiter: of.waiter})
			require.NoError(b, err)
			b.ResetTimer()
			_, first, err := d.begin(demand{schedule: constant(of.rate), requests: int64(b.N)})
			require.NoError(b, err)
			<-d.finished()
			b.StopTimer()
			var lags []int64
			for _, o := range d.outcomes(first) {
				lags = append(lags, o.Lag())
			}
			slices.Sort(lags)
			b.ReportMetric(float64(lags[len(lags)/2])/1e3, "p50-µs")
			b.ReportMetric(float64(lags[len(lags)*99/100])/1e3, "p99-µs")
			require.NoError(b, d.close())
		})
	}
}
