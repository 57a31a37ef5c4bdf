package bench_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// metronome is a target that computes for 2 ms, every 2 ms, on a clock of its own. A real one is the engine of package
// trt or the session of package ort.
type metronome struct{ inferences int }

func (m *metronome) Describe() record.Description {
	return record.Description{
		Backend: "metronome", Version: "1.0", Simulated: true, Device: record.Device{Kind: record.CPU, Name: "none"},
		Stages: []record.Stage{record.StageCompute},
	}
}

func (m *metronome) Open(context.Context, bench.Setup) (bench.Lanes, error) { return m, nil }

func (m *metronome) Enqueue(lane, slot int) error { return nil }

func (m *metronome) Wait(lane, slot int, s *bench.Sample) error {
	*s = bench.Sample{ComputeStart: 2 * float32(m.inferences), Compute: 2}
	m.inferences++
	return nil
}

func (m *metronome) Close() error { return nil }

// Measure a target with 100 ms of warm-up and for 400 ms, and look at the result.
func ExampleRun() {
	recording, err := bench.Run(context.Background(), &metronome{}, bench.Options{
		WarmUp:   bench.Set(100 * time.Millisecond),
		Duration: bench.Set(400 * time.Millisecond),
	})
	if err != nil {
		log.Fatal(err)
	}
	summary, err := bench.Summarize(recording, bench.SummaryOptions{
		WarmUp:      recording.Settings.WarmUp,
		Percentiles: []float32{50, 99},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d inferences, %d of them to warm up\n", recording.Len(), summary.WarmUpQueries)
	fmt.Printf("%v inferences a second\n", summary.ThroughputQPS)
	fmt.Printf("compute: mean %v ms, 99th percentile %v ms\n", summary.Compute.Mean, summary.Compute.Percentiles[1])
	// Output:
	// 252 inferences, 50 of them to warm up
	// 500 inferences a second
	// compute: mean 2 ms, 99th percentile 2 ms
}

// Keep a recording in a file and look at it again later, with another warm-up.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "run.trtbench")

	recording, err := bench.Run(context.Background(), &metronome{}, bench.Options{Duration: bench.Set(time.Second)})
	if err != nil {
		log.Fatal(err)
	}
	if err := recording.Save(path); err != nil {
		log.Fatal(err)
	}

	loaded, err := bench.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	summary, err := bench.Summarize(loaded, bench.SummaryOptions{WarmUp: 600 * time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d of %d inferences timed\n", loaded.Description.Backend, summary.Inferences, loaded.Len())
	// Output:
	// metronome: 302 of 602 inferences timed
}
