package cuda_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

// The cost of one call into the runtime: guard, crossing into C, the query of the current device, the call itself.
func BenchmarkCall(b *testing.B) {
	x := newFixture(b, 13, "")
	s, e := x.stream(), x.event()
	require.NoError(b, e.Record(s))
	require.NoError(b, s.Synchronize())
	calls := []struct {
		name string
		call func() error
	}{
		{"EventSynchronize", e.Synchronize},
		{"EventQuery", func() error { _, err := e.Query(); return err }},
		{"EventElapsed", func() error { _, err := cuda.Elapsed(e, e); return err }},
		{"StreamWaitEvent", func() error { return s.WaitEvent(e) }},
	}
	for _, c := range calls {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.call(); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			require.NoError(b, s.Synchronize())
		})
	}
	x.closeAll(s, e)
}

// The floor under BenchmarkCall: a call that only reads a number from the table's library.
func BenchmarkCrossing(b *testing.B) {
	x := newFixture(b, 13, "")
	rt := x.lib.Runtime()
	b.ReportAllocs()
	for b.Loop() {
		if _, status := rt.CurrentDevice(); status != 0 {
			b.Fatal(status)
		}
	}
}
