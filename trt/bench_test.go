package trt_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// BenchmarkRound measures what a round costs beside the inference itself: one Enqueue and one Wait on an engine that takes no time.
func BenchmarkRound(b *testing.B) {
	for _, major := range majors {
		for name, setup := range map[string]bench.Setup{
			"plain":     {Lanes: 1, Slots: 2, Spin: true},
			"graph":     {Lanes: 1, Slots: 2, Spin: true, Graph: true, UploadFirst: true},
			"transfers": {Lanes: 1, Slots: 2, Spin: true, Transfers: true},
		} {
			b.Run(fmt.Sprintf("TensorRT %d/%s", major, name), func(b *testing.B) { benchmarkRound(b, major, setup) })
		}
	}
}

func benchmarkRound(b *testing.B, major int, setup bench.Setup) {
	lib := trttest.Start(b, trttest.Major(major))
	target, err := trt.NewTarget(lib, 0, zeroPlan, trt.TargetOptions{})
	require.NoError(b, err)
	defer target.Close()
	lanes, err := target.Open(b.Context(), setup)
	require.NoError(b, err)
	defer lanes.Close()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	samples := make([]bench.Sample, 2)
	require.NoError(b, lanes.Enqueue(0, 0))
	slot := 1
	b.ReportAllocs()
	for b.Loop() {
		if err := lanes.Enqueue(0, slot); err != nil {
			b.Fatal(err)
		}
		slot = 1 - slot
		if err := lanes.Wait(0, slot, &samples[slot]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrounds/s")
	require.NoError(b, lanes.Wait(0, 1-slot, &samples[slot]))
}
